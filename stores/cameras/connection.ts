import type { Sql } from '../postgres/database.ts';

/** How long a connection counts as held after its holder was last heard of. */
const LEASE_S = 15;

/**
 * Takes the lease of a camera's one connection.
 *
 * @param holder id of a session, which has it back at once when its process died; or of anything else. Whoever only
 *   watches holds it in the camera's own id.
 * @param first whether those that only watch give way
 * @returns `waived`: somebody who watched has it until he notices; `busy`: it is somebody else's
 */
export async function takeConnection(
  sql: Sql,
  cameraId: string,
  holder: string,
  first: boolean,
): Promise<'taken' | 'waived' | 'busy'> {
  const [row] = await sql<{ waived: boolean }[]>`
    with before as (
      select id, connection_holder as holder, coalesce(connection_until > now(), false) as held
      from cameras where id = ${cameraId} for no key update
    )
    update cameras c set connection_holder = ${holder}, connection_until = now() + ${LEASE_S} * interval '1 second'
    from before b
    where c.id = b.id and (not b.held or b.holder is null or b.holder = ${holder} or (${first} and b.holder = c.id))
    returning b.held and b.holder = c.id and b.holder <> ${holder} as waived`;
  if (row === undefined) return 'busy';
  return row.waived ? 'waived' : 'taken';
}

/** Holds it for longer. @returns whether somebody looks at the camera; `null`: the lease is somebody else's now */
export async function holdConnection(
  sql: Sql,
  cameraId: string,
  holder: string,
): Promise<{ watched: boolean } | null> {
  const [row] = await sql<{ watched: boolean }[]>`
    update cameras set connection_until = now() + ${LEASE_S} * interval '1 second'
    where id = ${cameraId} and connection_holder = ${holder}
    returning coalesce(live_until > now(), false) as watched`;
  return row ?? null;
}

/** Giving back what is somebody else's changes nothing. */
export async function releaseConnection(sql: Sql, cameraId: string, holder: string): Promise<void> {
  await sql`
    update cameras set connection_holder = null, connection_until = null
    where id = ${cameraId} and connection_holder = ${holder}`;
}
