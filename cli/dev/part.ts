import { setTimeout as sleep } from 'node:timers/promises';
import { describeExit, type Running } from './running.ts';

/** A part that is kept running. */
export interface Part {
  readonly name: string;
  /** The first start. @throws Error when it fails, because then something is wrong that trying again will not cure */
  begin(): Promise<void>;
  stop(how: 'stop' | 'hurry'): Promise<void>;
}

export interface PartOptions {
  readonly name: string;
  start(signal: AbortSignal): Promise<Running>;
  readonly log: (line: string) => void;
  /** Told of each start, so that a later one can find what was left over. */
  onStarted?(pid: number): void;
  readonly backoff?: { readonly firstMs: number; readonly maxMs: number; readonly calmMs: number };
}

const HURRY_MS = 1_000;
const BACKOFF = { firstMs: 500, maxMs: 30_000, calmMs: 60_000 } as const;

/** Keeps one part running: after an end that nobody asked for it is started again, each time a little later. */
export function createPart({ name, start, log, onStarted, backoff = BACKOFF }: PartOptions): Part {
  const stopping = new AbortController();
  let current: Running | null = null;
  let starting: Promise<void> = Promise.resolve();
  let delayMs = backoff.firstMs;

  const startOnce = async (): Promise<void> => {
    const running = await start(stopping.signal);
    current = running;
    onStarted?.(running.pid);
    const startedAt = Date.now();
    void running.exited.then((exit) => {
      current = null;
      if (stopping.signal.aborted) return;
      if (Date.now() - startedAt > backoff.calmMs) delayMs = backoff.firstMs;
      starting = again(`ended with ${describeExit(exit)}`);
    });
  };

  const again = async (why: string): Promise<void> => {
    for (let reason = why; !stopping.signal.aborted; ) {
      log(`[${name}] ${reason}; starting it again in ${delayMs / 1000} s`);
      await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => {});
      delayMs = Math.min(delayMs * 2, backoff.maxMs);
      if (stopping.signal.aborted) return;
      try {
        await startOnce();
        log(`[${name}] runs again`);
        return;
      } catch (error) {
        reason = (error as Error).message;
      }
    }
  };

  return {
    name,
    begin() {
      const first = startOnce();
      starting = first.catch(() => {});
      return first;
    },
    async stop(how) {
      stopping.abort(new Error(`${name} is being stopped`));
      // A start in progress gives up by itself or comes to its end; either way nothing must be left of it.
      // In a hurry its leash sees to that, once this process has ended.
      if (current === null) await (how === 'stop' ? starting : Promise.race([starting, sleep(HURRY_MS)]));
      await current?.stop(how);
    },
  };
}
