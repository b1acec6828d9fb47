/**
 * Dropbox answers identical listings at the same time with "too many requests", so a second one waits for the first.
 * Holds for one process, which is where two imports of one link meet most often; elsewhere the refusal is one to retry.
 */
export function createOneAtATime() {
  const last = new Map<string, Promise<unknown>>();

  /** @throws the signal's reason while it waits; what `run` throws. */
  return async function alone<T>(key: string, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    for (let other = last.get(key); other !== undefined; other = last.get(key)) {
      await orAborted(other, signal);
    }
    const mine = run();
    const settled = mine.then(
      () => {},
      () => {},
    );
    last.set(key, settled);
    try {
      return await mine;
    } finally {
      last.delete(key);
    }
  };
}

export type OneAtATime = ReturnType<typeof createOneAtATime>;

async function orAborted(other: Promise<unknown>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    await Promise.race([other, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
