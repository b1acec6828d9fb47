import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { Failure } from '../domain/failures.ts';

/** A typed failure as Temporal understands it: permanent ones are not tried again. Everything else is a plain throw. */
export function toApplicationFailure(error: unknown): unknown {
  if (error instanceof CancelledFailure || !(error instanceof Failure)) return error;
  return ApplicationFailure.create({
    message: error.message,
    type: error.type,
    nonRetryable: !error.retryable,
    ...(error.retryAfterMs === undefined
      ? {}
      : { nextRetryDelay: error.retryAfterMs, details: [{ resumeInMs: error.retryAfterMs }] }),
  });
}
