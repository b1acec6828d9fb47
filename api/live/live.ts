import type { Config } from '../../config.ts';
import type { FeedCursor } from '../../domain/feed.ts';
import type { Logger } from '../../log.ts';
import type { FeedFilter } from '../../stores/feed/read.ts';
import type { Database } from '../../stores/postgres/database.ts';
import { createImportViews } from './importViews.ts';
import { type Complete, createFeedReader, type FeedReader } from './reader.ts';
import { createSeats, type Seats } from './seats.ts';
import { createFeedTail } from './tail.ts';

/** Streams of all addresses together. */
const STREAMS = 2_000;

/** What happens, for those who follow it over this process. */
export interface Live {
  seats: Seats;
  /** Where one begins who wants what happens from now on. */
  head(): Promise<FeedCursor>;
  open(filter: FeedFilter, behind: FeedCursor): FeedReader;
  /** Puts into events what they only point at. */
  complete: Complete;
  /** Calls back when there is something new. Returns the way to stop. */
  onNews(heard: () => void): () => void;
  /** Aborted when all streams are to end. */
  stopped: AbortSignal;
  stop(): Promise<void>;
}

/** What is read here is for everybody at once; whoever opens a stream says by its filter whose events are in it. */
function forAll(db: Database): Database {
  return {
    ...db,
    run: (work) => db.as('all', () => db.run(work)),
    tx: (work) => db.as('all', () => db.tx(work)),
  };
}

export async function createLive(whole: Database, config: Config, log: Logger): Promise<Live> {
  const db = forAll(whole);
  const tail = await createFeedTail(db, log);
  const ui = { url: config.temporal.uiUrl, namespace: config.temporal.namespace };
  const complete = createImportViews(db, ui, tail.to);
  const base = config.publicUrl ?? '';
  return {
    seats: createSeats(config.streamsPerAddress, STREAMS),
    async head() {
      await tail.refresh();
      return { position: tail.to(), index: 0 };
    },
    open: (filter, behind) => createFeedReader({ db, tail, complete, base }, filter, behind),
    complete,
    onNews: tail.onNews,
    stopped: tail.stopped,
    stop: tail.stop,
  };
}
