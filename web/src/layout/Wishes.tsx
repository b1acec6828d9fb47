import { useId } from 'react';
import { useParts } from '../api/parts.ts';
import { useStore } from '../api/useStore.ts';
import { LANGUAGES, type Language } from '../words/languages.ts';
import { useWords } from '../words/useWords.ts';
import { THEMES, type Theme } from './theme.ts';

/** Language and colours. */
export function Wishes() {
  const { tongue, themes } = useParts();
  const { shell } = useWords();
  const { language } = useStore(tongue.spoken);
  const theme = useStore(themes.chosen);
  const id = useId();
  return (
    <div className="space-y-3 text-sm">
      <label className="block" htmlFor={`${id}-language`}>
        <span className="text-xs text-muted">{shell.language}</span>
        <select
          id={`${id}-language`}
          className="select select-sm w-full"
          value={language}
          onChange={(event) => void tongue.choose(event.target.value as Language)}
        >
          {LANGUAGES.map((one) => (
            <option key={one} value={one} lang={one}>
              {shell.languages[one]}
            </option>
          ))}
        </select>
      </label>
      <label className="block" htmlFor={`${id}-theme`}>
        <span className="text-xs text-muted">{shell.theme}</span>
        <select
          id={`${id}-theme`}
          className="select select-sm w-full"
          value={theme}
          onChange={(event) => themes.choose(event.target.value as Theme)}
        >
          {THEMES.map((one) => (
            <option key={one} value={one}>
              {shell.themes[one]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
