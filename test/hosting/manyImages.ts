import type { Tributary } from './tributary.ts';

/** Written at once; so few that a busy machine is done with them long before a statement's deadline. */
const STEP = 5_000;

/**
 * Fills a library with so many images made of the ready ones that it has: other sizes, times and names, and the same
 * pictures. Nothing of it is for an audit.
 */
export async function manyImages(t: Tributary, images: number): Promise<void> {
  await t.db.run((sql) =>
    sql`alter table renditions drop constraint if exists renditions_object_key_key`.simple(),
  );
  const seeds = await t.db.run(
    (sql) => sql<{ id: number }[]>`select id from assets where state = 'ready' order by id`,
  );
  for (let from = 1; from <= images; from += STEP)
    await fill(
      t,
      seeds.map(({ id }) => id),
      from,
      Math.min(from + STEP - 1, images),
    );
  await t.db.run((sql) => sql`analyze assets`);
  await t.db.run((sql) => sql`analyze renditions`);
}

/** Those with the numbers from `from` to `to`. */
async function fill(t: Tributary, seeds: readonly number[], from: number, to: number): Promise<void> {
  await t.db.tx(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`create temporary table seeds on commit drop as
      select row_number() over (order by id) - 1 as seed, count(*) over () as seeds, * from assets
      where id = any(${seeds as number[]}::bigint[])`;
    await tx`create temporary table made on commit drop as
      select n, s.seed, s.id as of, nextval(pg_get_serial_sequence('assets', 'id')) as id
      from generate_series(${from}::int, ${to}::int) n join seeds s on s.seed = n % s.seeds`;
    await tx`
      insert into assets (id, tenant_id, state, sha256, bytes, name, media_type, source_kind, claim, original_stored_at,
        pipeline_version, format, width, height, captured_at, captured_at_origin, captured_local, captured_offset,
        captured_confidence, camera_make, camera_model, camera_key, thumbhash, created_at, ready_at)
      overriding system value
      select m.id, s.tenant_id, 'ready', sha256(m.n::text::bytea), s.bytes + m.n, 'IMG_' || lpad(m.n::text, 6, '0') || '.JPG',
        s.media_type, s.source_kind, gen_random_uuid(), now(), s.pipeline_version, s.format, s.width, s.height, taken, 'exif-offset',
        to_char(taken, 'YYYY-MM-DD"T"HH24:MI:SS'), 60, 'high', 'Reconyx', 'HF2X', 'camera ' || m.n % 7, s.thumbhash,
        timestamptz '2026-01-01' - m.n * interval '20 minutes', now()
      from made m join seeds s on s.id = m.of
      cross join lateral (select timestamptz '2025-12-31' - m.n * interval '20 minutes' as taken) t`;
    await tx`
      insert into renditions (asset_id, preset, version, tenant_id, object_key, width, height, bytes, sha256, media_type, focus, blur)
      select m.id, r.preset, r.version, r.tenant_id, r.object_key, r.width, r.height, r.bytes, r.sha256, r.media_type, r.focus, r.blur
      from made m join renditions r on r.asset_id = m.of where not r.transient`;
  });
}
