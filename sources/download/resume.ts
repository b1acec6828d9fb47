import { z } from 'zod';
import { Failure } from '../../domain/failures.ts';
import type { ResponseHead } from '../reach/response.ts';

/** What ties a later part of a file to the first one. */
const VALIDATOR = z.object({ header: z.enum(['etag', 'last-modified']), value: z.string() });
export type Validator = z.infer<typeof VALIDATOR>;

/** A validator as an earlier attempt noted it. */
export function readValidator(note: string): Validator | null {
  try {
    return VALIDATOR.parse(JSON.parse(note));
  } catch {
    return null;
  }
}

/**
 * What `If-Range` may say (RFC 9110 §13.1.5): a strong entity tag, else the time of the last change.
 * `null`: the source does not do ranges, or gives nothing to recognise the file by.
 */
export function validatorOf(head: ResponseHead): Validator | null {
  if (head.header('accept-ranges')?.trim().toLowerCase() !== 'bytes') return null;
  const etag = head.header('etag');
  if (etag?.startsWith('"')) return { header: 'etag', value: etag };
  const changed = head.header('last-modified');
  return changed ? { header: 'last-modified', value: changed } : null;
}

export function resumeHeaders(validator: Validator, from: number): Record<string, string> {
  return { range: `bytes=${from}-`, 'if-range': validator.value };
}

/**
 * Checks that a 206 goes on exactly where the first part broke off, in the same version of the file.
 * @param validator `null`: nothing in the head tells the version; the caller has a hash of the whole.
 * @throws Failure `changed_during_read`
 */
export function checkPart(
  head: ResponseHead,
  validator: Validator | null,
  from: number,
  total: number | null,
): void {
  const range = /^bytes (\d{1,20})-\d{1,20}\/(\d{1,20}|\*)$/.exec(head.header('content-range') ?? '');
  const sameTotal = range?.[2] === '*' || total === null || Number(range?.[2]) === total;
  const tag = validator === null ? undefined : head.header(validator.header);
  if (
    range === null ||
    Number(range[1]) !== from ||
    !sameTotal ||
    (tag !== undefined && tag !== validator?.value)
  ) {
    throw new Failure(
      'changed_during_read',
      'The rest of the file that the source sent does not fit its first part.',
    );
  }
}
