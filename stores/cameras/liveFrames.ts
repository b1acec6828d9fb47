import { LIVE_FRAMES } from '../../domain/camera.ts';
import type { Sql } from '../postgres/database.ts';

/** The newest picture of a camera that somebody looks at. */
export interface LiveFrame {
  /** As it came, without a stamp. */
  jpeg: Buffer;
  width: number;
  height: number;
  at: Date;
}

/** One as it was read. */
export interface SeenLiveFrame extends LiveFrame {
  /** The tenant hides people, and nobody knows whether it shows some. */
  hidden: boolean;
}

/** Puts it in the place of the one before and tells those who look. */
export async function publishLiveFrame(sql: Sql, cameraId: string, frame: LiveFrame): Promise<void> {
  const { jpeg, width, height, at } = frame;
  await sql`
    with published as (
      insert into live_frames (camera_id, jpeg, width, height, at)
      values (${cameraId}, ${jpeg}, ${width}, ${height}, ${at})
      on conflict (camera_id) do update set jpeg = excluded.jpeg, width = excluded.width, height = excluded.height,
        at = excluded.at
      returning camera_id
    )
    select pg_notify(${LIVE_FRAMES}, camera_id::text) from published`;
}

/**
 * @param after `null`: however old it is
 * @returns `null`: there is none, or none that is newer
 */
export async function readLiveFrame(
  sql: Sql,
  cameraId: string,
  after: Date | null = null,
): Promise<SeenLiveFrame | null> {
  const [row] = await sql<SeenLiveFrame[]>`
    select f.jpeg, f.width, f.height, f.at, t.blur_people as hidden
    from live_frames f join cameras c on c.id = f.camera_id join tenants t on t.id = c.tenant_id
    where f.camera_id = ${cameraId} and f.at > coalesce(${after}, '-infinity'::timestamptz)`;
  return row ?? null;
}
