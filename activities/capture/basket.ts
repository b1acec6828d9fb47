import { Failure } from '../../domain/failures.ts';
import { BATCH_SIZE } from '../../domain/limits.ts';
import type { Sight } from '../../stores/cameras/sights.ts';
import type { SeenFrame } from './handOver.ts';

/** Pictures that wait at most. The bytes of 8K pictures are what reaches the second limit first. */
const MAX_FRAMES = 2 * BATCH_SIZE;
const MAX_BYTES = 32 * 2 ** 20;
/** How long a picture waits for others to be handed over with. */
const EVERY_MS = 5_000;
const RETRY_MS = [500, 1_000, 2_000, 5_000] as const;
/** Of a stint that ends: workers that stop give it some seconds more. */
const LAST_WORDS_MS = 6_000;
/** Errors that nobody has foreseen are not tried for ever. */
const STRANGE_TRIES = 4;

export interface BasketOptions {
  /** @param isAgain the same was tried before, and perhaps it was done */
  write(sight: Sight, frames: readonly SeenFrame[], isAgain: boolean): Promise<void>;
  /** What is in it can never be written. Called once. */
  onFatal(error: unknown): void;
}

/** Holds pictures until they are handed over. While that does not succeed it takes the newest and forgets the oldest. */
export interface Basket {
  keep(frame: SeenFrame): void;
  /** There was a picture that showed nothing new. */
  leaveOut(at: Date, flags: readonly string[]): void;
  /** So many pictures were lost before they came here. */
  miss(count: number): void;
  /** Hands over what is in it, now. */
  empty(): void;
  /** The last time. @throws when that does not succeed within some seconds; what is in it is lost then */
  close(): Promise<void>;
  /** Pictures that were forgotten. */
  readonly dropped: number;
}

export function createBasket({ write, onFatal }: BasketOptions): Basket {
  const frames: SeenFrame[] = [];
  let bytes = 0;
  let sight: Sight | null = null;
  let missed = 0;
  let dropped = 0;
  let running: Promise<void> | null = null;
  let isFatal = false;
  let deadline = Number.POSITIVE_INFINITY;
  let hurry: () => void = () => {};
  const timer = setInterval(() => void run(), EVERY_MS);

  function see(at: Date, flags: readonly string[]): Sight {
    sight = { ...(sight ?? { firstAt: at, dropped: 0, unchanged: 0 }), lastAt: at, flags };
    sight.dropped += missed;
    missed = 0;
    return sight;
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const late = setTimeout(resolve, ms);
      hurry = () => {
        clearTimeout(late);
        resolve();
      };
    });
  }

  async function put(taken: Sight, batch: readonly SeenFrame[]): Promise<void> {
    for (let failed = 0; ; failed += 1) {
      try {
        await write(taken, batch, failed > 0);
        return;
      } catch (error) {
        const isKnown = error instanceof Failure;
        if (isKnown ? !error.retryable : failed >= STRANGE_TRIES) {
          isFatal = true;
          onFatal(error);
          throw error;
        }
        const wait = RETRY_MS[Math.min(failed, RETRY_MS.length - 1)] ?? EVERY_MS;
        if (Date.now() + wait > deadline) throw error;
        await pause(wait);
      }
    }
  }

  async function all(): Promise<void> {
    while (sight !== null && !isFatal) {
      const taken: Sight = sight;
      const batch = frames.splice(0, BATCH_SIZE);
      for (const { jpeg } of batch) bytes -= jpeg.length;
      // The counters go with the first batch.
      sight = frames.length > 0 ? { ...taken, dropped: 0, unchanged: 0 } : null;
      await put(taken, batch);
    }
  }

  function run(): Promise<void> {
    running ??= all().finally(() => {
      running = null;
    });
    // Whoever closes it hears of it.
    running.catch(() => {});
    return running;
  }

  return {
    keep(frame) {
      frames.push(frame);
      bytes += frame.jpeg.length;
      const now = see(frame.at, frame.flags);
      while (frames.length > MAX_FRAMES || (bytes > MAX_BYTES && frames.length > 1)) {
        bytes -= frames.shift()?.jpeg.length ?? 0;
        now.dropped += 1;
        dropped += 1;
      }
      if (frames.length >= BATCH_SIZE) void run();
    },
    leaveOut(at, flags) {
      see(at, flags).unchanged += 1;
    },
    miss(count) {
      missed += count;
    },
    empty: () => void run(),
    async close() {
      clearInterval(timer);
      deadline = Date.now() + LAST_WORDS_MS;
      hurry();
      // What runs may have begun before the last picture came.
      await run();
      await run();
    },
    get dropped() {
      return dropped;
    },
  };
}
