import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Response } from 'express';

const MOST_SECONDS = 60;
const LOOK_MS = 50;
const LOOK_AT_LEAST_MS = 500;

/** Seconds of `Prefer: wait=N` (RFC 7240); `null`: the client does not want to wait. */
export function waitOf(req: Pick<Request, 'headers'>): number | null {
  const preferences = [req.headers['prefer'] ?? []].flat().join(',');
  const [, seconds] = /(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:[;,]|$)/i.exec(preferences) ?? [];
  return seconds === undefined ? null : Math.min(Number(seconds), MOST_SECONDS);
}

/**
 * Holds an answer for a client that prefers to wait, until the work is done, its time has passed or it has gone.
 * @param isDone whether there is nothing left to wait for
 */
export async function waitAsPreferred(
  req: Request,
  res: Response,
  isDone: () => Promise<boolean>,
): Promise<void> {
  const seconds = waitOf(req);
  if (seconds === null) return;
  res.set('Preference-Applied', `wait=${seconds}`);
  const deadline = performance.now() + seconds * 1_000;
  for (let pause = LOOK_MS; !(await isDone()); pause = Math.min(pause * 1.5, LOOK_AT_LEAST_MS)) {
    const left = deadline - performance.now();
    if (left <= 0 || res.destroyed || res.socket?.destroyed) return;
    await sleep(Math.min(pause, left));
  }
}
