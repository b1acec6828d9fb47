import { readMiB, takeSnapshot } from './processes.ts';

export interface MemoryPeak {
  /** Largest sum of resident memory seen, in MiB. Pages that processes share count for each of them. */
  rssMiB: number;
  /** The same with shared pages divided among those who share them. */
  pssMiB: number;
  processes: number;
}

const EVERY_MS = 250;
/** Counting shared pages walks through page tables, which costs time that others would miss. */
const SHARED_EVERY = 8;

/** Adds up the memory of the given processes and everything below them, a few times a second. */
export function watchMemory(roots: readonly number[]): { stop(): MemoryPeak } {
  const peak: MemoryPeak = { rssMiB: 0, pssMiB: 0, processes: 0 };
  let looks = 0;
  const look = (): void => {
    const snapshot = takeSnapshot();
    const pids = roots.flatMap((root) => snapshot.pidsOf(root));
    const total = (file: 'status' | 'smaps_rollup', name: string): number =>
      pids.reduce((sum, pid) => sum + readMiB(pid, file, name), 0);
    peak.rssMiB = Math.max(peak.rssMiB, total('status', 'VmRSS'));
    if (looks % SHARED_EVERY === 0) peak.pssMiB = Math.max(peak.pssMiB, total('smaps_rollup', 'Pss'));
    peak.processes = Math.max(peak.processes, pids.length);
    looks += 1;
  };
  look();
  const timer = setInterval(look, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      looks = 0;
      look();
      return peak;
    },
  };
}
