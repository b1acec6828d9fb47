import type { ObjectInfo } from '../objects/objectStore.ts';
import type { Sql } from '../postgres/database.ts';
import type { Pass } from './objects.ts';

/** Objects looked up at a time. */
const BATCH = 1_000;

type Place = 'known' | 'nowhere' | 'rejected' | 'deleted' | 'unknown rendition';

/** What rows say of keys. Keys of work in progress are known, whatever they are. */
async function placesOf(sql: Sql, keys: readonly string[]): Promise<Map<string, Place>> {
  const rows = await sql<{ key: string; place: Place }[]>`
    with asked as (
      select key, split_part(key, '/', 1) as tenant, split_part(key, '/', 2) as uid, split_part(key, '/', 3) as name
      from unnest(${keys as string[]}::text[]) as t(key)
    )
    select k.key, case
      when l.key is not null then 'known'
      when k.tenant = 'incoming'
        then case when exists (select from upload_intents u where k.key = 'incoming/' || u.tenant_id || '/' || u.id)
          then 'known' else 'nowhere' end
      when p.export_id is not null or e.id is not null or f.id is not null then 'known'
      when k.name = 'archive' and z.id is not null and z.removed_at is null then 'known'
      when a.id is null or a.tenant_id::text <> k.tenant then 'nowhere'
      when a.state in ('pending', 'deleting') then 'known'
      when a.state in ('rejected', 'deleted') then a.state
      when k.name = 'original' or r.asset_id is not null then 'known'
      else 'unknown rendition'
    end as place
    from asked k
    left join lateral (
      select case when k.uid ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then k.uid::uuid end as uid
    ) named on true
    left join assets a on a.uid = named.uid
    left join archives z on z.id = named.uid and z.tenant_id::text = k.tenant
    left join export_parts p on p.export_id = named.uid and p.object_key = k.key
    left join exports e on e.id = named.uid and e.object_key = k.key
    left join detection_files f on f.id = named.uid and f.object_key = k.key and f.finished_at is null
    left join renditions r on r.asset_id = a.id and r.object_key = k.key
    -- Put a moment ago, or let go of: somebody knows of it.
    left join loose_objects l on l.key = k.key`;
  return new Map(rows.map(({ key, place }) => [key, place]));
}

/** Compares objects with rows: what lies there that nobody promised. Objects come in any order, a batch at a time. */
export async function auditStrays({ db, objects, tally, fix, graceMs, step }: Pass): Promise<void> {
  const now = Date.now();

  async function judge(batch: ObjectInfo[]): Promise<void> {
    const places = await db.run((sql) =>
      placesOf(
        sql,
        batch.map(({ key }) => key),
      ),
    );
    for (const { key, modifiedAt } of batch) {
      const place = places.get(key) ?? 'known';
      if (place === 'known') continue;
      const isOld = now - modifiedAt.getTime() > graceMs;
      // A row may be about to be written for it.
      if (place === 'nowhere' && !isOld) continue;
      tally.broken(place === 'rejected' ? 'I2' : place === 'deleted' ? 'D1' : 'I3', key);
      if (!fix) continue;
      if (!isOld && place === 'unknown rendition') {
        tally.needs('too young to be deleted: audit with --fix again in a day', 1, [key]);
        continue;
      }
      await objects.delete(key);
      tally.repaired('objects that belong to nothing are deleted', 1, [key]);
    }
    await step();
  }

  let batch: ObjectInfo[] = [];
  for await (const object of objects.list('')) {
    batch.push(object);
    if (batch.length < BATCH) continue;
    await judge(batch);
    batch = [];
  }
  if (batch.length > 0) await judge(batch);
}

/** Uploads in parts that were begun long ago: no listing shows them, and they are paid for. */
export async function auditUnfinished({ objects, tally, fix, graceMs }: Pass): Promise<void> {
  const { unfinished } = objects;
  if (unfinished === undefined) return;
  for await (const { key, uploadId, begunAt } of unfinished.list()) {
    if (Date.now() - begunAt.getTime() < graceMs) continue;
    tally.broken('U1', key);
    if (!fix) continue;
    await unfinished.abort(key, uploadId);
    tally.repaired('unfinished uploads to the store are given up', 1, [key]);
  }
}
