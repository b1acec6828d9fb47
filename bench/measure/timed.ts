import { availableParallelism } from 'node:os';
import { machineBusyMs, takeSnapshot } from './processes.ts';

export interface Timed<T> {
  result: T;
  wallMs: number;
  /** Of each named group of processes, with everything below them. */
  cpuMs: Record<string, number>;
  /** Cores that were busy with something that is neither this process nor below it. */
  foreign: number;
  /** Cores that nobody used. */
  idle: number;
}

/**
 * Runs `work` and says what it cost the given processes. Resolution is ten milliseconds a process, so `work` should
 * take a second or more.
 */
export async function timed<T>(
  groups: Readonly<Record<string, readonly number[]>>,
  work: () => Promise<T>,
): Promise<Timed<T>> {
  const start = look(groups);
  const result = await work();
  const end = look(groups);
  const wallMs = end.at - start.at;
  const busy = end.busy - start.busy;
  return {
    result,
    wallMs,
    cpuMs: Object.fromEntries(
      Object.keys(groups).map((name) => [name, (end.cpu[name] ?? 0) - (start.cpu[name] ?? 0)]),
    ),
    foreign: Math.max(0, (busy - (end.own - start.own)) / wallMs),
    idle: Math.max(0, availableParallelism() - busy / wallMs),
  };
}

function look(groups: Readonly<Record<string, readonly number[]>>) {
  const snapshot = takeSnapshot();
  const cpu: Record<string, number> = {};
  for (const [name, pids] of Object.entries(groups)) {
    cpu[name] = pids.reduce((total, pid) => total + snapshot.cpuOf(pid), 0);
  }
  return { at: performance.now(), busy: machineBusyMs(), own: snapshot.cpuOf(process.pid), cpu };
}
