import { randomUUID } from 'node:crypto';
import type { Json } from '../../sources/source.ts';
import type { Sql } from '../postgres/database.ts';
import type { Sealer } from './sealer.ts';

export interface NewCredentials {
  tenantId: string;
  kind: string;
  /** As the kind of source takes them. */
  value: Json;
}

interface Row {
  id: string;
  tenantId: string;
  kind: string;
  keyId: string;
  sealed: Buffer;
  fingerprint: string;
}

const bound = ({ id, tenantId, kind }: Pick<Row, 'id' | 'tenantId' | 'kind'>) => `${tenantId}/${id}/${kind}`;

/** Seals credentials into a row of their own. Returns its id. @throws Failure `credentials_unreadable`: no key is set. */
export async function saveCredentials(tx: Sql, sealer: Sealer, input: NewCredentials): Promise<string> {
  const id = randomUUID();
  const text = JSON.stringify(input.value);
  const { keyId, sealed } = sealer.seal(text, bound({ id, ...input }));
  await tx`
    insert into credentials (id, tenant_id, kind, key_id, sealed, fingerprint)
    values (${id}, ${input.tenantId}, ${input.kind}, ${keyId}, ${sealed}, ${sealer.fingerprint(`${input.kind} ${text}`)})`;
  return id;
}

export interface OpenedCredentials {
  value: Json;
  /** Equal for equal credentials of one kind. */
  fingerprint: string;
}

/** @returns `null` when there are none of that id. @throws Failure `credentials_unreadable` */
export async function openCredentials(
  sql: Sql,
  sealer: Sealer,
  id: string,
): Promise<OpenedCredentials | null> {
  const [row] = await sql<Row[]>`
    select id, tenant_id as "tenantId", kind, key_id as "keyId", sealed, fingerprint from credentials where id = ${id}`;
  if (row === undefined) return null;
  return {
    value: JSON.parse(sealer.open(row.keyId, row.sealed, bound(row))) as Json,
    fingerprint: row.fingerprint,
  };
}

/** Removes credentials that nothing points at any more. A run under way keeps those that it began with. */
export async function dropCredentials(tx: Sql, id: string): Promise<void> {
  await tx`
    delete from credentials c where id = ${id}
      and not exists (select from pull_sources where credential_id = c.id)
      and not exists (select from cameras where credential_id = c.id)
      and not exists (select from webhooks where c.id in (credential_id, previous_credential_id))
      and not exists (select from capture_sessions where credential_id = c.id and ended_at is null)
      and not exists (select from imports where credential_id = c.id
        and state in ('pending', 'processing', 'paused', 'needs_attention'))`;
}

/** Removes the credentials of imports that finished long ago. */
export async function dropForgotten(sql: Sql, days: number): Promise<void> {
  await sql`
    delete from credentials c where created_at < now() - ${days} * interval '1 day'
      and not exists (select from pull_sources where credential_id = c.id)
      and not exists (select from cameras where credential_id = c.id)
      and not exists (select from webhooks where c.id in (credential_id, previous_credential_id))
      and not exists (select from capture_sessions where credential_id = c.id and ended_at is null)
      and not exists (select from imports m where m.credential_id = c.id
        and coalesce(m.finished_at, now()) > now() - ${days} * interval '1 day')`;
}

/** Seals every row anew that another key than the current one sealed. @returns how many rows were. */
export async function rotateCredentials(tx: Sql, sealer: Sealer): Promise<number> {
  const rows = await tx<Row[]>`
    select id, tenant_id as "tenantId", kind, key_id as "keyId", sealed, fingerprint from credentials
    where key_id is distinct from ${sealer.keyId} order by id for update`;
  for (const row of rows) {
    const text = sealer.open(row.keyId, row.sealed, bound(row));
    const { keyId, sealed } = sealer.seal(text, bound(row));
    await tx`
      update credentials set key_id = ${keyId}, sealed = ${sealed}, updated_at = now(),
        fingerprint = ${sealer.fingerprint(`${row.kind} ${text}`)}
      where id = ${row.id}`;
  }
  return rows.length;
}
