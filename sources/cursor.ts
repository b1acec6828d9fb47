import type { z } from 'zod';
import { Failure } from '../domain/failures.ts';
import type { Json } from './source.ts';

/**
 * A cursor as a kind wrote it.
 * @throws Failure `internal_error`: only we write cursors.
 */
export function readCursorOf<T>(schema: z.ZodType<T>, cursor: Json): T {
  const read = schema.safeParse(cursor);
  if (read.success) return read.data;
  throw new Failure(
    'internal_error',
    'The place where the listing was to go on cannot be read. Start the import again.',
  );
}
