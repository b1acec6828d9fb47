/** Sends `signal`, then waits up to `graceMs` for the end before the next step. */
export interface StopStep {
  readonly signal: NodeJS.Signals;
  readonly graceMs: number;
}

/** What a leash is told first. */
export interface LeashOrder {
  readonly type: 'start';
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the server: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid?: number;
  readonly gid?: number;
  /** How the server is stopped when the process holding the leash asks, or is gone. Ends with SIGKILL by itself. */
  readonly stop: readonly StopStep[];
  /** How it is stopped when there is no time. */
  readonly hurry: readonly StopStep[];
  /** Directories to remove when the holder is gone and so cannot do it. */
  readonly removeWhenOrphaned: readonly string[];
}

export type LeashCommand = LeashOrder | { readonly type: 'stop' | 'hurry' };

export type LeashReport =
  | { readonly type: 'started'; readonly pid: number }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'exited'; readonly code: number | null; readonly signal: NodeJS.Signals | null };
