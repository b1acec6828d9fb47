import {
  GROUP_DISTANCES,
  type GroupDistance,
  hammingDistance,
  saysSomething,
} from '../../domain/likeness.ts';
import type { Sql } from '../postgres/database.ts';

interface Newcomer {
  id: number;
  tenantId: string;
  phash: string;
}

/** A group that a newcomer joins: the nearest centre within the distance that the group is kept for. */
interface Joins {
  id: number;
  within: GroupDistance;
  centre: number;
  distance: number;
}

/** Bit of a distance in `asset_phashes.leads`. */
const bitOf = (within: GroupDistance): number => 1 << (within / 2);

/**
 * Takes assets that have become ready into the search for similar pictures and into the groups of near-duplicates:
 * each joins the nearest centre within the group's distance or, where there is none, is a centre from then on. So all
 * members of a group look like its oldest picture, and groups never chain unlike pictures together.
 *
 * Placing an asset again changes nothing. The work grows with the number of newcomers, not with that of pairs.
 */
export async function placeAssets(tx: Sql, assetIds: readonly number[]): Promise<void> {
  if (assetIds.length === 0) return;
  const newcomers = await tx<Newcomer[]>`
    select a.id, a.tenant_id as "tenantId", lpad(to_hex(a.phash::bigint), 16, '0') as phash from assets a
    where a.id = any(${assetIds as number[]}::bigint[]) and a.state = 'ready' and a.phash is not null
      and not exists (select from asset_phashes p where p.asset_id = a.id)
    order by a.id`;
  for (const tenantId of new Set(newcomers.map((newcomer) => newcomer.tenantId))) {
    await placeOfTenant(
      tx,
      tenantId,
      newcomers.filter((newcomer) => newcomer.tenantId === tenantId),
    );
  }
}

async function placeOfTenant(tx: Sql, tenantId: string, newcomers: readonly Newcomer[]): Promise<void> {
  // Two batches that do not see each other would both become centres of what is one group. Always the last lock.
  await tx`select pg_advisory_xact_lock(hashtextextended('duplicates of ' || ${tenantId}::text, 0))`;
  const alike = await tx<Joins[]>`
    select distinct on (n.id, l.within) n.id, l.within, c.asset_id as centre, c.distance
    from assets n
    cross join lateral near_phashes(n.tenant_id, n.phash, ${Math.max(...GROUP_DISTANCES)}) c
    cross join unnest(${GROUP_DISTANCES as unknown as number[]}::integer[]) l(within)
    where n.id = any(${newcomers.map(({ id }) => id)}::bigint[]) and c.distance <= l.within
      and (c.leads >> (l.within / 2)) & 1 = 1
    order by n.id, l.within, c.distance, c.asset_id`;
  const { leads, joins } = choose(newcomers, alike);
  await tx`
    insert into asset_phashes (asset_id, tenant_id, phash, leads)
    select n.id, ${tenantId}, ('x' || n.phash)::bit(64), n.leads
    from jsonb_to_recordset(${tx.json(leads)}) as n(id bigint, phash text, leads smallint)`;
  if (joins.length === 0) return;
  await tx`
    insert into duplicate_members (asset_id, within, centre_id, tenant_id, distance)
    select j.id, j.within, j.centre, ${tenantId}::uuid, j.distance
    from jsonb_to_recordset(${tx.json(joins.map((join) => ({ ...join })))})
      as j(id bigint, within smallint, centre bigint, distance smallint)
    union
    -- The centre is a member of its group from the moment that there is one.
    select j.centre, j.within, j.centre, ${tenantId}::uuid, 0
    from jsonb_to_recordset(${tx.json(joins.map((join) => ({ ...join })))}) as j(within smallint, centre bigint)
    on conflict do nothing`;
}

/** Decides in order of age, because newcomers of one batch may look alike as well. */
function choose(
  newcomers: readonly Newcomer[],
  alike: readonly Joins[],
): { leads: { id: number; phash: string; leads: number }[]; joins: Joins[] } {
  const leads: { id: number; phash: string; leads: number }[] = [];
  const joins: Joins[] = [];
  for (const { id, phash } of newcomers) {
    let mask = 0;
    for (const within of saysSomething(phash) ? GROUP_DISTANCES : []) {
      const known = alike.find((join) => join.id === id && join.within === within);
      const nearest = leads
        .filter((other) => (other.leads & bitOf(within)) !== 0)
        .map((other) => ({ id, within, centre: other.id, distance: hammingDistance(phash, other.phash) }))
        .filter(({ distance }) => distance <= within)
        .concat(known ?? [])
        .toSorted((a, b) => a.distance - b.distance || a.centre - b.centre)[0];
      if (nearest === undefined) mask |= bitOf(within);
      else joins.push(nearest);
    }
    leads.push({ id, phash, leads: mask });
  }
  return { leads, joins };
}
