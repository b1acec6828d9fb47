import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../../domain/failures.ts';
import { Refused, storeFailure } from './refusal.ts';

const TRIES = 7;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/** What a try found wrong that another may find right: bytes that are not those that were stored. */
export class Damaged extends Error {
  override readonly name = 'Damaged';
}

export function asFailure(error: unknown): unknown {
  return error instanceof Damaged
    ? new Failure('store_unavailable', error.message, { cause: error })
    : storeFailure(error);
}

function mayPass(error: unknown): boolean {
  if (error instanceof Refused) return error.passing;
  if (error instanceof Failure || error instanceof TypeError) return false;
  // Of our own disk, not of the store.
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code !== 'ENOENT' && code !== 'ENOSPC' && code !== 'EDQUOT';
}

/** The wait before try number `next`: exponential, anywhere below its bound, so that many do not come back together. */
function waitBefore(next: number, error: unknown): number {
  const bound = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (next - 1));
  const asked = error instanceof Refused ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(asked, bound * (0.25 + 0.75 * Math.random()));
}

/**
 * Does `work` again while it fails for reasons that pass, within a number of tries and an overall time.
 * @param totalMs no try begins after it; each has a deadline of its own
 * @throws Failure
 */
export async function persist<T>(work: (attempt: number) => Promise<T>, totalMs: number): Promise<T> {
  const end = Date.now() + totalMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (error) {
      const wait = waitBefore(attempt, error);
      if (!mayPass(error) || attempt >= TRIES || Date.now() + wait > end) {
        throw asFailure(error);
      }
      await sleep(wait);
    }
  }
}
