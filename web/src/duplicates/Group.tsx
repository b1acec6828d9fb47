import { GitCompare } from 'lucide-react';
import { useId, useState } from 'react';
import { Link } from 'react-router';
import type { DuplicateGroup } from '../api/types.ts';
import { formatBytes, formatCount } from '../format/size.ts';
import { formatMoment } from '../format/time.ts';
import { compareAddress, imageAddress } from '../library/addresses.ts';
import { Thumb } from '../library/Thumb.tsx';
import { Name } from '../names/Name.tsx';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';

interface Props {
  group: DuplicateGroup;
  may: boolean;
  onMerge: (keep: number, remove: readonly number[]) => Promise<void>;
  onDismiss: () => void;
}

/** Pictures that look alike. One is kept; the others that are ticked go into the trash. */
export function Group({ group, may, onMerge, onDismiss }: Props) {
  const { duplicates: words } = useWords();
  const heading = useId();
  const [keep, setKeep] = useState(group.keeper.id);
  const [spared, setSpared] = useState<ReadonlySet<number>>(new Set());
  const [busy, setBusy] = useState(false);
  const remove = group.images.map(({ id }) => id).filter((id) => id !== keep && !spared.has(id));

  function spare(id: number): void {
    const next = new Set(spared);
    if (!next.delete(id)) next.add(id);
    setSpared(next);
  }

  return (
    <section
      aria-labelledby={heading}
      data-group={group.id}
      className="rounded-box border border-base-300 bg-base-100 p-4"
    >
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <h2 id={heading} className="min-w-0 flex-1 font-medium">
          {words.alike(group.count)}
          {group.differing.length > 0 && (
            <span className="font-normal text-muted">
              {' '}
              · {words.differing(group.differing.map((field) => words.fields[field]).join(', '))}
            </span>
          )}
        </h2>
        {may && (
          <>
            <button type="button" className="btn btn-plain btn-sm" disabled={busy} onClick={onDismiss}>
              {words.dismiss}
            </button>
            <button
              type="button"
              className="btn btn-primary btn-sm"
              disabled={busy || remove.length === 0}
              onClick={() => {
                setBusy(true);
                void onMerge(keep, remove).finally(() => setBusy(false));
              }}
            >
              {words.merge(remove.length)}
            </button>
          </>
        )}
      </div>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(8rem,1fr))] gap-3">
        {group.images.map((image) => {
          const kept = image.id === keep;
          const name = visibleText(image.name);
          return (
            <li key={image.id} className="min-w-0 text-sm">
              <Link
                to={imageAddress(image.id)}
                aria-label={name}
                title={name}
                className={`block rounded-md ${kept ? 'ring-4 ring-primary' : ''}`}
              >
                <Thumb image={image} />
              </Link>
              <p className="mt-1.5 truncate" title={name}>
                <Name>{image.name}</Name>
              </p>
              <p className="text-muted">
                {image.width !== null && image.height !== null && (
                  <>
                    {formatCount(image.width)} × {formatCount(image.height)} ·{' '}
                  </>
                )}
                {formatBytes(image.size)}
              </p>
              <p className="text-muted">
                {image.captured_at === null ? words.noTime : formatMoment(image.captured_at)}
              </p>
              {may && (
                <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1">
                  <label className="flex cursor-pointer items-center gap-1.5">
                    <input
                      type="radio"
                      name={heading}
                      className="radio radio-primary radio-xs"
                      aria-label={words.keepImage(name)}
                      checked={kept}
                      onChange={() => setKeep(image.id)}
                    />
                    {image.id === group.keeper.id ? words.keepBest : words.keep}
                  </label>
                  {!kept && (
                    <label className="flex cursor-pointer items-center gap-1.5">
                      <input
                        type="checkbox"
                        className="checkbox checkbox-xs"
                        aria-label={words.removeImage(name)}
                        checked={!spared.has(image.id)}
                        onChange={() => spare(image.id)}
                      />
                      {words.remove}
                    </label>
                  )}
                  {!kept && (
                    <Link
                      className="link flex items-center gap-1"
                      to={compareAddress(keep, image.id)}
                      title={words.compareWith(name)}
                    >
                      <GitCompare aria-hidden className="size-3.5" />
                      {words.compare(image.distance)}
                    </Link>
                  )}
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
