import { type ImportStatus, STATUS_WORDS } from './states.ts';

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
  return (
    <span data-status={status} className={`badge badge-soft badge-sm shrink-0 ${LOOKS[status]}`}>
      {waiting ? 'Needs attention' : STATUS_WORDS[status]}
    </span>
  );
}
