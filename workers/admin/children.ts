import { readFile } from 'node:fs/promises';
import type { Metrics } from './metrics.ts';

/** Resident bytes of a process; `null` where the system does not say, or the process is gone. */
async function residentBytes(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kib === undefined ? null : Number(kib) * 1_024;
}

/** Shows how many confined processes there are, and what they hold. `pids` gives those of each kind. */
export function watchChildren(
  { gauge }: Metrics,
  pids: () => Record<'decode' | 'inference', number[]>,
): void {
  gauge('tributary_children', 'Confined child processes.', ['kind'], async () =>
    Object.entries(pids()).map(([kind, all]) => ({ labels: { kind }, value: all.length })),
  );
  gauge('tributary_children_resident_bytes', 'Resident memory of confined child processes.', ['kind'], () =>
    Promise.all(
      Object.entries(pids()).map(async ([kind, all]) => {
        const sizes = await Promise.all(all.map(residentBytes));
        return { labels: { kind }, value: sizes.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0) };
      }),
    ),
  );
}
