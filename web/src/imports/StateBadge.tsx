import { type ImportStatus, STATUS_WORDS } from './states.ts';

const LOOKS: Readonly<Record<ImportStatus, string>> = {
  pending: 'badge-neutral',
  processing: 'badge-primary',
  paused: 'badge-warning',
  completed: 'badge-success',
  failed: 'badge-error',
  cancelled: 'badge-neutral',
};

export function StateBadge({ status }: { status: ImportStatus }) {
  return (
    <span data-status={status} className={`badge badge-soft badge-sm shrink-0 ${LOOKS[status]}`}>
      {STATUS_WORDS[status]}
    </span>
  );
}
