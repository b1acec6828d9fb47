import type { Logger } from '../../log.ts';
import { FEED_CHANNEL } from '../../stores/feed/announce.ts';
import { type FeedRow, feedBounds, numberFeed, readFeed } from '../../stores/feed/read.ts';
import type { Database } from '../../stores/postgres/database.ts';
import { createPoller } from '../temporal/poller.ts';

/** Rows kept in memory for those who follow; who is further behind reads from the database. */
const KEPT = 2_000;
const PAGE = 1_000;
/** What happens within this time is read together. */
const GATHER_MS = 100;

/** The newest rows of the feed, read once for everybody who follows it in this process. */
export interface FeedTail {
  /** Rows from behind this position on are here. */
  from(): number;
  /** Up to here it was read. */
  to(): number;
  rowsBehind(position: number): FeedRow[];
  /** Reads what is there now, whoever was told of it or not. */
  refresh(): Promise<void>;
  /** Resolves when there is something new, after `waitMs` in any case, and at once when it is `stop`ped. */
  changed(waitMs: number, signal: AbortSignal): Promise<void>;
  /** Calls back whenever there is something new. Returns the way to stop. */
  onNews(heard: () => void): () => void;
  stopped: AbortSignal;
  stop(): Promise<void>;
}

/**
 * Follows the feed. Notifications only say that there is something to read; what is read, and from where on, are
 * positions. So a notification that is lost, with the connection that it came over, delays news by a second at most.
 */
export async function createFeedTail(db: Database, log: Logger): Promise<FeedTail> {
  await db.run(numberFeed);
  let { head: to } = await db.run(feedBounds);
  let from = to;
  let rows: FeedRow[] = [];
  let reading: Promise<boolean> = Promise.resolve(false);
  const waiting = new Set<() => void>();
  const listeners = new Set<() => void>();
  const stopping = new AbortController();

  async function read(): Promise<boolean> {
    const before = to;
    await db.run(numberFeed);
    for (;;) {
      const page = await db.run((sql) => readFeed(sql, to, Number.MAX_SAFE_INTEGER, {}, PAGE));
      const last = page.at(-1);
      if (last === undefined) break;
      rows.push(...page);
      to = last.position;
      const gone = rows.length - KEPT;
      if (gone > 0) {
        from = rows[gone - 1]?.position ?? from;
        rows = rows.slice(gone);
      }
      if (page.length < PAGE) break;
    }
    if (to === before) return false;
    for (const heard of [...waiting, ...listeners]) heard();
    return true;
  }

  /** One at a time, each after those that were asked for before: what is there now is read when it resolves. */
  function readNext(): Promise<boolean> {
    reading = reading.catch(() => false).then(read);
    return reading;
  }

  const poller = createPoller(
    async () => {
      if (await readNext()) await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
      return false;
    },
    (error) => log.warn({ err: error }, 'feed not readable'),
  );
  const deafen = await db.listen(FEED_CHANNEL, poller.kick);

  return {
    from: () => from,
    to: () => to,
    rowsBehind: (position) => rows.filter((row) => row.position > position),
    async refresh() {
      await readNext();
    },
    changed(waitMs, signal) {
      return new Promise((resolve) => {
        const over = (): void => {
          clearTimeout(timer);
          waiting.delete(over);
          signal.removeEventListener('abort', over);
          resolve();
        };
        const timer = setTimeout(over, waitMs);
        waiting.add(over);
        signal.addEventListener('abort', over, { once: true });
        if (signal.aborted || stopping.signal.aborted) over();
      });
    },
    onNews(heard) {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
    stopped: stopping.signal,
    async stop() {
      if (stopping.signal.aborted) return;
      stopping.abort();
      for (const wake of waiting) wake();
      await deafen().catch((error: unknown) => log.debug({ err: error }, 'unlisten failed'));
      await poller.stop();
    },
  };
}
