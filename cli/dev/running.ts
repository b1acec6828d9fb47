import type { Exit } from '../embedded/leashed.ts';

/** A part that has been started. */
export interface Running {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** `stop`: finish in order. `hurry`: as fast as is safe. Resolves when it is gone. */
  stop(how: 'stop' | 'hurry'): Promise<void>;
}

export function describeExit({ code, signal }: Exit): string {
  return signal === null ? `code ${code}` : signal;
}
