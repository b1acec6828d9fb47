import { decideChanges, type MergeChange, type MergeChoices } from '../../domain/mergeMetadata.ts';
import type { Sql } from '../postgres/database.ts';
import { trashAssets } from '../trash.ts';
import { type LockedAsset, lockMergeable, writeFields } from './mergeable.ts';
import type { MergeRow } from './merges.ts';

export interface MergeOrder {
  keep: number;
  /** Others than `keep`, each once. */
  remove: readonly number[];
  choices: MergeChoices;
}

export type MergeResult =
  | { kind: 'merged'; merge: MergeRow }
  /** Ids that name no asset, or one of another tenant than `keep`. */
  | { kind: 'missing'; ids: number[] }
  /** Not in the library now, such as those that another merge took first. */
  | { kind: 'not-ready'; assets: Pick<LockedAsset, 'id' | 'state' | 'mergedInto'>[] };

/**
 * Merges near-duplicates into the one that is kept: the others go to the trash, and what the kept one lacks it takes
 * over. Merges of overlapping sets follow one another; the later one finds its assets not ready.
 */
export async function mergeAssets(tx: Sql, { keep, remove, choices }: MergeOrder): Promise<MergeResult> {
  const ids = [keep, ...remove];
  const locked = await lockMergeable(tx, ids);
  const kept = locked.find(({ id }) => id === keep);
  const mine = new Map(
    locked.filter(({ tenantId }) => tenantId === kept?.tenantId).map((asset) => [asset.id, asset]),
  );
  const missing = ids.filter((id) => !mine.has(id));
  if (kept === undefined || missing.length > 0) return { kind: 'missing', ids: missing };
  const idle = [...mine.values()].filter(({ state }) => state !== 'ready');
  if (idle.length > 0) return { kind: 'not-ready', assets: idle };
  const removed = remove.flatMap((id) => mine.get(id) ?? []);
  const changes = decideChanges(kept, removed, choices);
  await writeFields(tx, kept, changes, 'after');
  await trashAssets(tx, kept.tenantId, remove, { by: 'merged', mergedInto: keep });
  return { kind: 'merged', merge: await record(tx, kept, remove, changes) };
}

async function record(
  tx: Sql,
  kept: LockedAsset,
  remove: readonly number[],
  changes: readonly MergeChange[],
): Promise<MergeRow> {
  const [row] = await tx<MergeRow[]>`
    with merged as (
      insert into duplicate_merges (tenant_id, keep_id, removed_ids, changes)
      values (${kept.tenantId}, ${kept.id}, ${remove as number[]}::bigint[], ${tx.json(changes as never)})
      returning *
    ), noted as (
      insert into events (tenant_id, asset_id, kind, detail)
      select tenant_id, keep_id, 'asset.merged', jsonb_build_object('merge', id, 'removed', to_jsonb(removed_ids),
        'taken_over', ${tx.json(changes.map(({ field, from }) => ({ field, from })))}::jsonb)
      from merged
    )
    select id, keep_id as keep, removed_ids as removed, changes, created_at as "createdAt", undone_at as "undoneAt" from merged`;
  if (row === undefined) throw new Error('A merge returned no row.');
  return row;
}
