import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in /proc in hundredths of a second, on every architecture that Node runs on. */
const TICK_MS = 10;

interface Stat {
  parent: number;
  /** Own time and that of ended children, in milliseconds. */
  cpuMs: number;
}

/** proc(5), "stat": the name in brackets may hold anything, so the fields are counted from its end. */
function readStat(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
    return { parent: Number(fields[1]), cpuMs: ticks * TICK_MS };
  } catch {
    return null;
  }
}

export interface Snapshot {
  /** CPU time of a process and everything below it, in milliseconds, ended descendants included. */
  cpuOf(root: number): number;
  pidsOf(root: number): number[];
}

/** All processes as they are now. */
export function takeSnapshot(): Snapshot {
  const stats = new Map<number, Stat>();
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const stat = readStat(pid);
    if (stat === null) continue;
    stats.set(pid, stat);
    children.set(stat.parent, [...(children.get(stat.parent) ?? []), pid]);
  }
  const pidsOf = (root: number): number[] =>
    stats.has(root) ? [root, ...(children.get(root) ?? []).flatMap(pidsOf)] : [];
  return {
    pidsOf,
    cpuOf: (root) => pidsOf(root).reduce((sum, pid) => sum + (stats.get(pid)?.cpuMs ?? 0), 0),
  };
}

/** Time that all cores together were busy since boot, stolen time included, in milliseconds. */
export function machineBusyMs(): number {
  const line = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0] ?? '';
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) * TICK_MS;
}

/** A line such as `VmHWM:  123 kB` of /proc/<pid>/<file>, in MiB; 0 when the process is gone. */
export function readMiB(pid: number | 'self', file: 'status' | 'smaps_rollup', name: string): number {
  try {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(
      readFileSync(`/proc/${pid}/${file}`, 'latin1'),
    );
    return Number(found?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
