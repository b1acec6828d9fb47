import type { Response } from 'express';
import type { Gate } from '../access/gate.ts';
import { principalOf } from '../access/principal.ts';
import { Problem } from '../problem.ts';
import { addressOf } from './addressOf.ts';

export interface RateLimit {
  /** Requests a second that one caller may make for long. */
  perSecond: number;
  /** Requests at once after a rest. */
  burst: number;
}

/** Callers of which this process remembers how much they have left; those that rest longest are forgotten first. */
const MOST_CALLERS = 50_000;

interface Bucket {
  tokens: number;
  /** Milliseconds of `performance.now()`. */
  at: number;
}

/**
 * A bucket of requests for each principal, or each address where nobody says who they are, that refills steadily. Each API
 * process counts for itself.
 * @param limit `null`: nobody is held back
 * @param exempt paths that are never held back
 */
export function limitRate(gate: Gate, limit: RateLimit | null, exempt: ReadonlySet<string>): Gate {
  if (limit === null) return gate;
  const { perSecond, burst } = limit;
  const buckets = new Map<string, Bucket>();

  function refilled(key: string): Bucket {
    const now = performance.now();
    const before = buckets.get(key) ?? { tokens: burst, at: now };
    const bucket = {
      tokens: Math.min(burst, before.tokens + ((now - before.at) / 1_000) * perSecond),
      at: now,
    };
    // Put back at the end: a map keeps the order of insertion.
    buckets.delete(key);
    buckets.set(key, bucket);
    if (buckets.size > MOST_CALLERS) for (const oldest of buckets.keys()) if (buckets.delete(oldest)) break;
    return bucket;
  }

  /** @throws Problem 429 */
  function take(key: string, res: Response): void {
    const bucket = refilled(key);
    const allowed = bucket.tokens >= 1;
    if (allowed) bucket.tokens -= 1;
    res.set({
      'RateLimit-Limit': String(burst),
      'RateLimit-Remaining': String(Math.floor(bucket.tokens)),
      'RateLimit-Reset': String(Math.ceil((burst - bucket.tokens) / perSecond)),
    });
    if (allowed) return;
    throw new Problem({
      status: 429,
      code: 'too_many_requests',
      title: 'Too many requests',
      detail: `At most ${perSecond} requests a second are answered for long. Wait a moment, and ask again.`,
      retryAfter: Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond)),
    });
  }

  return {
    async pass(route, req, res, work) {
      if (exempt.has(route.path)) return gate.pass(route, req, res, work);
      const address = `address ${addressOf(req)}`;
      let entered = false;
      try {
        await gate.pass(route, req, res, (visit) => {
          entered = true;
          const id = principalOf(res)?.id ?? null;
          take(id === null ? address : `principal ${id}`, res);
          return work(visit);
        });
      } catch (error) {
        // Whoever guesses at keys is held back by where they are.
        if (!entered) take(address, res);
        throw error;
      }
    },
  };
}
