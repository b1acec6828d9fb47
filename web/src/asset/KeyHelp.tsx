import { useWords } from '../words/useWords.ts';
import { Fold } from './Fold.tsx';

/** What keys do, for who looks for it. */
export function KeyHelp({
  keys,
  title,
}: {
  keys: readonly (readonly [key: string, what: string])[];
  title?: string;
}) {
  const { asset } = useWords();
  return (
    <Fold title={title ?? asset.keysTitle}>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 text-sm">
        {keys.map(([key, what]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="kbd kbd-sm">{key}</kbd>
            </dt>
            <dd className="text-muted">{what}</dd>
          </div>
        ))}
      </dl>
    </Fold>
  );
}
