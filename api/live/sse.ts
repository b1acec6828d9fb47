import type { Response } from 'express';
import { cursorText, type FeedCursor } from '../../domain/feed.ts';
import { expiredEvent } from './expired.ts';
import type { FeedSink } from './follow.ts';

/** After how many milliseconds a browser comes back. */
const RETRY_MS = 2_000;

/** Begins a stream of server-sent events (WHATWG HTML §9.2). */
export function openEventStream(res: Response, cursor: FeedCursor): FeedSink {
  res.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    // Neither kept, nor compressed in pieces that arrive late.
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
    // Nobody asks anything else over it when it has ended.
    Connection: 'close',
  });
  res.flushHeaders();
  res.socket?.setNoDelay(true);
  // A block without data is no event, but its id is where a browser goes on.
  const place = (at: FeedCursor): string => `id: ${cursorText(at)}\n\n`;
  res.write(`retry: ${RETRY_MS}\n${place(cursor)}`);
  return {
    send({ event }) {
      res.write(`id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    },
    beat(at) {
      res.write(`: nothing new\n${place(at)}`);
    },
    expired(at) {
      const event = expiredEvent(at);
      res.write(`id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    },
    flushed: (waitMs) => drained(res, waitMs),
  };
}

function drained(res: Response, waitMs: number): Promise<boolean> {
  if (!res.writableNeedDrain || res.destroyed) return Promise.resolve(true);
  return new Promise((resolve) => {
    const over = (left: boolean): void => {
      clearTimeout(timer);
      res.off('drain', onDrain);
      res.off('close', onDrain);
      resolve(left);
    };
    const onDrain = (): void => over(true);
    const timer = setTimeout(() => over(false), waitMs);
    res.on('drain', onDrain);
    res.on('close', onDrain);
  });
}

/** Aborted when the client goes, or the server does. */
export function untilGone(res: Response, stopped: AbortSignal): AbortSignal {
  const gone = new AbortController();
  const abort = (): void => gone.abort();
  res.once('close', () => {
    stopped.removeEventListener('abort', abort);
    abort();
  });
  stopped.addEventListener('abort', abort, { once: true });
  if (stopped.aborted) abort();
  return gone.signal;
}
