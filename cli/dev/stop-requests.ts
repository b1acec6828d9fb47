const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One Ctrl-C arrives twice below npm: from the terminal, and passed on by npm. */
const SAME_PRESS_MS = 400;
const PARENT_CHECK_MS = 1_000;

export interface StopRequests {
  /** Aborts at the first request. */
  readonly stop: AbortSignal;
  /** Aborts at the second. */
  readonly hurry: AbortSignal;
  dispose(): void;
}

/** Listens for requests to stop: signals, and, when asked to, the end of the process that started this one. */
export function listenForStop(stopWithParent: boolean): StopRequests {
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

  const parent = process.ppid;
  const watch = stopWithParent
    ? setInterval(() => {
        if (process.ppid === parent) return;
        clearInterval(watch);
        request();
      }, PARENT_CHECK_MS).unref()
    : undefined;

  return {
    stop: stop.signal,
    hurry: hurry.signal,
    dispose() {
      clearInterval(watch);
      for (const signal of SIGNALS) process.off(signal, request);
    },
  };
}
