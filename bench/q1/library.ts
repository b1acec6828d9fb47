import postgres from 'postgres';
import { migrate } from '../../stores/postgres/migrate.ts';

/** Where the library is asked about; everything in it is drawn from the row's number, so every run has the same. */
export interface BigLibrary {
  url: string;
  tenantId: string;
  locations: string[];
  seconds: number;
}

const CHUNK = 100_000;

/**
 * Makes a database with so many ready images of 200 cameras at 50 places over four years, with metadata of the size that
 * cameras write, and what is shown in them. Indexes are made again behind the rows, which takes a third of the time.
 */
export async function bigLibrary(
  serverUrl: string,
  images: number,
  tell: (line: string) => void,
): Promise<BigLibrary> {
  const started = performance.now();
  const admin = postgres(serverUrl, { max: 1, onnotice: () => {} });
  await admin`drop database if exists bench_q1 with (force)`;
  await admin`create database bench_q1`;
  await admin.end();
  const url = Object.assign(new URL(serverUrl), { pathname: '/bench_q1' }).href;
  await migrate(url);
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql`set synchronous_commit = off`;
    await sql`set maintenance_work_mem = '512MB'`;
    // Rows that others refer to are made below; looking each of them up a million times says nothing.
    await sql`set session_replication_role = replica`;
    const [tenant] = await sql<{ id: string }[]>`insert into tenants (name) values ('bench') returning id`;
    const tenantId = tenant?.id ?? '';
    const locations = await sql<{ id: string }[]>`
      insert into locations (tenant_id, name) select ${tenantId}, 'Place ' || n from generate_series(1, 50) n returning id`;
    const ids = locations.map(({ id }) => id);
    const indexes = await sql<{ name: string; definition: string }[]>`
      select indexname as name, indexdef as definition from pg_indexes
      where tablename = 'assets' and indexdef not like '%UNIQUE%'`;
    for (const { name } of indexes) await sql`drop index ${sql(name)}`;
    for (let from = 1; from <= images; from += CHUNK) {
      await fill(sql, tenantId, ids, from, Math.min(images, from + CHUNK - 1));
    }
    tell(`${images} rows after ${((performance.now() - started) / 1_000).toFixed(0)} s`);
    await label(sql, images);
    for (const { definition } of indexes) await sql.unsafe(definition);
    await sql`vacuum analyze assets`;
    await sql`vacuum analyze asset_labels`;
    return { url, tenantId, locations: ids, seconds: (performance.now() - started) / 1_000 };
  } finally {
    await sql.end();
  }
}

/** What is shown: animals in most, people and vehicles in few; foxes only in the oldest, a lynx in hardly any. */
async function label(sql: postgres.Sql, images: number): Promise<void> {
  await sql`
    insert into asset_labels (asset_id, label, tenant_id, created_at, taken_order)
    select a.id, l.label, a.tenant_id, a.created_at, a.taken_order
    from assets a cross join lateral (values
      ('animal', a.id % 5 < 3), ('person', a.id % 20 = 0), ('vehicle', a.id % 2000 = 1),
      ('red fox', a.id <= ${Math.round(images / 50)}), ('lynx', a.id % 100000 = 7)) l(label, is)
    where a.state = 'ready' and l.is`;
}

/** Cameras differ in size, and every tenth stopped years ago: what is asked for is not spread evenly. */
async function fill(
  sql: postgres.Sql,
  tenantId: string,
  locations: string[],
  from: number,
  to: number,
): Promise<void> {
  await sql`
    insert into assets (tenant_id, state, sha256, bytes, name, media_type, source_kind, claim, original_stored_at,
      pipeline_version, format, width, height, captured_at, captured_at_origin, captured_local, captured_offset,
      captured_confidence, camera_make, camera_model, camera_key, location_id, latitude, longitude, exif, phash, thumbhash,
      title, keywords, created_at, ready_at, trashed_at, trashed_by)
    select ${tenantId}, case when n % 500 = 0 then 'trashed' when n % 700 = 0 then 'rejected' else 'ready' end,
      sha256(n::text::bytea), 1000000 + hashint4(n) % 900000,
      case when n % 3 = 0 then 'RCNX' else 'IMG_' end || lpad((n % 10000)::text, 4, '0') || '.JPG',
      'image/jpeg', (array['http-directory', 'folder', 'google_drive', 'upload'])[1 + (n / 1000) % 4], gen_random_uuid(), now(),
      2, case when n % 20 = 0 then 'png' else 'jpeg' end, 4000 - n % 3 * 1000, 3000,
      case when n % 50 = 0 then null else taken end, 'exif-zone', to_char(taken, 'YYYY-MM-DD"T"HH24:MI:SS'), 60, 'high',
      (array['Reconyx', 'Browning', 'Bushnell', 'Reolink'])[1 + camera % 4], 'M' || camera % 12, 'camera ' || camera,
      (${locations}::uuid[])[1 + camera % 50], case when n % 4 = 0 then 45 + hashint4(n) % 1000 / 100.0 end,
      case when n % 4 = 0 then 8 + hashint4(n + 1) % 1000 / 100.0 end,
      jsonb_build_object('Make', 'Reconyx', 'Model', 'HF2X', 'DateTimeOriginal', taken::text, 'FNumber', 'f/2.8',
        'ExposureTime', '1/' || n % 500, 'ISOSpeedRatings', n % 3200, 'Software', repeat(md5(n::text), 6)),
      hashint8(n)::bigint::bit(64), decode(md5(n::text), 'hex'),
      case when n % 1000 = 0 then 'A fox ' || md5(n::text) end, case when n % 200 = 0 then array['fox', 'night'] else '{}' end,
      now() - (2000000 - n) * interval '1 minute', now(),
      case when n % 500 = 0 then now() end, case when n % 500 = 0 then 'person' end
    from (
      select n, camera, timestamptz '2021-01-01' + (case when camera % 10 = 0 then n / 20 else n end) * interval '2 minutes' as taken
      from (select n, (200 * power((abs(hashint4(n)) % 100000) / 100000.0, 1.5))::int as camera
        from generate_series(${from}::int, ${to}::int) n) drawn
    ) shots`;
}
