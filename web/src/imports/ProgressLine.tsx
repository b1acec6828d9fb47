import type { Import } from '../api/types.ts';
import { formatCount, plural } from '../format/size.ts';
import { formatSeconds } from '../format/time.ts';
import { isFinished, isRunning } from './states.ts';
import { useRate } from './useRate.ts';

/** `1,240 of 3,000 · 41 % · 35/s · 1 min left` */
export function ProgressLine({ import: one }: { import: Import }) {
  const running = isRunning(one.status);
  const rate = useRate(one.processed_files, running);
  const parts: string[] = [];
  if (one.total_files === 0) parts.push(isFinished(one.status) ? 'No files' : 'Looking for files …');
  else if (isFinished(one.status)) parts.push(plural(one.total_files, 'file'));
  else {
    parts.push(
      `${formatCount(one.processed_files)} of ${formatCount(one.total_files)}${one.listing_complete ? '' : ' found so far'}`,
    );
    parts.push(`${Math.floor(one.progress_percent)} %`);
  }
  if (rate !== null && rate > 0) parts.push(`${rate < 9.5 ? rate.toFixed(1) : Math.round(rate)}/s`);
  if (running && one.eta_seconds !== null) parts.push(`${formatSeconds(one.eta_seconds)} left`);
  if (one.finished_at !== null)
    parts.push(`took ${formatSeconds(tookSeconds(one.created_at, one.finished_at))}`);
  return <p className="mt-1.5 text-sm text-muted tabular-nums">{parts.join(' · ')}</p>;
}

const tookSeconds = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1_000;
