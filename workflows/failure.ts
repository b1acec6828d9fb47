import { ActivityFailure, ApplicationFailure, rootCause } from '@temporalio/workflow';
import { type FailureType, isFailureType } from '../domain/failures.ts';

/** What an activity gave up with, as a type and a sentence. */
export function describeFailure(error: unknown): { type: FailureType; detail: string } {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && cause.type && isFailureType(cause.type)) {
    return { type: cause.type, detail: cause.message };
  }
  return { type: 'internal_error', detail: rootCause(error) ?? 'unknown' };
}
