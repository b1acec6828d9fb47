import type { Sql } from '../postgres/database.ts';
import { type PrincipalRow, principalColumns } from './principals.ts';

/** How long a sign-in lasts, whatever it is used for. */
const LASTS_DAYS = 30;
/** How long an end is remembered. */
const REMEMBER_DAYS = 90;

/** @param hash SHA-256 of its first refresh token */
export async function beginSignIn(tx: Sql, principalId: string, hash: Buffer): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    with made as (
      insert into sign_ins (principal_id, expires_at) values (${principalId}, now() + ${LASTS_DAYS} * interval '1 day')
      returning id
    ), token as (
      insert into refresh_tokens (hash, sign_in_id) select ${hash}, id from made
    )
    select id from made`;
  if (row === undefined) throw new Error('The insert of a sign-in returned no row.');
  await tx`delete from sign_ins where expires_at < now() - ${REMEMBER_DAYS} * interval '1 day'`;
  return row.id;
}

/**
 * Puts a new refresh token in the place of one. A token that was replaced before is in two hands, and nobody knows which
 * of them is the thief's: the whole sign-in ends.
 * @returns `null`: the old token is of no use
 */
export async function replaceToken(
  tx: Sql,
  old: Buffer,
  next: Buffer,
): Promise<{ signInId: string; principalId: string } | null> {
  const [used] = await tx<{ signInId: string; principalId: string }[]>`
    update refresh_tokens r set used_at = now()
    from sign_ins s join principals p on p.id = s.principal_id
    where r.hash = ${old} and r.used_at is null and s.id = r.sign_in_id and s.ended_at is null and s.expires_at > now()
      and p.disabled_at is null
    returning s.id as "signInId", s.principal_id as "principalId"`;
  if (used !== undefined) {
    await tx`insert into refresh_tokens (hash, sign_in_id) values (${next}, ${used.signInId})`;
    return used;
  }
  await tx`
    update sign_ins set ended_at = now(), ended_by = 'reuse'
    where ended_at is null and id = (select sign_in_id from refresh_tokens where hash = ${old} and used_at is not null)`;
  return null;
}

export async function endSignIn(sql: Sql, id: string): Promise<void> {
  await sql`update sign_ins set ended_at = now(), ended_by = 'person' where id = ${id} and ended_at is null`;
}

export async function endSignInOf(sql: Sql, hash: Buffer): Promise<void> {
  await sql`
    update sign_ins set ended_at = now(), ended_by = 'person'
    where ended_at is null and id = (select sign_in_id from refresh_tokens where hash = ${hash})`;
}

/** Who signed in, while that lasts. */
export async function signedIn(
  sql: Sql,
  signInId: string,
  principalId: string,
): Promise<PrincipalRow | null> {
  const [row] = await sql<PrincipalRow[]>`
    select ${principalColumns(sql)} from principals p
    where p.id = ${principalId} and p.disabled_at is null and exists (
      select from sign_ins where id = ${signInId} and principal_id = p.id and ended_at is null and expires_at > now())`;
  return row ?? null;
}
