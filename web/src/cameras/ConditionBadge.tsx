import { useWords } from '../words/useWords.ts';
import type { Condition } from './questions.ts';

const LOOKS: Readonly<Record<Condition, string>> = {
  capturing: 'badge-success',
  lost: 'badge-error',
  paused: 'badge-warning',
  idle: 'badge-neutral',
  disabled: 'badge-neutral',
};

export function ConditionBadge({ condition }: { condition: Condition }) {
  const { cameras } = useWords();
  return (
    <span data-condition={condition} className={`badge badge-soft badge-sm shrink-0 ${LOOKS[condition]}`}>
      {cameras.conditions[condition]}
    </span>
  );
}
