import { handedIn } from '../handedIn.ts';
import type { Sql } from '../postgres/database.ts';
import { EXAMPLES, type PromiseId, type Tally } from './finding.ts';

type Fragment = ReturnType<Sql>;

/** Each selects `example` for every row that breaks the promise. */
const CHECKS: Partial<Record<PromiseId, (sql: Sql) => Fragment>> = {
  I1: (sql) => sql`
    select 'item ' || i.id as example from import_items i join imports m on m.id = i.import_id
    where (i.state = 'pending' and m.state in ('completed', 'failed', 'cancelled'))
      or (i.state not in ('pending', 'stored') and i.reason is null)
      or (i.state in ('stored', 'duplicate') and i.asset_id is null)`,
  I6: (sql) => sql`
    select 'sha256 ' || encode(sha256, 'hex') as example from assets
    where state in ('pending', 'ready', 'failed', 'trashed') group by tenant_id, sha256 having count(*) > 1`,
  I8: (sql) => sql`
    select 'asset ' || id as example from (
      ${incompleteAssets(sql)} union select id from (${oddRenditions(sql)}) odd
    ) incomplete`,
  I9: (sql) => sql`
    select 'item ' || i.id as example from import_items i left join assets a on a.id = i.asset_id
    where (i.state = 'stored' and (a.state not in ('ready', 'trashed', 'deleting', 'deleted') or a.item_id <> i.id))
      or (i.state = 'duplicate' and a.state in ('rejected', 'failed'))`,
  L1: (sql) => sql`
    select 'item ' || i.id as example from import_items i join imports m on m.id = i.import_id
    left join source_items s on s.source_id = m.source_id and s.item_key = i.item_key
    where i.state in ('stored', 'duplicate', 'rejected') and m.kind not ${handedIn(sql)} and s.source_id is null`,
  C1: (sql) => sql`
    select 'asset ' || id as example from assets
    where state in ('pending', 'deleting') and original_stored_at is null and item_id is null
      and updated_at < now() - ${ABANDONED_HOURS} * interval '1 hour'`,
  C2: (sql) => sql`
    select 'asset ' || a.id as example from assets a join import_items i on i.id = a.item_id
    where a.state = 'pending' and i.state <> 'pending'`,
  O1: (sql) => sql`
    select 'message ' || id || ' (' || kind || ')' as example from outbox
    where sent_at is null and created_at < now() - interval '10 minutes'`,
};

/** The hourly sweep takes them after six; one that it missed was not there, or did not succeed. */
const ABANDONED_HOURS = 8;

/** Assets that are kept and lack a rendition that they should have come with. A preset that came later is made when asked for. */
export function incompleteAssets(sql: Sql): Fragment {
  return sql`
    select a.id from assets a
    join presets p on p.retired_at is null and (p.definition->>'eager')::boolean
      and (p.tenant_id is null or (p.tenant_id = a.tenant_id and ${sinceThen(sql)}))
    where a.state in ('ready', 'trashed')
      and not exists (select from renditions r where r.asset_id = a.id and r.preset = p.name)
    group by a.id`;
}

/** Renditions that are larger than their preset, or of none that ever was. */
export function oddRenditions(sql: Sql): Fragment {
  return sql`
    select a.id, r.object_key as key from renditions r
    join assets a on a.id = r.asset_id and a.state in ('ready', 'trashed')
    left join presets p on p.name = r.preset and p.version = r.version
      and (p.tenant_id = a.tenant_id or p.tenant_id is null)
    where not r.transient and (p.id is null
      or r.width > (p.definition->>'width')::int or r.height > (p.definition->>'height')::int)`;
}

/** Whether preset `p` has been in use, in whatever version, without a gap since asset `a` was rendered. */
function sinceThen(sql: Sql): Fragment {
  return sql`
    exists (
      select from presets q where q.tenant_id = p.tenant_id and q.name = p.name
        and q.created_at < a.presets_as_of and (q.retired_at is null or q.retired_at > a.presets_as_of)
    ) and not exists (
      select from presets q where q.tenant_id = p.tenant_id and q.name = p.name and q.retired_at > a.presets_as_of
        and not exists (
          select from presets n where n.tenant_id = q.tenant_id and n.name = q.name and n.created_at = q.retired_at)
    )`;
}

/** The promises that rows alone can break. */
export async function auditRows(sql: Sql, tally: Tally): Promise<void> {
  for (const [id, query] of Object.entries(CHECKS) as [PromiseId, (sql: Sql) => Fragment][]) {
    const rows = await sql<{ example: string; total: number }[]>`
      select example, count(*) over () as total from (${query(sql)}) broken limit ${EXAMPLES}`;
    tally.found(
      id,
      rows[0]?.total ?? 0,
      rows.map((row) => row.example),
    );
  }
}

/** What is still on its way: while there is any, the audit cannot judge everything. */
export async function openWork(
  sql: Sql,
): Promise<{ imports: number; items: number; assets: number; outbox: number }> {
  const [row] = await sql<{ imports: number; items: number; assets: number; outbox: number }[]>`
    select (select count(*) from imports where state in ('pending', 'processing')) as imports,
      (select count(*) from import_items i join imports m on m.id = i.import_id
        where i.state = 'pending' and m.state not in ('paused', 'needs_attention')) as items,
      (select count(*) from assets where state in ('pending', 'deleting')) as assets,
      (select count(*) from outbox where sent_at is null) as outbox`;
  return row ?? { imports: 0, items: 0, assets: 0, outbox: 0 };
}
