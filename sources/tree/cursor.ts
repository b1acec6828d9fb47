import { z } from 'zod';
import { readCursorOf } from '../cursor.ts';
import type { Json } from '../source.ts';

/** Directories still to be read, nearest first, and the last name of the first one that was handed out already. */
const CURSOR = z.object({
  /** Paths below the root (undecoded where they are parts of URLs), `''` for itself, others ending with `/`. */
  pending: z.array(z.string()).min(1),
  after: z.string().nullable(),
  /** Directories seen in all. */
  seen: z.int(),
});

/** @throws Failure `internal_error`: only we write cursors. */
export function readCursor(cursor: Json): z.infer<typeof CURSOR> {
  if (cursor === null) return { pending: [''], after: null, seen: 1 };
  return readCursorOf(CURSOR, cursor);
}
