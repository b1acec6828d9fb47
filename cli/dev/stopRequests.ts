import { whenLauncherIsGone } from './launcher.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One Ctrl-C arrives twice below npm: from the terminal, and passed on by npm. */
const SAME_PRESS_MS = 400;

export interface StopRequests {
  /** Aborts at the first request. */
  readonly stop: AbortSignal;
  /** Aborts at the second. */
  readonly hurry: AbortSignal;
  dispose(): void;
}

/** Listens for requests to stop: signals, and, when asked to, the end of the process that started this one. */
export function listenForStop(stopWithLauncher: boolean): StopRequests {
  const stop = new AbortController();
  const hurry = new AbortController();
  let firstAt = 0;

  const request = (): void => {
    if (!stop.signal.aborted) {
      firstAt = Date.now();
      stop.abort(new Error('asked to stop'));
    } else if (Date.now() - firstAt > SAME_PRESS_MS) {
      hurry.abort(new Error('asked to hurry'));
    }
  };
  for (const signal of SIGNALS) process.on(signal, request);

  // Not a second request: below npm the launcher often goes first.
  const once = (): void => {
    if (!stop.signal.aborted) request();
  };
  const unwatch = stopWithLauncher ? whenLauncherIsGone(once) : () => {};

  return {
    stop: stop.signal,
    hurry: hurry.signal,
    dispose() {
      unwatch();
      for (const signal of SIGNALS) process.off(signal, request);
    },
  };
}
