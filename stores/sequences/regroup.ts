import type { Database, Sql } from '../postgres/database.ts';

/** A stretch of one camera's time in which images came, went or moved. */
export interface Stretch {
  tenantId: string;
  cameraKey: string;
  locationId: string | null;
  from: Date;
  to: Date;
}

/** Images further apart than this are looked at apart, so that a batch does not mean a camera's whole life. */
const FAR_MS = 10 * 60_000;

/** The stretches that these images lie in. Times that nobody's clock wrote make no sequences. */
export async function stretchesOf(sql: Sql, assetIds: readonly number[]): Promise<Stretch[]> {
  const rows = await sql<(Omit<Stretch, 'from' | 'to'> & { at: Date })[]>`
    select tenant_id as "tenantId", camera_key as "cameraKey", location_id as "locationId", captured_at as at
    from assets
    where id = any(${assetIds as number[]}::bigint[]) and camera_key is not null and captured_at is not null
    order by tenant_id, camera_key, location_id, captured_at`;
  const stretches: Stretch[] = [];
  for (const { at, ...row } of rows) {
    const last = stretches.at(-1);
    const same =
      last !== undefined &&
      last.tenantId === row.tenantId &&
      last.cameraKey === row.cameraKey &&
      last.locationId === row.locationId &&
      at.getTime() - last.to.getTime() <= FAR_MS;
    if (same) last.to = at;
    else stretches.push({ ...row, from: at, to: at });
  }
  return stretches;
}

/** Brings the sequences of these stretches up to date. Safe to repeat, and to run beside itself. */
export async function regroup(db: Database, stretches: readonly Stretch[]): Promise<void> {
  const concerned = await db.run((sql) => notAlone(sql, stretches));
  for (const stretch of concerned) await db.tx((tx) => regroupOne(tx, stretch));
}

/**
 * Those of the stretches in which images belong together, or did: most are one image that is alone in its minute, and
 * looking at all of them at once costs as much as regrouping one. Of two neighbours that arrive at the same time, the
 * one that is stored last is seen beside the other.
 */
async function notAlone(sql: Sql, stretches: readonly Stretch[]): Promise<Stretch[]> {
  if (stretches.length === 0) return [];
  const rows = stretches.map(({ tenantId, cameraKey, locationId, from, to }, place) => ({
    ...{ place, tenant: tenantId, camera: cameraKey, location: locationId },
    ...{ began: from.toISOString(), ended: to.toISOString() },
  }));
  const found = await sql<{ place: number }[]>`
    select t.place
    from (
      select r.place, r.tenant, r.camera, r.location,
        r.began - n.sequence_gap_seconds * interval '1 second' as lo, r.ended + n.sequence_gap_seconds * interval '1 second' as hi
      from jsonb_to_recordset(${sql.json(rows)})
        as r(place int, tenant uuid, camera text, location uuid, began timestamptz, ended timestamptz)
      join tenants n on n.id = r.tenant
    ) t
    where exists (
      select from sequences s where s.tenant_id = t.tenant and s.camera_key = t.camera
        and s.location_id is not distinct from t.location and s.started_at <= t.hi and s.ended_at >= t.lo)
    or 1 < (
      select count(*) from (
        select from (select * from assets where state = 'ready' union all select * from assets where state = 'trashed') a
        where a.tenant_id = t.tenant and a.camera_key = t.camera and a.location_id is not distinct from t.location
          and a.taken_order >= t.lo and a.taken_order <= t.hi limit 2
      ) few)
    order by t.place`;
  return found.flatMap(({ place }) => stretches[place] ?? []);
}

/**
 * Works out anew what belongs together from the first image that can be concerned to the last. A sequence keeps its id
 * while any of its images stays in it; of the parts of one that broke, the earliest keeps it.
 */
async function regroupOne(tx: Sql, { tenantId, cameraKey, locationId, from, to }: Stretch): Promise<void> {
  // Two that look at neighbouring images of one camera would each miss what the other is about to write.
  await tx`select pg_advisory_xact_lock(hashtextextended(concat_ws(' ', ${tenantId}::text, ${cameraKey}::text, ${locationId}::text), 0))`;
  const same = tx`tenant_id = ${tenantId} and camera_key = ${cameraKey} and location_id is not distinct from ${locationId}`;
  const [span] = await tx<{ since: string; until: string; gap: number; burst: number }[]>`
    select least(t.lo, min(s.started_at))::text as since, greatest(t.hi, max(s.ended_at))::text as until, t.gap, t.burst
    from (
      select sequence_gap_seconds as gap, burst_gap_seconds as burst,
        ${from}::timestamptz - sequence_gap_seconds * interval '1 second' as lo,
        ${to}::timestamptz + sequence_gap_seconds * interval '1 second' as hi
      from tenants where id = ${tenantId}
    ) t
    left join sequences s on s.tenant_id = ${tenantId} and s.camera_key = ${cameraKey}
      and s.location_id is not distinct from ${locationId} and s.started_at <= t.hi and s.ended_at >= t.lo
    group by t.lo, t.hi, t.gap, t.burst`;
  if (span === undefined) return;
  const { since, until, gap, burst } = span;
  await tx`
    with shots as (
      select id, captured_at as at, name, substring(name from '(\\d{1,9})\\D*$')::int as number
      from (select * from assets where state = 'ready' union all select * from assets where state = 'trashed') a
      where ${same} and taken_order >= ${since}::text::timestamptz and taken_order <= ${until}::text::timestamptz
        and captured_at_origin <> 'modified' and not 'date_only' = any(captured_flags)
    ), numbered as (
      -- Counters of cameras begin again after 9999, within a second if it must be.
      select id, at, name,
        case when max(number) over (partition by at) - number > 5000 then number + 10000 else number end as number
      from shots
    ), spaced as (
      select id, at, row_number() over shooting as place,
        coalesce(extract(epoch from at - lag(at) over shooting), 'infinity') as gap
      from numbered window shooting as (order by at, number nulls last, name, id)
    ), runs as (
      select id, at, place, gap, sum(case when gap > ${gap}::float8 then 1 else 0 end) over (order by place) as run
      from spaced
    ), members as (
      select id, at, run, place - min(place) over (partition by run) + 1 as position,
        sum(case when gap > ${burst}::float8 then 1 else 0 end) over (partition by run order by place)
          + case when first_value(gap) over (partition by run order by place) > ${burst}::float8 then 0 else 1 end as burst,
        count(*) over (partition by run) as size
      from runs
    ), held as (
      select m.run, min(m.at) as began, (array_agg(q.sequence_id order by m.position))[1] as id
      from members m join sequence_images q on q.asset_id = m.id join sequences s on s.id = q.sequence_id
      where m.size > 1 and s.tenant_id = ${tenantId} and s.camera_key = ${cameraKey}
        and s.location_id is not distinct from ${locationId}
      group by m.run
    ), kept as (
      select distinct on (id) run, id from held order by id, began
    ), named as (
      select m.run, coalesce(k.id, gen_random_uuid()) as id, min(m.at) as began, max(m.at) as ended, count(*) as images,
        max(m.burst) as bursts
      from members m left join kept k on k.run = m.run where m.size > 1
      group by m.run, k.id
    ), made as (
      insert into sequences (id, tenant_id, camera_key, location_id, started_at, ended_at, images, bursts)
      select id, ${tenantId}, ${cameraKey}, ${locationId}, began, ended, images, bursts from named
      on conflict (id) do update set started_at = excluded.started_at, ended_at = excluded.ended_at,
        images = excluded.images, bursts = excluded.bursts
    ), gone as (
      -- Members of the sequences of this stretch that stand alone now or have moved elsewhere.
      delete from sequence_images q using sequences s
      where s.id = q.sequence_id and s.tenant_id = ${tenantId} and s.camera_key = ${cameraKey}
        and s.location_id is not distinct from ${locationId}
        and s.started_at <= ${until}::text::timestamptz and s.ended_at >= ${since}::text::timestamptz
        and q.asset_id not in (select id from members where size > 1)
    )
    insert into sequence_images (asset_id, sequence_id, position, burst)
    select m.id, n.id, m.position, m.burst from members m join named n on n.run = m.run
    on conflict (asset_id) do update set sequence_id = excluded.sequence_id, position = excluded.position,
      burst = excluded.burst
    where (sequence_images.sequence_id, sequence_images.position, sequence_images.burst)
      is distinct from (excluded.sequence_id, excluded.position, excluded.burst)`;
  await tx`
    delete from sequences s where ${same} and started_at <= ${until}::text::timestamptz
      and ended_at >= ${since}::text::timestamptz
      and not exists (select from sequence_images q where q.sequence_id = s.id)`;
}
