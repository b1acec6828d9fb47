import { isHandedIn } from '../../../domain/import.ts';
import type { Database, Sql } from '../../postgres/database.ts';
import { redriveItems } from '../../redrive.ts';
import type { Tally } from '../finding.ts';

interface Lost {
  assetId: number;
  name: string;
  sha256: string;
  state: string;
  reason: 'object_missing' | 'object_damaged';
}

const DETAIL = {
  object_missing: 'An audit did not find the original in the object store.',
  object_damaged: 'An audit found other bytes than were stored.',
} as const;

/** The asset and every item that brought its bytes say what is lost. @returns the items that may fetch them again */
async function markLost(tx: Sql, { assetId, state, reason }: Lost): Promise<number[]> {
  const [marked] = await tx`
    update assets set state = 'failed', reason = ${reason}, detail = ${DETAIL[reason]}, trashed_at = null,
      trashed_by = null, merged_into = null, updated_at = now()
    where id = ${assetId} and state = ${state} returning id`;
  if (marked === undefined) return [];
  const items = await tx<{ id: number; kind: string }[]>`
    with failed as (
      update import_items i set state = 'failed', reason = ${reason}, detail = ${DETAIL[reason]}, updated_at = now()
      from imports m
      where m.id = i.import_id and i.asset_id = ${assetId} and i.state in ('stored', 'duplicate', 'failed')
      returning i.id, i.tenant_id, i.import_id, i.asset_id, m.kind
    ), noted as (
      insert into events (tenant_id, import_id, item_id, asset_id, kind, detail)
      select tenant_id, import_id, id, asset_id, 'item.failed', ${tx.json({ reason, detail: DETAIL[reason] })} from failed
    )
    select id, kind from failed order by id`;
  return items.filter(({ kind }) => !isHandedIn(kind)).map(({ id }) => id);
}

/**
 * An original is gone or not what was stored. The asset says so instead of promising bytes that nobody can have, and
 * what came from a source is fetched from there again. A damaged object stays until good bytes take its place.
 */
export async function loseOriginal(db: Database, tally: Tally, lost: Lost): Promise<void> {
  const { queued, busy, sources } = await db.tx(async (tx) => {
    const items = await markLost(tx, lost);
    return { ...(await redriveItems(tx, items)), sources: items.length };
  });
  const place = `asset ${lost.assetId} ${JSON.stringify(lost.name)}`;
  if (queued > 0) tally.repaired('lost originals are fetched from their source again', 1, [place]);
  else if (busy > 0) tally.needs('retry these when the open run of their source has ended', 1, [place]);
  if (sources === 0) {
    tally.needs('upload these files again; nobody else has them', 1, [`${place}, SHA-256 ${lost.sha256}`]);
  }
}
