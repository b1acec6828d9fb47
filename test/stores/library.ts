import { randomBytes, randomUUID } from 'node:crypto';
import type { Database } from '../../stores/postgres/database.ts';

/** What a test says of an image; the rest is the same for all. */
export interface Shot {
  name?: string;
  state?: string;
  bytes?: number;
  width?: number;
  height?: number;
  format?: string;
  sourceKind?: string;
  camera?: string | null;
  make?: string | null;
  model?: string | null;
  takenAt?: string | null;
  origin?: string;
  flags?: string[];
  createdAt?: string;
  latitude?: number | null;
  longitude?: number | null;
  locationId?: string | null;
  userId?: string | null;
  title?: string | null;
  description?: string | null;
  keywords?: string[];
}

/** Puts rows of images into the library as the pipeline would leave them. Returns their ids, in the given order. */
export async function putShots(db: Database, tenantId: string, shots: readonly Shot[]): Promise<number[]> {
  const rows = shots.map((shot, ord) => ({
    ord,
    sha256: randomBytes(32).toString('hex'),
    claim: randomUUID(),
    state: shot.state ?? 'ready',
    name: shot.name ?? `IMG_${String(ord).padStart(4, '0')}.JPG`,
    bytes: shot.bytes ?? 1_000 + ord,
    width: shot.width ?? 4_000,
    height: shot.height ?? 3_000,
    format: shot.format ?? 'jpeg',
    kind: shot.sourceKind ?? 'folder',
    camera: shot.camera ?? null,
    make: shot.make ?? null,
    model: shot.model ?? null,
    taken: shot.takenAt ?? null,
    origin: shot.takenAt == null ? null : (shot.origin ?? 'exif-offset'),
    flags: shot.flags ?? [],
    created: shot.createdAt ?? null,
    latitude: shot.latitude ?? null,
    longitude: shot.longitude ?? null,
    location: shot.locationId ?? null,
    person: shot.userId ?? null,
    title: shot.title ?? null,
    description: shot.description ?? null,
    keywords: shot.keywords ?? [],
  }));
  const put = await db.run(
    (sql) => sql<{ id: number }[]>`
      insert into assets (tenant_id, sha256, bytes, name, media_type, source_kind, claim, state, format, width, height,
        original_stored_at, captured_at, captured_at_origin, captured_local, captured_offset, captured_confidence,
        captured_flags, camera_make, camera_model, camera_key, latitude, longitude, location_id, user_id, title,
        description, keywords, created_at, trashed_at, trashed_by)
      select ${tenantId}, decode(sha256, 'hex'), bytes, name, 'image/' || format, kind, claim, state, format, width, height,
        now(), taken, origin, to_char(taken at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS'), 0, 'high',
        flags, make, model, camera, latitude, longitude, location, person, title,
        description, keywords, coalesce(created, now() + ord * interval '1 microsecond'),
        case when state = 'trashed' then now() end, case when state = 'trashed' then 'person' end
      from jsonb_to_recordset(${sql.json(rows)}) as t(ord int, sha256 text, claim uuid, state text, name text, bytes bigint,
        width int, height int, format text, kind text, camera text, make text, model text, taken timestamptz, origin text,
        flags text[], created timestamptz, latitude float8, longitude float8, location uuid, person uuid, title text,
        description text, keywords text[])
      order by ord returning id`,
  );
  return put.map(({ id }) => id);
}
