import { useWords } from '../words/useWords.ts';

/** In the place of what is on its way, about as large. @param rows how many lines of it */
export function Waiting({ rows = 3, height = 'h-24' }: { rows?: number; height?: string }) {
  const { shell } = useWords();
  return (
    <div role="status" className="space-y-3">
      <span className="sr-only">{shell.loading}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows without content never change places
        <div key={row} aria-hidden className={`skeleton w-full rounded-box ${height}`} />
      ))}
    </div>
  );
}
