import { setMaxListeners } from 'node:events';
import type { FeedCursor } from '../../domain/feed.ts';
import type { FeedMessage } from '../present/feed.ts';
import type { FeedReader } from './reader.ts';

/** Silence after which a sign of life is sent, before proxies between here and there think that nobody is. */
const BEAT_MS = 15_000;
/** How long somebody may leave what was sent unread. */
const PATIENCE_MS = 30_000;

/** Where events go: a response that does not end, or a socket. */
export interface FeedSink {
  send(message: FeedMessage): void;
  /** Nothing happened; who comes back does so from here. */
  beat(cursor: FeedCursor): void;
  /** Events that were to follow are not kept any more; the next one is behind `cursor`. */
  expired(cursor: FeedCursor): void;
  /** Resolves when what was sent has left. `false`: not within `waitMs`. */
  flushed(waitMs: number): Promise<boolean>;
}

export type FollowEnd = 'gone' | 'slow' | 'over';

/**
 * Sends what a reader reads until the other side goes, or is too slow. The next page is read when the last one has left,
 * so one page is all that waits for a slow reader.
 * @param isLast with which event it is over
 */
export async function follow(
  reader: FeedReader,
  sink: FeedSink,
  signal: AbortSignal,
  isLast: (message: FeedMessage) => boolean = () => false,
  patienceMs = PATIENCE_MS,
): Promise<FollowEnd> {
  setMaxListeners(0, signal);
  while (!signal.aborted) {
    const { messages, cursor, expired } = await reader.next(BEAT_MS, signal);
    if (signal.aborted) break;
    if (expired) sink.expired(cursor);
    for (const message of messages) {
      sink.send(message);
      if (isLast(message)) return 'over';
    }
    if (messages.length === 0) sink.beat(cursor);
    if (!(await sink.flushed(patienceMs))) return 'slow';
  }
  return 'gone';
}
