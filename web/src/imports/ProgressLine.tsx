import type { Import } from '../api/types.ts';
import { formatCount, formatNumber } from '../format/size.ts';
import { formatSeconds } from '../format/time.ts';
import { useWords } from '../words/useWords.ts';
import { isFinished, isRunning } from './states.ts';
import { useRate } from './useRate.ts';

/** `1,240 of 3,000 · 41 % · 35/s · 1 min left` */
export function ProgressLine({ import: one }: { import: Import }) {
  const { imports } = useWords();
  const running = isRunning(one.status);
  const rate = useRate(one.processed_files, running);
  const parts: string[] = [];
  if (one.total_files === 0) parts.push(isFinished(one.status) ? imports.noFiles : imports.looking);
  else if (isFinished(one.status)) parts.push(imports.files(one.total_files));
  else {
    const done = imports.doneOf(formatCount(one.processed_files), formatCount(one.total_files));
    parts.push(one.listing_complete ? done : imports.foundSoFar(done));
    parts.push(`${Math.floor(one.progress_percent)} %`);
  }
  if (rate !== null && rate > 0) parts.push(`${formatNumber(rate, rate < 9.5 ? 1 : 0)}/s`);
  if (running && one.eta_seconds !== null) parts.push(imports.left(formatSeconds(one.eta_seconds)));
  if (one.finished_at !== null)
    parts.push(imports.took(formatSeconds(tookSeconds(one.created_at, one.finished_at))));
  return <p className="mt-1.5 text-sm text-muted tabular-nums">{parts.join(' · ')}</p>;
}

const tookSeconds = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1_000;
