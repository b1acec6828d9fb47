import { formatCount } from '../format/size.ts';
import { useWords } from '../words/useWords.ts';

/** To the page before and after; nothing where there is one. */
export function PageTurner({
  page,
  pages,
  onGo,
}: {
  page: number;
  pages: number;
  onGo: (page: number) => void;
}) {
  const { shell } = useWords();
  if (pages < 2) return null;
  return (
    <div className="flex items-center justify-center gap-3">
      <button
        type="button"
        className="btn btn-plain btn-sm"
        disabled={page <= 1}
        onClick={() => onGo(page - 1)}
      >
        {shell.newer}
      </button>
      <span className="text-sm text-muted tabular-nums">
        {shell.pageOf(formatCount(page), formatCount(pages))}
      </span>
      <button
        type="button"
        className="btn btn-plain btn-sm"
        disabled={page >= pages}
        onClick={() => onGo(page + 1)}
      >
        {shell.older}
      </button>
    </div>
  );
}
