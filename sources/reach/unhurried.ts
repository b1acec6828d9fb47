/** Work that may hold the event loop at a time, in milliseconds. */
const SLICE_MS = 8;

export interface Unhurried {
  /** Keeps a chunk until its turn. @throws what the work on an earlier chunk threw. */
  write(chunk: Buffer): void;
  /** All chunks have been worked on. @throws what the work threw, or the signal's reason. */
  drained(signal: AbortSignal): Promise<void>;
  /** Forgets what was not worked on yet. */
  stop(): void;
}

/**
 * Lets others have the event loop while a body is worked on. A socket hands over up to 2 MiB between two turns of the
 * loop (libuv reads 32 times 64 KiB), and bodies cannot be paused (see `exchange.ts`): so what arrives waits here. Only
 * for bodies with a limit.
 */
export function createUnhurried(work: (chunk: Buffer) => void): Unhurried {
  let waiting: Buffer[] = [];
  let timer: NodeJS.Immediate | null = null;
  let failed: { error: unknown } | null = null;
  let tell: (() => void) | null = null;

  function turn(): void {
    timer = null;
    const until = performance.now() + SLICE_MS;
    let done = 0;
    try {
      while (done < waiting.length && performance.now() < until) work(waiting[done++] as Buffer);
    } catch (error) {
      failed = { error };
    }
    waiting = failed === null ? waiting.slice(done) : [];
    if (waiting.length > 0) timer = setImmediate(turn);
    else tell?.();
  }

  function stop(): void {
    if (timer) clearImmediate(timer);
    timer = null;
    waiting = [];
    tell?.();
  }

  return {
    write(chunk) {
      if (failed) throw failed.error;
      waiting.push(chunk);
      timer ??= setImmediate(turn);
    },
    async drained(signal) {
      if (waiting.length > 0 && !signal.aborted) {
        signal.addEventListener('abort', stop, { once: true });
        await new Promise<void>((resolve) => {
          tell = resolve;
        });
        signal.removeEventListener('abort', stop);
      }
      signal.throwIfAborted();
      if (failed) throw failed.error;
    },
    stop,
  };
}
