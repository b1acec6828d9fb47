import type { RequestHandler } from 'express';
import { Problem } from '../problem.ts';
import { addressOf } from './caller.ts';

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
 * A bucket of requests for each address that refills steadily. Keys do not count: whoever tries them has many. Each API process
 * counts for itself.
 * @param exempt paths that are never held back
 */
export function rateLimit({ perSecond, burst }: RateLimit, exempt: ReadonlySet<string>): RequestHandler {
  const buckets = new Map<string, Bucket>();

  function take(key: string): Bucket {
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

  return (req, res, next) => {
    if (exempt.has(req.path)) {
      next();
      return;
    }
    const bucket = take(addressOf(req));
    const allowed = bucket.tokens >= 1;
    if (allowed) bucket.tokens -= 1;
    res.set({
      'RateLimit-Limit': String(burst),
      'RateLimit-Remaining': String(Math.floor(bucket.tokens)),
      'RateLimit-Reset': String(Math.ceil((burst - bucket.tokens) / perSecond)),
    });
    if (!allowed) {
      throw new Problem({
        status: 429,
        code: 'too_many_requests',
        title: 'Too many requests',
        detail: `At most ${perSecond} requests a second are answered for long. Wait a moment, and ask again.`,
        retryAfter: Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond)),
      });
    }
    next();
  };
}
