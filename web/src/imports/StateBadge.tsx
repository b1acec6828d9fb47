import { useWords } from '../words/useWords.ts';
import type { ImportStatus } from './states.ts';

const LOOKS: Readonly<Record<ImportStatus, string>> = {
  pending: 'badge-neutral',
  processing: 'badge-primary',
  paused: 'badge-warning',
  completed: 'badge-success',
  failed: 'badge-error',
  cancelled: 'badge-neutral',
};

/** @param waiting for what only a person can give */
export function StateBadge({ status, waiting }: { status: ImportStatus; waiting: boolean }) {
  const { imports } = useWords();
  return (
    <span data-status={status} className={`badge badge-soft badge-sm shrink-0 ${LOOKS[status]}`}>
      {waiting ? imports.attention : imports.status[status]}
    </span>
  );
}
