import { z } from 'zod';
import type { Json, SourceKind } from '../../sources/source.ts';
import { invalid, Problem } from '../problem.ts';

/** Whatever a kind of source asks for; `GET /source-kinds` says what that is. Taken, never given back. */
export const Credentials = z
  .record(z.string(), z.unknown())
  .meta({ description: 'As the kind of source asks for them (`GET /source-kinds`). Write-only.' });

/** @throws Problem 422 that names what is wrong, and not what it was. */
export function checkCredentials(kind: SourceKind, given: z.output<typeof Credentials>): Json {
  if (kind.credentials === null) {
    throw new Problem({
      status: 422,
      code: 'invalid_request',
      title: 'The request is not valid',
      detail: `A source of the kind ${kind.kind} takes no credentials.`,
      errors: [{ pointer: '/credentials', detail: 'not taken by this kind of source' }],
    });
  }
  const read = kind.credentials.safeParse(given);
  if (read.success) return read.data as Json;
  const issues = read.error.issues.map((issue) => ({ ...issue, path: ['credentials', ...issue.path] }));
  throw invalid('body', new z.ZodError(issues));
}
