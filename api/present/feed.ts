import type { z } from 'zod';
import { cursorText, type FeedCursor, type FeedKind } from '../../domain/feed.ts';
import type { FeedRow } from '../../stores/feed/read.ts';
import type { FeedEvent } from '../schemas/feed.ts';

export interface FeedMessage {
  /** Where to go on behind it. */
  cursor: FeedCursor;
  kind: FeedKind;
  importId: string | null;
  event: z.input<typeof FeedEvent>;
}

/** What the subject of a row is called, by what the row is about; and where it is read, when it is. */
const SUBJECTS: Record<string, { id: string; path?: string }> = {
  import: { id: 'pull_source_id' },
  asset: { id: 'purge_id' },
  camera: { id: 'session_id' },
  source: { id: 'pull_source_id' },
  export: { id: 'export_id', path: '/exports' },
  audit: { id: 'audit_id' },
  purge: { id: 'purge_id', path: '/purges' },
  reprocess: { id: 'reprocess_id', path: '/reprocess' },
  rule: { id: 'rule_id', path: '/rules' },
  webhook: { id: 'webhook_id', path: '/webhooks' },
};

/**
 * The events of a row: one of each asset where it is about assets, else one.
 * @param after events up to here were seen
 * @param base what links begin with; empty for links relative to the server
 */
export function presentFeedRow(row: FeedRow, after: FeedCursor, base: string): FeedMessage[] {
  const { position, kind, importId } = row;
  const subject = SUBJECTS[kind.split('.')[0] ?? ''];
  const assets = row.assetIds ?? [null];
  const seen = after.position === position ? after.index : 0;
  return assets.slice(seen).map((assetId, i) => {
    // The last one closes the row, so that nobody reads it again.
    const index = seen + i + 1 === assets.length ? 0 : seen + i + 1;
    const cursor = { position, index };
    const links: Record<string, string> = {
      ...(assetId !== null && { asset: `${base}/retrieve/asset/${assetId}` }),
      ...(importId !== null && { import: `${base}/imports/${importId}` }),
      ...(row.cameraId !== null && { camera: `${base}/cameras/${row.cameraId}` }),
      ...(row.subjectId !== null &&
        subject?.path !== undefined && {
          [kind.split('.')[0] ?? '']: `${base}${subject.path}/${row.subjectId}`,
        }),
    };
    return {
      cursor,
      kind,
      importId,
      event: {
        id: cursorText(cursor),
        type: kind,
        at: row.at.toISOString(),
        tenant_name: row.tenantName,
        data: {
          ...row.detail,
          ...(assetId !== null && { asset_id: assetId }),
          ...(importId !== null && { import_id: importId }),
          ...(row.cameraId !== null && { camera_id: row.cameraId }),
          ...(row.subjectId !== null && subject !== undefined && { [subject.id]: row.subjectId }),
          links,
        },
      },
    };
  });
}
