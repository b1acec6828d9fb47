import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import { useParts } from '../api/parts.ts';
import { compareAddress, imageAddress } from '../library/addresses.ts';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';
import { Fold } from './Fold.tsx';

/** Pictures that look alike; nothing where there are none. */
export function Similar({ id }: { id: number }) {
  const { api } = useParts();
  const { asset } = useWords();
  const [params] = useSearchParams();
  const { data } = useQuery({ queryKey: ['similar', id], queryFn: () => api.similar(id), staleTime: 60_000 });
  if (data === undefined || data.length === 0) return null;
  return (
    <Fold title={asset.similar(data.length)}>
      <ul className="grid grid-cols-3 gap-2">
        {data.map((image) => (
          <li key={image.id} className="min-w-0 text-sm">
            <Link
              to={imageAddress(image.id, params.toString())}
              replace
              title={visibleText(image.name)}
              className="block overflow-hidden rounded-md bg-base-300"
            >
              <img
                src={image.thumb_url ?? ''}
                alt={visibleText(image.name)}
                loading="lazy"
                className="aspect-square size-full object-cover"
              />
            </Link>
            <Link className="link text-xs" to={compareAddress(id, image.id)}>
              {asset.compareAt(image.distance)}
            </Link>
          </li>
        ))}
      </ul>
    </Fold>
  );
}
