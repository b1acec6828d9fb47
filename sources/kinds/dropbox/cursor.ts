import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';
import type { Json } from '../../source.ts';

const CURSOR = z.object({
  /** Folders still to be listed, nearest first, as paths below the address; `''` is the address itself. */
  pending: z.array(z.string()).min(1),
  /** Dropbox's cursor in the first of them; `null`: it was not asked for yet. */
  at: z.string().max(65_536).nullable(),
  /** How many entries of the page at `at` were handed out, and the mark by which that page is known again. */
  taken: z.object({ count: z.int().min(0), mark: z.string() }).nullable(),
  /** Folders seen in all. */
  seen: z.int(),
  /** How often Dropbox had the first folder begun anew. */
  resets: z.int(),
});

export type DropboxCursor = z.infer<typeof CURSOR>;

/** @throws Failure `internal_error`: only we write cursors. */
export function readCursor(cursor: Json): DropboxCursor {
  if (cursor === null) return { pending: [''], at: null, taken: null, seen: 1, resets: 0 };
  const read = CURSOR.safeParse(cursor);
  if (read.success) return read.data;
  throw new Failure(
    'internal_error',
    'The place where the listing was to go on cannot be read. Start the import again.',
  );
}
