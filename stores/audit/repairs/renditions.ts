import type { Database, Sql } from '../../postgres/database.ts';
import { dropRenditions } from '../../repairs.ts';
import type { Tally } from '../finding.ts';

const WHAT = 'renditions are made anew';

/** Asks for the renditions that assets lack, once for each that is not asked for already. @returns how many */
async function enqueueRepairs(tx: Sql, assetIds: readonly number[]): Promise<number> {
  const rows = await tx`
    insert into outbox (tenant_id, kind, subject_id)
    select a.tenant_id, 'repair-asset', a.uid from assets a
    where a.id = any(${assetIds as number[]}::bigint[]) and a.state in ('ready', 'trashed')
      and not exists (
        select from outbox o where o.subject_id = a.uid and o.kind = 'repair-asset' and o.sent_at is null)
    returning id`;
  return rows.length;
}

/** Renditions that are not what their rows say are taken off, and what pictures come with is made anew by a worker. */
export async function renderAgain(
  db: Database,
  tally: Tally,
  assetIds: readonly number[],
  spoilt: readonly string[],
): Promise<void> {
  const asked = await db.tx(async (tx) => {
    await dropRenditions(tx, spoilt);
    return enqueueRepairs(tx, assetIds);
  });
  tally.repaired(
    WHAT,
    asked,
    assetIds.map((id) => `asset ${id}`),
  );
}
