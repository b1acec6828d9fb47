import { useWords } from '../words/useWords.ts';
import { nameParts } from './visible.ts';

interface Props {
  children: string;
}

/** Text of foreign origin: kept apart from the direction of the text around it, hidden characters made visible. */
export function Name({ children }: Props) {
  const { shell } = useWords();
  return (
    <bdi>
      {nameParts(children).map((part, index) =>
        'text' in part ? (
          part.text
        ) : (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one string never change places
            key={index}
            className="mx-px rounded-sm bg-warning/20 px-0.5 font-mono text-[0.85em]"
            title={shell.hiddenCharacter(part.codePoint.toString(16).toUpperCase().padStart(4, '0'))}
          >
            {part.sign}
          </span>
        ),
      )}
    </bdi>
  );
}
