import { z } from 'zod';
import { isList, type Route } from '../route.ts';

const RequestId = z.string().meta({
  header: { id: 'RequestId' },
  description:
    'The `X-Request-Id` of the request where it had one, else made for it; logs and problems name it',
  example: '0b8f3c52-3f0a-4b53-9d2e-6c1f8f0f7a11',
});
const Location = z
  .string()
  .optional()
  .meta({
    header: { id: 'Location' },
    description: 'Where what was begun or made can be read',
    example: '/imports/0b8f3c52-3f0a-4b53-9d2e-6c1f8f0f7a11',
  });
const Link = z
  .string()
  .optional()
  .meta({
    header: { id: 'Link' },
    description: 'The pages around this one, as `first`, `prev`, `next` and `last` (RFC 8288)',
    example: '</images?page=2>; rel="next"',
  });
const ETag = z.string().meta({
  header: { id: 'ETag' },
  description: 'For `If-None-Match`, and for `If-Match` where it can be changed',
  example: '"3.JmFzZTY0dXJsIG9mIGEgZGln"',
});
const PreferenceApplied = z
  .string()
  .optional()
  .meta({
    header: { id: 'PreferenceApplied' },
    description: 'That the client’s wish was heeded',
    example: 'wait=10',
  });
const Replayed = z
  .enum(['true'])
  .optional()
  .meta({
    header: { id: 'IdempotencyReplayed' },
    description: 'The request was made before; this is what it was answered',
  });
const RetryAfter = z
  .int()
  .min(0)
  .optional()
  .meta({
    header: { id: 'RetryAfter' },
    description: 'Seconds to wait before asking again',
    example: 5,
  });

const IdempotencyKey = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[!#-~]([ !#-~]*[!#-~])?$/)
  .optional()
  .meta({
    param: { id: 'IdempotencyKey' },
    description:
      'Of the client’s making, such as a UUID. The same request with the same key is done once and answered the same, ' +
      'for 24 hours',
    example: '6f1c2f0e-8f3b-4d7c-9a57-0c7a3f1f3f6e',
  });
const Prefer = z
  .string()
  .optional()
  .meta({
    param: { id: 'Prefer' },
    description: '`wait=N`: answer when the work is done, or after N seconds (60 at most)',
    example: 'wait=2',
  });
const IfMatch = z
  .string()
  .optional()
  .meta({
    param: { id: 'IfMatch' },
    description: 'The ETag of what is to be changed',
    example: '"3.JmFzZTY0dXJsIG9mIGEgZGln"',
  });
const IfNoneMatch = z
  .string()
  .optional()
  .meta({
    param: { id: 'IfNoneMatch' },
    description: 'The ETag of what the client has: 304 when it is still that',
    example: '"3.JmFzZTY0dXJsIG9mIGEgZGln"',
  });

const CHANGES = new Set(['patch', 'put', 'delete']);
const ACCEPTED = new Set([201, 202]);

/** Whether an `If-Match` is heeded. */
export const isConditional = ({ method, versioned }: Route): boolean =>
  versioned === true && CHANGES.has(method);

/** Whether an `If-None-Match` is heeded, as the document says it. */
export const isRevalidated = ({ method, versioned }: Route): boolean =>
  versioned === true && method === 'get';

/** Headers that an operation takes. */
export function headersTaken(route: Route): z.ZodObject {
  return z.object({
    ...(route.method === 'post' ? { 'Idempotency-Key': IdempotencyKey } : {}),
    ...(route.waits ? { Prefer } : {}),
    ...(isConditional(route) ? { 'If-Match': IfMatch } : {}),
    ...(isRevalidated(route) ? { 'If-None-Match': IfNoneMatch } : {}),
  });
}

/** Headers of an answer that is a success. */
export function headersGiven(route: Route, status: number): z.ZodObject {
  return z.object({
    'X-Request-Id': RequestId,
    ...(ACCEPTED.has(status) ? { Location } : {}),
    ...(isList(route) ? { Link } : {}),
    ...(isRevalidated(route) ? { ETag } : {}),
    ...(route.waits ? { 'Preference-Applied': PreferenceApplied } : {}),
    ...(route.method === 'post' ? { 'Idempotency-Replayed': Replayed } : {}),
  });
}

/** Headers of a problem. @param passing whether asking again later can help */
export function headersOfProblem(passing: boolean): z.ZodObject {
  return z.object({ 'X-Request-Id': RequestId, ...(passing ? { 'Retry-After': RetryAfter } : {}) });
}
