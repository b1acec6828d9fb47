import type { LucideIcon } from 'lucide-react';
import { Check, CircleSlash, Redo2, SkipForward, Undo2, X } from 'lucide-react';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';

interface Props {
  answers: {
    confirm(): void;
    reject(): void;
    nothing(): void;
    label(label: string): void;
    confirmAll(): void;
    nothingAll(): void;
    skip(): void;
    undo(): void;
  };
  labels: readonly string[];
  /** Images of the sequence that wait. */
  several: number;
  busy: boolean;
}

/** A button for every key. */
export function Answers({ answers, labels, several, busy }: Props) {
  const { review } = useWords();
  const answer = (text: string, key: string, icon: LucideIcon, act: () => void, look = 'btn-plain') => (
    <Answer text={text} keyName={key} icon={icon} busy={busy} look={look} onClick={act} />
  );
  return (
    <div className="space-y-3">
      <div className="grid grid-cols-2 gap-2">
        {answer(review.right, 'c', Check, answers.confirm, 'btn-primary')}
        {answer(review.wrong, 'x', X, answers.reject)}
        {answer(review.nothingHere, 'n', CircleSlash, answers.nothing)}
        {answer(review.later, 's', SkipForward, answers.skip)}
        {answer(review.back, 'u', Undo2, answers.undo)}
      </div>
      {several > 1 && (
        <div className="grid gap-2">
          {answer(review.allRight(several), '⇧C', Redo2, answers.confirmAll)}
          {answer(review.allNothing(several), '⇧N', CircleSlash, answers.nothingAll)}
        </div>
      )}
      <ul aria-label={review.itIs} className="flex flex-wrap gap-1.5">
        {labels.map((label, index) => (
          <li key={label}>
            <button
              type="button"
              className="btn btn-plain btn-xs max-w-56"
              disabled={busy}
              onClick={() => answers.label(label)}
            >
              <kbd className="kbd kbd-xs">{index + 1}</kbd>
              <span className="truncate">
                <Name>{label}</Name>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface AnswerProps {
  text: string;
  keyName: string;
  icon: LucideIcon;
  busy: boolean;
  look: string;
  onClick: () => void;
}

function Answer({ text, keyName, icon: Icon, busy, look, onClick }: AnswerProps) {
  return (
    <button type="button" className={`btn btn-sm justify-start ${look}`} disabled={busy} onClick={onClick}>
      <Icon aria-hidden className="size-4" />
      <span className="flex-1 text-start">{text}</span>
      <kbd aria-hidden className="kbd kbd-xs text-base-content">
        {keyName}
      </kbd>
    </button>
  );
}
