import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';
import { readCursorOf } from '../../cursor.ts';
import type { Json } from '../../source.ts';
import { ID, KEY } from './ids.ts';

const MAX_FOLDERS = 20_000;
/** Characters; names in Drive have no limit of their own. */
const MAX_PATHS = 4_000_000;
/** Of the hash of an id: two of 20,000 folders are taken for one with a chance of 1 in 5,000,000,000. */
const MARK = 10;

export const reference = { id: z.string().regex(ID), resourceKey: z.string().regex(KEY).nullable() };

const CURSOR = z.object({
  /** Folders still to be read, nearest first; `path` of names, `''` for what was imported, others ending with `/`. */
  pending: z.array(z.object({ ...reference, path: z.string(), depth: z.int() })),
  /** Where the first of them goes on, in pages of what size. */
  page: z.object({ token: z.string(), size: z.int() }).nullable(),
  /** Shortcuts of the last page whose targets have not been looked at. */
  shortcuts: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      path: z.string(),
      depth: z.int(),
      target: z.object(reference),
    }),
  ),
  /** How often a folder had to be read from its start again. */
  restarts: z.int(),
  /** Marks of all folders seen, one after the other: shortcuts can lead back to any of them. */
  seen: z.string(),
});

export type DriveCursor = z.infer<typeof CURSOR>;
export type PendingFolder = DriveCursor['pending'][number];
export type Shortcut = DriveCursor['shortcuts'][number];

/** @throws Failure `internal_error`: only we write cursors. */
export function readCursor(cursor: Json): DriveCursor | null {
  if (cursor === null) return null;
  return readCursorOf(CURSOR, cursor);
}

const tooLarge = (what: string) =>
  new Failure('listing_too_large', `The folder ${what}. Import its sub-folders one by one.`);

/** The folders that were seen, each of them walked once however many shortcuts lead to it. */
export interface Seen {
  /** @returns whether it is new. @throws Failure `listing_too_large` */
  add(id: string): boolean;
  text(): string;
}

export function createSeen(text: string): Seen {
  const marks = new Set(text.match(new RegExp(`.{${MARK}}`, 'g')) ?? []);
  return {
    add(id) {
      const mark = createHash('sha256').update(id).digest('base64url').slice(0, MARK);
      if (marks.has(mark)) return false;
      if (marks.size === MAX_FOLDERS) throw tooLarge(`has more than ${MAX_FOLDERS} folders below it`);
      marks.add(mark);
      return true;
    },
    text: () => [...marks].join(''),
  };
}

/** @throws Failure `listing_too_large` when the names of what waits are too long to be kept. */
export function boundPaths(waiting: readonly { path: string; name?: string }[]): void {
  let total = 0;
  for (const { path, name = '' } of waiting) total += path.length + name.length;
  if (total > MAX_PATHS) throw tooLarge('has too many folders with too long names');
}
