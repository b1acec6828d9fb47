import type { QualityMemory } from '../../domain/camera.ts';
import type { Sql } from '../postgres/database.ts';

/** @returns what was known of a session's pictures when somebody last captured it; `null`: nothing */
export async function readScene(sql: Sql, sessionId: string): Promise<QualityMemory | null> {
  const [row] = await sql<{ previous: Buffer | null; scene: Buffer | null; same: number; strange: number }[]>`
    select previous, scene, same, strange from capture_scenes where session_id = ${sessionId}`;
  if (row === undefined) return null;
  const { scene, ...rest } = row;
  return {
    ...rest,
    // A copy, because a buffer may begin where no number of four bytes may.
    scene: scene === null ? null : new Float32Array(Uint8Array.from(scene).buffer),
  };
}

export async function keepScene(sql: Sql, sessionId: string, memory: QualityMemory): Promise<void> {
  const { previous, scene, same, strange } = memory;
  if (previous === null) return;
  await sql`
    insert into capture_scenes (session_id, previous, scene, same, strange)
    select id, ${Buffer.from(previous)}, ${scene === null ? null : bytesOf(scene)}, ${same}, ${strange}
    from capture_sessions where id = ${sessionId} and ended_at is null
    on conflict (session_id) do update set previous = excluded.previous, scene = excluded.scene, same = excluded.same,
      strange = excluded.strange`;
}

export async function forgetScene(sql: Sql, sessionId: string): Promise<void> {
  await sql`delete from capture_scenes where session_id = ${sessionId}`;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
