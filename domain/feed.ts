/**
 * What the feed tells of. A kind never changes its meaning; one that has to gets a new name. The part before the dot says
 * what the ids in it are of.
 */
export const FEED_KINDS = [
  'import.created',
  'import.processing',
  'import.progress',
  'import.paused',
  'import.needs_attention',
  'import.completed',
  'import.failed',
  'import.cancelled',
  'asset.created',
  'asset.ready',
  'asset.rejected',
  'asset.failed',
  'asset.detected',
  'asset.trashed',
  'asset.restored',
  'asset.purged',
  'camera.session_started',
  'camera.session_ended',
  'camera.gap_opened',
  'camera.gap_closed',
  'source.run_started',
  'source.run_ended',
  'source.parked',
  'export.completed',
  'export.failed',
  'audit.completed',
  'purge.completed',
  'purge.undone',
  'reprocess.completed',
  'reprocess.cancelled',
  'rule.fired',
  'webhook.disabled',
] as const;
export type FeedKind = (typeof FEED_KINDS)[number];

/** Days that events are kept: how long somebody who follows them may be away. */
export const FEED_DAYS = 7;

/**
 * A place in the feed: behind event `index` (from 1) of the row at `position`, or behind all of that row when it is 0. One
 * row may tell the same of many assets, and each of those is an event of its own.
 */
export interface FeedCursor {
  position: number;
  index: number;
}

const CURSOR = /^(\d{1,15})(?:\.(\d{1,6}))?$/;

/** `null`: not a cursor. */
export function parseCursor(text: string): FeedCursor | null {
  const parts = CURSOR.exec(text);
  return parts === null ? null : { position: Number(parts[1]), index: Number(parts[2] ?? 0) };
}

export function cursorText({ position, index }: FeedCursor): string {
  return index === 0 ? String(position) : `${position}.${index}`;
}

/** Behind which whole row one reads on from a cursor: the row of a cursor within one is read again. */
export function rowBefore({ position, index }: FeedCursor): number {
  return index === 0 ? position : position - 1;
}
