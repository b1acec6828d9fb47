import { type MergeField, sameValues } from '../../domain/mergeMetadata.ts';
import type { Sql } from '../postgres/database.ts';
import { restoreAssets } from '../trash.ts';
import { lockMergeable, writeFields } from './mergeable.ts';
import type { MergeRow } from './merges.ts';

export interface Undone {
  kind: 'undone';
  keep: number;
  restored: number[];
  /** Assets that are not in the trash because of this merge any more: restored, merged again or deleted since. */
  notRestored: number[];
  /** Fields that have their values of before the merge again. */
  reverted: MergeField[];
  /** Fields that somebody changed since; they were left alone. */
  changedSince: MergeField[];
}

export type UndoResult = Undone | { kind: 'missing' } | { kind: 'undone-before'; at: Date };

/** Puts back what a merge did, but for what somebody changed since. */
export async function undoMerge(tx: Sql, id: string): Promise<UndoResult> {
  const [merge] = await tx<(MergeRow & { tenantId: string })[]>`
    select id, tenant_id as "tenantId", keep_id as keep, removed_ids as removed, changes, created_at as "createdAt",
      undone_at as "undoneAt"
    from duplicate_merges where id = ${id} for update`;
  if (merge === undefined) return { kind: 'missing' };
  if (merge.undoneAt !== null) return { kind: 'undone-before', at: merge.undoneAt };
  const { keep, removed, changes, tenantId } = merge;
  const assets = await lockMergeable(tx, [keep, ...removed]);
  const kept = assets.find((asset) => asset.id === keep);
  const reverting = changes.filter(
    ({ field, after }) => kept !== undefined && sameValues(after, kept[field]),
  );
  if (kept !== undefined) await writeFields(tx, kept, reverting, 'before');
  // Restored by a person and merged into the same asset once more, it belongs to the later merge.
  const later = await tx<{ ids: number[] }[]>`
    select removed_ids as ids from duplicate_merges
    where keep_id = ${keep} and id <> ${id} and undone_at is null and created_at > ${merge.createdAt}
      and removed_ids && ${removed}::bigint[]`;
  const taken = new Set(later.flatMap(({ ids }) => ids));
  const mine = assets.filter(
    (asset) =>
      asset.id !== keep &&
      asset.state === 'trashed' &&
      asset.trashedBy === 'merged' &&
      asset.mergedInto === keep &&
      !taken.has(asset.id),
  );
  const restored = await restoreAssets(
    tx,
    tenantId,
    mine.map((asset) => asset.id),
  );
  const undone: Undone = {
    kind: 'undone',
    keep,
    restored,
    notRestored: removed.filter((asset) => !restored.includes(asset)),
    reverted: reverting.map(({ field }) => field),
    changedSince: changes.flatMap((change) => (reverting.includes(change) ? [] : [change.field])),
  };
  await tx`
    with done as (
      update duplicate_merges set undone_at = now() where id = ${id} returning id, tenant_id, keep_id
    )
    insert into events (tenant_id, asset_id, kind, detail)
    select tenant_id, keep_id, 'asset.merge_undone', jsonb_build_object('merge', id,
      'restored', ${tx.json(restored)}::jsonb, 'reverted', ${tx.json(undone.reverted)}::jsonb,
      'changed_since', ${tx.json(undone.changedSince)}::jsonb)
    from done`;
  return undone;
}
