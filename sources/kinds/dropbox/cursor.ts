import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';
import { readCursorOf } from '../../cursor.ts';
import type { Json } from '../../source.ts';

const MAX_RESETS = 5;

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
  return readCursorOf(CURSOR, cursor);
}

/**
 * Dropbox has its first folder begun anew: back to its first page, without the folders that it had brought.
 * @throws Failure `source_error` when that never ends.
 */
export function resetFolder(state: DropboxCursor): void {
  if (++state.resets > MAX_RESETS) {
    throw new Failure('source_error', 'The folder changes faster than Dropbox can list it.');
  }
  const [folder = ''] = state.pending;
  const inside = folder === '' ? '' : `${folder}/`;
  const before = state.pending.length;
  state.pending = state.pending.filter(
    (path, i) => i === 0 || !path.startsWith(inside) || path.slice(inside.length).includes('/'),
  );
  state.seen -= before - state.pending.length;
  state.at = null;
  state.taken = null;
}

export function leaveFolder(state: DropboxCursor): void {
  state.pending.shift();
  state.at = null;
  state.taken = null;
  state.resets = 0;
}
