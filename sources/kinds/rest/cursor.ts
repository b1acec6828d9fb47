import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';
import { readCursorOf } from '../../cursor.ts';
import type { Json } from '../../source.ts';

const MAX_PAGES = 100_000;
const MAX_RECENT = 32;

/** Which page: its address, its token, or its number or offset. `null`: the first. */
const POSITION = z.union([
  z.null(),
  z.strictObject({ url: z.string() }),
  z.strictObject({ token: z.string() }),
  z.strictObject({ number: z.int() }),
]);
export type Position = z.infer<typeof POSITION>;

const CURSOR = z.object({
  at: POSITION,
  /** Items of this page that were handed over already. */
  done: z.int().min(0),
  /** Pages that were read whole. */
  pages: z.int().min(0),
  /** Marks of the last pages, to notice short circles at once. */
  recent: z.array(z.string()).max(MAX_RECENT),
  /** Mark of the last page whose number was a power of two: any circle comes by there again (Brent's algorithm). */
  landmark: z.string().nullable(),
});
export type RestCursor = z.infer<typeof CURSOR>;

/** @throws Failure `internal_error`: only we write cursors. */
export function readCursor(cursor: Json): RestCursor {
  if (cursor === null) return { at: null, done: 0, pages: 0, recent: [], landmark: null };
  return readCursorOf(CURSOR, cursor);
}

/**
 * The cursor behind a page.
 * @param mark short text that two pages have in common only when they are the same page
 * @throws Failure `bad_response`: the pages go in a circle; `listing_too_large`
 */
export function goOn(cursor: RestCursor, at: Exclude<Position, null>, mark: string): RestCursor {
  if (cursor.recent.includes(mark) || cursor.landmark === mark) {
    throw new Failure(
      'bad_response',
      `The pages go in a circle: what came after page ${cursor.pages + 1} had come before. Check the setting "next".`,
    );
  }
  const pages = cursor.pages + 1;
  if (pages >= MAX_PAGES) {
    throw new Failure('listing_too_large', `The API has more than ${MAX_PAGES} pages. Import parts of it.`);
  }
  const isPower = (pages & (pages - 1)) === 0;
  return {
    at,
    done: 0,
    pages,
    recent: [...cursor.recent, mark].slice(-MAX_RECENT),
    landmark: isPower ? mark : cursor.landmark,
  };
}
