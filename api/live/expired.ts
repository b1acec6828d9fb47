import { cursorText, FEED_DAYS, type FeedCursor } from '../../domain/feed.ts';
import { Problem, problemBody } from '../problem.ts';

/** What somebody is told who was away for longer than events are kept. The same body as an answer of 410 would have. */
export function expiredEvent(next: FeedCursor): { id: string; type: 'feed.expired'; data: object } {
  const problem = new Problem({
    status: 410,
    code: 'cursor_expired',
    title: 'Events are missing',
    detail: `The events behind this place are not kept any more (they are for ${FEED_DAYS} days), or it is no place of this server. Read anew what you show; the events go on from here.`,
  });
  return { id: cursorText(next), type: 'feed.expired', data: problemBody(problem, '') };
}
