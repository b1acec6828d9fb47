import type { FeedKind } from '../../domain/feed.ts';
import type { Sql } from '../postgres/database.ts';

export interface Announcement {
  kind: FeedKind;
  /** `null`: it concerns the whole installation. */
  tenantId: string | null;
  importId?: string;
  cameraId?: string;
  subjectId?: string;
  assets?: readonly number[];
  detail?: Record<string, string | number | boolean | null>;
}

/** Name of the NOTIFY channel: the feed has something new. A trigger of its table sends it. */
export const FEED_CHANNEL = 'tributary_feed';

/**
 * Tells the feed of something, in the transaction that makes it true. Statements that know what they changed write their
 * row themselves: one for a whole batch.
 */
export async function announce(tx: Sql, event: Announcement): Promise<void> {
  await tx`
    insert into feed_events (tenant_id, kind, import_id, camera_id, subject_id, asset_ids, detail)
    values (${event.tenantId}, ${event.kind}, ${event.importId ?? null}, ${event.cameraId ?? null},
      ${event.subjectId ?? null}, ${(event.assets as number[] | undefined) ?? null}::bigint[], ${tx.json(event.detail ?? {})})`;
}
