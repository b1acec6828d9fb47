import { createPacing } from '../reach/pacing.ts';
import type { RequestBudget } from '../source.ts';

/** A connection that serves one purpose at a time. */
export interface Session {
  /** Whether it broke or was closed, and is of no more use. */
  readonly closed: boolean;
  /** At once, whatever is under way. */
  close(): void;
}

export interface PoolOptions<S extends Session> {
  /** Connections at the same time. */
  size: number;
  budget: RequestBudget;
  open(signal: AbortSignal): Promise<S>;
}

/** The connections of one source. Servers count them, so one that is idle is used again before another is made. */
export interface Pool<S extends Session> {
  /**
   * @param ms longest that `work` may take, the wait for a connection and its making not counted
   * @param late what is thrown when it takes longer
   * @throws the signal's reason. The connection is then gone, and with it whatever was under way.
   */
  use<T>(
    signal: AbortSignal,
    { ms, late }: { ms: number; late: () => Error },
    work: (session: S) => Promise<T>,
  ): Promise<T>;
  close(): void;
}

/** After this long without work a connection may be dead without anybody having said so. */
const STALE_MS = 60_000;

/** Runs `work`; when the time is up or the signal fires, `stop` is called and that is what is thrown. */
export async function endWith<T>(
  signal: AbortSignal,
  ms: number,
  late: () => Error,
  stop: () => void,
  work: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  let giveUp: (reason: unknown) => void = () => {};
  const stopped = new Promise<never>((_resolve, reject) => {
    giveUp = (reason) => {
      reject(reason);
      stop();
    };
  });
  const timer = setTimeout(() => giveUp(late()), ms);
  const onAbort = () => giveUp(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([stopped, work()]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

export function createPool<S extends Session>({ size, budget, open }: PoolOptions<S>): Pool<S> {
  const places = createPacing({ concurrency: size, requestsPerSecond: null });
  const idle: { session: S; since: number }[] = [];
  let closed = false;

  function takeIdle(): S | null {
    for (;;) {
      const found = idle.pop();
      if (found === undefined) return null;
      const { session, since } = found;
      if (!session.closed && performance.now() - since < STALE_MS) return session;
      session.close();
    }
  }

  return {
    async use(signal, { ms, late }, work) {
      const leave = await places.turn('', signal);
      try {
        const giveBack = await budget.turn(signal);
        try {
          const session = takeIdle() ?? (await open(signal));
          try {
            return await endWith(
              signal,
              ms,
              late,
              () => session.close(),
              () => work(session),
            );
          } finally {
            if (closed) session.close();
            else if (!session.closed) idle.push({ session, since: performance.now() });
          }
        } finally {
          giveBack();
        }
      } finally {
        leave();
      }
    },
    close() {
      closed = true;
      for (const { session } of idle.splice(0)) session.close();
    },
  };
}
