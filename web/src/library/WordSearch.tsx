import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../words/useWords.ts';

interface Props {
  value: string;
  onChange: (words: string | null) => void;
}

const PAUSE_MS = 350;
/** The API wants a word that long. */
const SHORTEST = 3;

/** Words of names, titles, descriptions and keywords. The key `/` leads here from anywhere on the page. */
export function WordSearch({ value, onChange }: Props) {
  const { library } = useWords();
  const [text, setText] = useState(value);
  const [before, setBefore] = useState(value);
  const field = useRef<HTMLInputElement>(null);
  const short = text.trim() !== '' && text.split(/\s+/).every((word) => [...word].length < SHORTEST);
  // The address was changed elsewhere: by Back, or by the button that takes all filters away.
  if (before !== value) {
    setBefore(value);
    setText(value);
  }

  useEffect(() => {
    if (short || text.trim() === value) return;
    const timer = setTimeout(() => onChange(text.trim() === '' ? null : text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  });

  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      const inField = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
      if (event.key !== '/' || inField || event.ctrlKey || event.metaKey) return;
      if (document.querySelector('[data-over-all]') !== null) return;
      event.preventDefault();
      field.current?.focus();
    }
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);

  return (
    <label className="input input-sm w-full sm:w-64">
      <Search aria-hidden className="size-4 text-muted" />
      <span className="sr-only">{library.search}</span>
      <input
        ref={field}
        type="search"
        value={text}
        maxLength={300}
        placeholder={library.searchHint}
        title={short ? library.searchShort : undefined}
        aria-invalid={short}
        onChange={(event) => setText(event.target.value)}
      />
    </label>
  );
}
