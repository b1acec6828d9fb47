import { useQuery } from '@tanstack/react-query';
import { MapPin, ZoomOut } from 'lucide-react';
import { Link, useSearchParams } from 'react-router';
import { useParts } from '../api/parts.ts';
import { Empty } from '../layout/Empty.tsx';
import { Page } from '../layout/Page.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { libraryAddress } from '../library/addresses.ts';
import { useWords } from '../words/useWords.ts';
import { PlaceChart } from './PlaceChart.tsx';
import { type Area, areaIn, around, bboxOf } from './projection.ts';

/** Where images were taken. Drawn by this page alone: no map server is asked for anything. */
export function MapPage() {
  const { map: words } = useWords();
  const { api } = useParts();
  const [params, setParams] = useSearchParams();
  const area = areaIn(params.get('bbox'));
  const filters = area === null ? { has_gps: 'true' } : { bbox: bboxOf(area) };
  const { data, error, refetch } = useQuery({
    queryKey: ['places', filters],
    queryFn: () => api.places(filters),
    placeholderData: (held) => held,
  });
  const show = (next: Area | null): void => setParams(next === null ? {} : { bbox: bboxOf(next) });

  return (
    <Page
      title={words.title}
      intro={words.intro}
      actions={
        <>
          {area !== null && (
            <button type="button" className="btn btn-plain btn-sm" onClick={() => show(null)}>
              <ZoomOut aria-hidden className="size-4" />
              {words.everything}
            </button>
          )}
          {data !== undefined && data.count > 0 && (
            <Link className="btn btn-plain btn-sm" to={libraryAddress(filters)}>
              {words.inLibrary(data.count)}
            </Link>
          )}
        </>
      }
    >
      {error !== null && data === undefined && <Unreadable error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <Waiting rows={1} height="h-[60dvh]" />}
      {data?.count === 0 && <Empty icon={MapPin} title={words.none} advice={words.noneAdvice} />}
      {data !== undefined && data.count > 0 && (
        <PlaceChart
          places={data.places}
          area={around(data.places)}
          onNear={(place) => show(around([place], 0.3))}
        />
      )}
    </Page>
  );
}
