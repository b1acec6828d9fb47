import { type FeedCursor, type FeedKind, rowBefore } from '../../domain/feed.ts';
import { type FeedFilter, type FeedRow, feedBounds, readFeed } from '../../stores/feed/read.ts';
import type { Database } from '../../stores/postgres/database.ts';
import { type FeedMessage, presentFeedRow } from '../present/feed.ts';
import type { FeedTail } from './tail.ts';

const PAGE = 200;

export interface FeedPage {
  messages: FeedMessage[];
  /** Behind the last of them, and behind all that was of no interest. */
  cursor: FeedCursor;
  /** What lay behind the cursor is not kept any more, or never was: the events go on, and what is known is to be read anew. */
  expired: boolean;
}

export interface FeedReader {
  /** The next events. Waits for some, up to `waitMs`; then there are none, and the cursor may have moved all the same. */
  next(waitMs: number, signal: AbortSignal): Promise<FeedPage>;
}

/** Fills in what an event only points at. */
export type Complete = (messages: readonly FeedMessage[]) => Promise<FeedMessage[]>;

interface ReaderDeps {
  db: Database;
  tail: FeedTail;
  complete: Complete;
  base: string;
}

function matches(row: FeedRow, { tenantIds, tenantName, importId, cameraId, kinds }: FeedFilter): boolean {
  return (
    (tenantIds === undefined || (row.tenantId !== null && tenantIds.includes(row.tenantId))) &&
    (tenantName === undefined || row.tenantName === tenantName) &&
    (importId === undefined || row.importId === importId) &&
    (cameraId === undefined || row.cameraId === cameraId) &&
    (kinds === undefined || kinds.includes(row.kind))
  );
}

/** Whether an event carries the import as it is now. */
export function isAboutImport(kind: FeedKind): boolean {
  return kind.startsWith('import.');
}

/** Of news about one import, how far it has come is of interest once: the last one tells it. */
function withoutOvertaken(rows: readonly FeedRow[]): FeedRow[] {
  const told = new Set<string>();
  return rows
    .toReversed()
    .flatMap((row) => {
      if (row.importId === null || !isAboutImport(row.kind)) return [row];
      const overtaken = row.kind === 'import.progress' && told.has(row.importId);
      told.add(row.importId);
      return overtaken ? [] : [row];
    })
    .toReversed();
}

/**
 * Reads on behind a cursor, from memory where it can and from the database where it must. It keeps no queue: who reads
 * slowly reads later, and nothing of it waits in memory.
 */
export function createFeedReader(
  { db, tail, complete, base }: ReaderDeps,
  filter: FeedFilter,
  begin: FeedCursor,
): FeedReader {
  let cursor = begin;

  /** Whether the cursor had to be moved, because nothing is known of where it was. */
  async function leap(): Promise<boolean> {
    // Another process may have read further than this one.
    if (cursor.position > tail.to()) await tail.refresh();
    if (cursor.position > tail.to()) {
      cursor = { position: tail.to(), index: 0 };
      return true;
    }
    const before = rowBefore(cursor);
    if (before >= tail.from()) return false;
    const { swept } = await db.run(feedBounds);
    if (before >= swept) return false;
    cursor = { position: swept, index: 0 };
    return true;
  }

  async function rowsHere(): Promise<{ rows: FeedRow[]; upTo: number }> {
    const before = rowBefore(cursor);
    const to = tail.to();
    const rows =
      before >= tail.from()
        ? tail.rowsBehind(before).filter((row) => matches(row, filter))
        : await db.run((sql) => readFeed(sql, before, to, filter, PAGE));
    const page = rows.slice(0, PAGE);
    const last = page.at(-1);
    return { rows: page, upTo: page.length === PAGE && last !== undefined ? last.position : to };
  }

  return {
    async next(waitMs, signal) {
      const until = performance.now() + waitMs;
      for (;;) {
        const expired = await leap();
        const { rows, upTo } = await rowsHere();
        const messages = withoutOvertaken(rows).flatMap((row) => presentFeedRow(row, cursor, base));
        cursor = { position: Math.max(upTo, rowBefore(cursor)), index: 0 };
        const leftMs = until - performance.now();
        if (expired || messages.length > 0 || leftMs <= 0 || signal.aborted || tail.stopped.aborted)
          return { messages: await complete(messages), cursor, expired };
        if (tail.to() === upTo) await tail.changed(leftMs, signal);
      }
    },
  };
}
