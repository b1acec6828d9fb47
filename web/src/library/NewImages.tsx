import { ArrowUp } from 'lucide-react';
import { useEffect, useState } from 'react';
import { plural } from '../format/size.ts';

/** The top of the library is out of sight once it is this far above the screen, in CSS pixels. */
const OUT_OF_SIGHT = -300;
const library = (): HTMLElement | null => document.getElementById('library');

/** Tells someone deep in the library that images arrived at its top, without moving anything. */
export function NewImages({ arrived }: { arrived: number }) {
  const [seen, setSeen] = useState(arrived);
  useEffect(() => {
    const look = (): void => {
      if ((library()?.getBoundingClientRect().top ?? 0) > OUT_OF_SIGHT) setSeen(arrived);
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
      onClick={() => library()?.scrollIntoView({ behavior: 'smooth' })}
    >
      <ArrowUp aria-hidden className="size-4" />
      {plural(unseen, 'new image')}
    </button>
  );
}
