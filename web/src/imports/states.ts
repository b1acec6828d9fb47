import type { Import, ItemState } from '../api/types.ts';

export type ImportStatus = Import['status'];

export const isRunning = (status: ImportStatus): boolean => status === 'pending' || status === 'processing';
export const isFinished = (status: ImportStatus): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

export type Outcome = Exclude<ItemState, 'pending'>;

/** How items end, in the order in which they are shown. Class names are whole so that Tailwind finds them. */
export const OUTCOMES: readonly { outcome: Outcome; colour: string }[] = [
  { outcome: 'stored', colour: 'bg-success' },
  { outcome: 'duplicate', colour: 'bg-info' },
  { outcome: 'skipped', colour: 'bg-neutral/60' },
  { outcome: 'rejected', colour: 'bg-warning' },
  { outcome: 'failed', colour: 'bg-error' },
];

export function countOf(of: Import, outcome: Outcome): number {
  switch (outcome) {
    case 'stored':
      return of.stored_files;
    case 'duplicate':
      return of.duplicate_files;
    case 'skipped':
      return of.skipped_files;
    case 'rejected':
      return of.rejected_files;
    case 'failed':
      // The API's `failed_files` counts rejected items too, as the older services did.
      return Math.max(0, of.failed_files - of.rejected_files);
  }
}
