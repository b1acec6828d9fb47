import type { Sql } from './postgres/database.ts';

/** How long an answer is kept for the same request again. */
const KEPT_HOURS = 24;

export interface IdempotencyKey {
  /** Id of the principal whose key it is; empty where nobody signs in. */
  owner: string;
  key: string;
}

/** One request with a key. */
export interface Attempt extends IdempotencyKey {
  /** UUID of its own. */
  holder: string;
  /** SHA-256 of what it asks for. */
  fingerprint: Buffer;
}

export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * - `mine`: to be worked on by this attempt.
 * - `busy`: another attempt is at it.
 * - `different`: the key was used for something else.
 */
export type Claim = 'mine' | 'busy' | 'different' | KeptAnswer;

/** Claims a key. One whose attempt was lost with its process comes free when its lease is over. */
export async function claimKey(sql: Sql, attempt: Attempt, leaseSeconds: number): Promise<Claim> {
  const { owner, key, holder, fingerprint } = attempt;
  const claimed = await sql`
    insert into idempotency_keys as k (owner, key, fingerprint, holder, leased_until)
    values (${owner}, ${key}, ${fingerprint}, ${holder}, now() + ${leaseSeconds} * interval '1 second')
    on conflict (owner, key) do update set
      fingerprint = excluded.fingerprint, holder = excluded.holder, leased_until = excluded.leased_until,
      status = null, headers = null, body = null, created_at = now()
    where k.created_at < now() - ${KEPT_HOURS} * interval '1 hour'
      or (k.status is null and k.leased_until < now() and k.fingerprint = excluded.fingerprint)
    returning 1`;
  if (claimed.length > 0) return 'mine';
  const [row] = await sql<
    { same: boolean; status: number | null; headers: Record<string, string>; body: string }[]
  >`
    select fingerprint = ${fingerprint} as same, status, headers, body from idempotency_keys
    where owner = ${owner} and key = ${key}`;
  // Given up in between.
  if (row === undefined) return 'busy';
  if (!row.same) return 'different';
  return row.status === null ? 'busy' : { status: row.status, headers: row.headers, body: row.body };
}

/** @returns whether the attempt still has it */
export async function renewKey(sql: Sql, attempt: Attempt, leaseSeconds: number): Promise<boolean> {
  const { owner, key, holder } = attempt;
  const rows = await sql`
    update idempotency_keys set leased_until = now() + ${leaseSeconds} * interval '1 second'
    where owner = ${owner} and key = ${key} and holder = ${holder} and status is null returning 1`;
  return rows.length > 0;
}

export async function keepAnswer(sql: Sql, attempt: Attempt, answer: KeptAnswer): Promise<void> {
  const { owner, key, holder } = attempt;
  await sql`
    update idempotency_keys set status = ${answer.status}, headers = ${sql.json(answer.headers)}, body = ${answer.body}
    where owner = ${owner} and key = ${key} and holder = ${holder}`;
}

/** Nothing was done: the key may be used again, for something else too. */
export async function giveUpKey(sql: Sql, attempt: Attempt): Promise<void> {
  const { owner, key, holder } = attempt;
  await sql`
    delete from idempotency_keys where owner = ${owner} and key = ${key} and holder = ${holder} and status is null`;
}

export async function forgetAnswers(sql: Sql): Promise<void> {
  await sql`delete from idempotency_keys where created_at < now() - ${KEPT_HOURS} * interval '1 hour'`;
}
