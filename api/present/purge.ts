import type { z } from 'zod';
import type { Purge as PurgeRow } from '../../stores/purging/manifest.ts';
import type { Purge } from '../schemas/purges.ts';

function message({ state, assets, undoUntil, undoAskedAt }: PurgeRow): string {
  const images = `${assets} ${assets === 1 ? 'image' : 'images'}`;
  if (undoAskedAt !== null && state !== 'undone') return `${images} are being put back.`;
  switch (state) {
    case 'listed':
      return `${images} would go. Nothing happens until it is approved.`;
    case 'approved':
    case 'hidden':
      return `${images} are out of sight and are deleted after ${undoUntil?.toISOString()}. Until then it can be undone.`;
    case 'deleting':
      return `${images} are being deleted.`;
    case 'completed':
      return 'It is done; the report says what became of every image.';
    case 'undone':
      return 'It was undone; everything is back where it was.';
  }
}

export function presentPurge(row: PurgeRow): z.input<typeof Purge> {
  return {
    purge_id: row.id,
    id: row.id,
    dry_run: row.state === 'listed',
    status: row.state,
    tenant_name: row.tenantName,
    days: row.days,
    trashed_only: row.trashedOnly,
    asked_by: row.askedBy,
    count: row.assets,
    bytes: row.bytes,
    oldest: row.oldest?.toISOString() ?? null,
    newest: row.newest?.toISOString() ?? null,
    sample_ids: row.sample,
    complete: row.complete,
    digest: row.digest,
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt.toISOString(),
    approved_at: row.approvedAt?.toISOString() ?? null,
    undo_until: row.undoUntil?.toISOString() ?? null,
    finished_at: row.finishedAt?.toISOString() ?? null,
    progress: row.progress,
    report: row.report,
    message: message(row),
  };
}
