import { z } from 'zod';
import type { ResponseHead } from '../../reach/response.ts';
import { retryAfterMs } from '../../reach/retryAfter.ts';

/** An answer that is none of the wanted ones, in the words that Google's errors have. */
export interface Refusal {
  status: number;
  /** Such as `userRateLimitExceeded`, `API_KEY_INVALID`, `invalid_grant`; the most telling one first. */
  reasons: string[];
  /** The parameter that was wrong, when one was. */
  location: string | null;
  /** Text of a page for people, where the API should have answered. */
  page: string | null;
  retryAfterMs: number | undefined;
}

const WORD = z.string().regex(/^[A-Za-z0-9_]{1,64}$/);
const REASON = z.object({
  reason: WORD.optional().catch(undefined),
  location: WORD.optional().catch(undefined),
});

/** Errors of the API (old and new style together), and those of the token endpoint (RFC 6749 §5.2). */
const BODY = z.object({
  error: z.union([
    WORD,
    z.object({
      status: WORD.optional().catch(undefined),
      errors: z.array(REASON).max(20).optional().catch(undefined),
      details: z.array(REASON).max(20).optional().catch(undefined),
    }),
  ]),
});

const isPage = (head: ResponseHead, body: string) =>
  /^text\/html/i.test(head.header('content-type') ?? '') || /^\s*<(!doctype|html)/i.test(body);

export function readRefusal(head: ResponseHead, body: string): Refusal {
  const refusal: Refusal = {
    status: head.status,
    reasons: [],
    location: null,
    page: isPage(head, body) ? body : null,
    retryAfterMs: retryAfterMs(head.header('retry-after')),
  };
  if (refusal.page !== null) return refusal;
  let error: z.infer<typeof BODY>['error'];
  try {
    error = BODY.parse(JSON.parse(body)).error;
  } catch {
    return refusal;
  }
  if (typeof error === 'string') return { ...refusal, reasons: [error] };
  const { errors = [], details = [], status } = error;
  const reasons = [...details.map(({ reason }) => reason), ...errors.map(({ reason }) => reason), status];
  return {
    ...refusal,
    reasons: reasons.filter((reason) => reason !== undefined),
    location: errors[0]?.location ?? null,
  };
}
