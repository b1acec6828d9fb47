import { ArrowUp } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useWords } from '../words/useWords.ts';

/** The top of the library is out of sight once the page was scrolled so far, in CSS pixels. */
const OUT_OF_SIGHT = 400;

/** Tells someone deep in the library that images arrived at its top, without moving anything. */
export function NewImages({ arrived }: { arrived: number }) {
  const { library } = useWords();
  const [seen, setSeen] = useState(arrived);
  useEffect(() => {
    const look = (): void => {
      if (window.scrollY < OUT_OF_SIGHT) setSeen(arrived);
    };
    look();
    window.addEventListener('scroll', look, { passive: true });
    return () => window.removeEventListener('scroll', look);
  }, [arrived]);

  const unseen = arrived - seen;
  if (unseen <= 0) return null;
  return (
    <button
      type="button"
      className="btn btn-primary btn-sm fixed top-3 left-1/2 z-30 -translate-x-1/2 rounded-full shadow-lg"
      onClick={() => window.scrollTo({ top: 0, behavior: 'smooth' })}
    >
      <ArrowUp aria-hidden className="size-4" />
      {library.arrived(unseen)}
    </button>
  );
}
