export interface PacingOptions {
  /** Requests to one origin at the same time. */
  concurrency: number;
  /** Requests to one origin per second, on average; a second's worth may come in a burst. `null`: no limit. */
  requestsPerSecond: number | null;
}

export interface Pacing {
  /**
   * Waits for a turn at an origin. Turns are given in the order they were asked for.
   * @returns gives the turn back; may be called more than once.
   * @throws the signal's reason.
   */
  turn(origin: string, signal: AbortSignal): Promise<() => void>;
}

interface Lane {
  busy: number;
  waiting: (() => void)[];
  /** Token bucket as one number: when the next request is due if all went out evenly. */
  due: number;
}

export function createPacing({ concurrency, requestsPerSecond }: PacingOptions): Pacing {
  const lanes = new Map<string, Lane>();
  const gap = requestsPerSecond === null ? 0 : 1_000 / requestsPerSecond;

  function leave(origin: string, lane: Lane): void {
    const next = lane.waiting.shift();
    if (next) next();
    else if (--lane.busy === 0 && lane.due <= performance.now()) lanes.delete(origin);
  }

  async function pause(ms: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, ms);
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  async function enter(lane: Lane, signal: AbortSignal): Promise<void> {
    if (lane.busy < concurrency) {
      lane.busy++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const go = () => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const stop = () => {
        lane.waiting.splice(lane.waiting.indexOf(go), 1);
        reject(signal.reason);
      };
      lane.waiting.push(go);
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  return {
    async turn(origin, signal) {
      signal.throwIfAborted();
      const lane = lanes.get(origin) ?? { busy: 0, waiting: [], due: 0 };
      lanes.set(origin, lane);
      await enter(lane, signal);
      let mine = true;
      const giveBack = () => {
        if (mine) leave(origin, lane);
        mine = false;
      };
      if (gap > 0) {
        const now = performance.now();
        // At most a second's worth of unused turns is kept.
        lane.due = Math.max(lane.due, now - 1_000 + gap) + gap;
        const wait = lane.due - gap - now;
        if (wait > 0) {
          try {
            await pause(wait, signal);
          } catch (error) {
            giveBack();
            throw error;
          }
        }
      }
      return giveBack;
    },
  };
}
