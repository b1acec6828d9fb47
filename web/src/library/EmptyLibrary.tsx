import { FolderInput, ImagePlus, Images, Link2 } from 'lucide-react';
import { Link } from 'react-router';
import { useMay } from '../access/useMay.ts';
import { Empty } from '../layout/Empty.tsx';
import { useWords } from '../words/useWords.ts';

const ICONS = [ImagePlus, Link2, FolderInput] as const;

interface Props {
  /** Whether filters are why nothing is there. */
  filtered: boolean;
  onClear: () => void;
}

export function EmptyLibrary({ filtered, onClear }: Props) {
  const { library } = useWords();
  const mayAdd = useMay('contributor');
  if (filtered) {
    return (
      <Empty icon={Images} title={library.noneFit} advice={library.noneFitAdvice}>
        <button type="button" className="btn btn-plain" onClick={onClear}>
          {library.clear}
        </button>
      </Empty>
    );
  }
  return (
    <div className="rounded-box border border-dashed border-base-content/25 px-6 py-12 sm:py-20">
      <div className="mx-auto max-w-md">
        <h2 className="text-xl font-semibold">{library.empty}</h2>
        <p className="mt-1 text-muted">{library.emptyAdvice}</p>
        <ol className="mt-6 space-y-5">
          {library.ways.map(({ what, how }, index) => {
            const Icon = ICONS[index] ?? ImagePlus;
            return (
              <li key={what} className="flex gap-4">
                <span className="flex size-10 shrink-0 items-center justify-center rounded-full bg-primary/10 text-primary">
                  <Icon aria-hidden className="size-5" />
                </span>
                <p>
                  <span className="font-medium">{what}</span>
                  <br />
                  <span className="text-muted">{how}</span>
                </p>
              </li>
            );
          })}
        </ol>
        <p className="mt-6 text-sm text-muted">{library.once}</p>
        {mayAdd && (
          <Link className="btn btn-primary mt-6" to="/app/add">
            {library.add}
          </Link>
        )}
      </div>
    </div>
  );
}
