import type { Lab } from './lab.ts';

/** One figure beside its peer of the same run. */
export interface Line {
  id: string;
  what: string;
  ours: string;
  peer: string;
  /** The figure that the gate judges; `null`: for information only. */
  value: number | null;
  gate: Gate | null;
  note: string;
}

export interface Gate {
  /** `at-least` 1.9 passes with 1.9 and more. */
  kind: 'at-least' | 'at-most';
  limit: number;
  unit: '×' | 'dB' | 'SSIM' | 'ms' | 'MiB' | 'kB' | 'events' | 's';
  /** Set when the circumstances forbid a judgement; says which. */
  suspended?: string;
}

export interface Benchmark {
  id: string;
  title: string;
  /** Runs only when it is asked for by name. */
  optional?: boolean;
  run(lab: Lab): Promise<Line[]>;
}

export type Verdict = 'pass' | 'FAIL' | 'not judged' | 'info';

export function judge({ value, gate }: Pick<Line, 'value' | 'gate'>): Verdict {
  if (gate === null || value === null) return 'info';
  if (gate.suspended !== undefined) return 'not judged';
  // A figure that could not be taken fails.
  const good = gate.kind === 'at-least' ? value >= gate.limit : value <= gate.limit;
  return good ? 'pass' : 'FAIL';
}
