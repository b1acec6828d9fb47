import type { Sql } from '../postgres/database.ts';

export interface SequenceRow {
  id: string;
  cameraKey: string;
  locationId: string | null;
  startedAt: Date;
  endedAt: Date;
  /** Those that are ready. */
  images: number;
  bursts: number;
  /** The first image that is ready. */
  coverId: number | null;
}

export interface SequenceQuery {
  tenantId: string;
  camera: string | null;
  locationId: string | null;
  from: Date | null;
  to: Date | null;
  /** `burst`: no gap longer than that of a burst. */
  kind: 'burst' | 'sequence' | null;
  minImages: number;
  limit: number;
  offset: number;
}

/** Sequences, the latest first, and how many there are. */
export async function listSequences(
  sql: Sql,
  query: SequenceQuery,
): Promise<{ sequences: SequenceRow[]; total: number }> {
  const where = sql`s.tenant_id = ${query.tenantId} and s.images >= ${query.minImages}
    ${query.camera === null ? sql`` : sql`and s.camera_key = ${query.camera}`}
    ${query.locationId === null ? sql`` : sql`and s.location_id = ${query.locationId}`}
    ${query.from === null ? sql`` : sql`and s.started_at >= ${query.from}`}
    ${query.to === null ? sql`` : sql`and s.started_at < ${query.to}`}
    ${query.kind === null ? sql`` : query.kind === 'burst' ? sql`and s.bursts = 1` : sql`and s.bursts > 1`}`;
  const [count] = await sql<{ total: number }[]>`select count(*) as total from sequences s where ${where}`;
  const sequences = await sql<SequenceRow[]>`
    select s.id, s.camera_key as "cameraKey", s.location_id as "locationId", s.started_at as "startedAt",
      s.ended_at as "endedAt", s.bursts, shown.images, shown.cover as "coverId"
    from (select * from sequences s where ${where} order by s.started_at desc, s.id desc
      limit ${query.limit} offset ${query.offset}) s
    cross join lateral (
      select count(*) as images, (array_agg(a.id order by q.position))[1] as cover
      from sequence_images q join assets a on a.id = q.asset_id and a.state = 'ready' where q.sequence_id = s.id
    ) shown
    order by s.started_at desc, s.id desc`;
  return { sequences, total: count?.total ?? 0 };
}

/** The gaps that make sequences and bursts of a tenant's images, in seconds; those of new tenants where there is none. */
export async function gapsOf(sql: Sql, tenantId: string): Promise<{ sequence: number; burst: number }> {
  const [row] = await sql<{ sequence: number; burst: number }[]>`
    select sequence_gap_seconds as sequence, burst_gap_seconds as burst from tenants where id = ${tenantId}`;
  return row ?? { sequence: 60, burst: 2 };
}
