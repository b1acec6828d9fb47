import type { Database, Sql } from '../../postgres/database.ts';
import type { Tally } from '../finding.ts';

const WHAT = 'renditions are made anew';

/** Asks for new renditions of assets, once for each that is not asked for already. @returns how many */
export async function enqueueRepairs(tx: Sql, assetIds: readonly number[]): Promise<number> {
  const rows = await tx`
    insert into outbox (tenant_id, kind, subject_id)
    select a.tenant_id, 'repair-asset', a.uid from assets a
    where a.id = any(${assetIds as number[]}::bigint[]) and a.state in ('ready', 'trashed')
      and not exists (
        select from outbox o where o.subject_id = a.uid and o.kind = 'repair-asset' and o.sent_at is null)
    returning id`;
  return rows.length;
}

/** The original is whole and a rendition is not: a worker makes them anew while the asset stays where it is. */
export async function renderAgain(db: Database, tally: Tally, asset: { assetId: number }): Promise<void> {
  const asked = await db.tx((tx) => enqueueRepairs(tx, [asset.assetId]));
  tally.repaired(WHAT, asked, [`asset ${asset.assetId}`]);
}

/** Assets without all their renditions, or with one that is larger than its preset. */
export async function renderIncomplete(
  db: Database,
  tally: Tally,
  assetIds: readonly number[],
): Promise<void> {
  const asked = await db.tx((tx) => enqueueRepairs(tx, assetIds));
  tally.repaired(
    WHAT,
    asked,
    assetIds.map((id) => `asset ${id}`),
  );
}
