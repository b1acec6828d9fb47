import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useParts } from '../api/parts.ts';
import { Panel } from '../layout/Panel.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { compareAddress } from '../library/addresses.ts';
import { Thumb } from '../library/Thumb.tsx';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';

/** What to compare an image with: one that looks alike, one of the latest, or any by its number. */
export function Choice({ of }: { of: number }) {
  const { compare: words } = useWords();
  const { api } = useParts();
  const navigate = useNavigate();
  const [wrong, setWrong] = useState(false);
  const alike = useQuery({ queryKey: ['similar', of], queryFn: () => api.similar(of) });
  const latest = useQuery({
    queryKey: ['latest'],
    queryFn: () => api.listChunk({ filters: {}, sort: '-created' }, null),
  });
  const offered = [...(alike.data ?? []), ...(latest.data ?? [])]
    .filter(({ id }, index, all) => id !== of && all.findIndex((image) => image.id === id) === index)
    .slice(0, 48);

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const id = Number(new FormData(event.currentTarget).get('id'));
    setWrong(id === of);
    if (id !== of) void navigate(compareAddress(of, id));
  }

  return (
    <Panel title={words.choose}>
      <form className="mb-4 flex flex-wrap items-end gap-2" onSubmit={submit}>
        <label className="block space-y-1 text-sm">
          <span className="block text-muted">{words.number}</span>
          <input
            name="id"
            type="number"
            min={1}
            required
            className="input input-sm w-36"
            aria-invalid={wrong}
          />
        </label>
        <button type="submit" className="btn btn-plain btn-sm">
          {words.go}
        </button>
        {wrong && (
          <p role="alert" className="text-sm text-error">
            {words.itself}
          </p>
        )}
      </form>
      {latest.data === undefined ? (
        <Waiting rows={1} />
      ) : (
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(6.5rem,1fr))] gap-2">
          {offered.map((image) => (
            <li key={image.id}>
              <Link
                to={compareAddress(of, image.id)}
                aria-label={visibleText(image.name)}
                title={visibleText(image.name)}
                className="block rounded-md"
              >
                <Thumb image={image} />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
