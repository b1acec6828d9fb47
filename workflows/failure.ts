import { ActivityFailure, ApplicationFailure, rootCause } from '@temporalio/workflow';
import type { Attention } from '../domain/batch.ts';
import { isFailureType } from '../domain/failures.ts';

/** What an activity gave up with, as a type and a sentence. */
export function describeFailure(error: unknown): Attention {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && cause.type && isFailureType(cause.type)) {
    const [said] = (cause.details ?? []) as [{ resumeInMs?: number }?];
    return {
      type: cause.type,
      detail: cause.message,
      ...(said?.resumeInMs !== undefined && { resumeInMs: said.resumeInMs }),
    };
  }
  return { type: 'internal_error', detail: rootCause(error) ?? 'unknown' };
}
