import { FAILURES, isFailureType } from '../../domain/failures.ts';

/** A recorded failure with its explanation and what to do about it. */
export function presentFailure(
  type: string | null,
  detail: string | null,
): { type: string; title: string; detail: string; advice: string } | null {
  if (type === null) return null;
  const known = isFailureType(type) ? FAILURES[type] : FAILURES.internal_error;
  return { type, title: known.title, detail: detail ?? '', advice: known.advice };
}
