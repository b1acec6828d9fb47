import { randomBytes } from 'node:crypto';
import { type DisabledReason, ROTATION_HOURS } from '../../domain/webhook.ts';
import { openCredentials, saveCredentials } from '../credentials/credentials.ts';
import type { Sealer } from '../credentials/sealer.ts';
import { announce } from '../feed/announce.ts';
import type { Sql } from '../postgres/database.ts';

/** Of the row that holds a secret. */
const KIND = 'webhook';
/** Standard Webhooks asks for 24 to 64 bytes. */
const SECRET_BYTES = 32;

export interface WebhookInput {
  name: string;
  url: string;
  events: readonly string[];
  cameraId: string | null;
}

export interface Webhook {
  id: string;
  tenantId: string;
  tenantName: string;
  name: string;
  url: string;
  events: string[];
  cameraId: string | null;
  previousUntil: Date | null;
  disabledReason: DisabledReason | null;
  disabledAt: Date | null;
  failingSince: Date | null;
  pending: number;
  failed: number;
  lastDeliveredAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

const columns = (sql: Sql) => sql`
  w.id, w.tenant_id as "tenantId", t.name as "tenantName", w.name, w.url, w.events, w.camera_id as "cameraId",
  case when w.previous_until > now() then w.previous_until end as "previousUntil",
  w.disabled_reason as "disabledReason", w.disabled_at as "disabledAt", w.failing_since as "failingSince",
  d.pending, d.failed, d.delivered as "lastDeliveredAt", w.created_at as "createdAt", w.updated_at as "updatedAt"`;

const source = (sql: Sql) => sql`
  webhooks w join tenants t on t.id = w.tenant_id
  cross join lateral (
    select count(*) filter (where state = 'pending') as pending, count(*) filter (where state = 'failed') as failed,
      max(finished_at) filter (where state = 'delivered') as delivered
    from webhook_deliveries where webhook_id = w.id
  ) d`;

export async function listWebhooks(sql: Sql, tenantId: string): Promise<Webhook[]> {
  return sql<Webhook[]>`
    select ${columns(sql)} from ${source(sql)} where w.tenant_id = ${tenantId} order by w.created_at, w.id`;
}

export async function findWebhook(sql: Sql, id: string): Promise<Webhook | null> {
  const [row] = await sql<Webhook[]>`select ${columns(sql)} from ${source(sql)} where w.id = ${id}`;
  return row ?? null;
}

/** A secret as receivers are configured with it. */
const newSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

const seal = (tx: Sql, sealer: Sealer, tenantId: string, secret: string): Promise<string> =>
  saveCredentials(tx, sealer, { tenantId, kind: KIND, value: { secret } });

/**
 * Makes an endpoint that hears of what happens from now on.
 * @returns its secret as well, which is not shown again; `null`: the tenant has `most` of them
 * @throws Failure `credentials_unreadable`: no key is set
 */
export async function createWebhook(
  tx: Sql,
  sealer: Sealer,
  tenantId: string,
  input: WebhookInput,
  most: number,
): Promise<{ id: string; secret: string } | null> {
  await tx`select id from tenants where id = ${tenantId} for update`;
  const [count] = await tx<{ n: number }[]>`select count(*) as n from webhooks where tenant_id = ${tenantId}`;
  if ((count?.n ?? 0) >= most) return null;
  const secret = newSecret();
  const credentialId = await seal(tx, sealer, tenantId, secret);
  const [row] = await tx<{ id: string }[]>`
    insert into webhooks (tenant_id, name, url, events, camera_id, credential_id, position)
    select ${tenantId}, ${input.name}, ${input.url}, ${input.events as string[]}::text[], ${input.cameraId}, ${credentialId}, feed_position()
    returning id`;
  if (row === undefined) throw new Error('The insert of a webhook returned no row.');
  return { id: row.id, secret };
}

/** Changes an endpoint. Events before a change of what it hears of stay decided. @returns whether there is one */
export async function changeWebhook(tx: Sql, id: string, change: Partial<WebhookInput>): Promise<boolean> {
  const row = {
    ...(change.name !== undefined && { name: change.name }),
    ...(change.url !== undefined && { url: change.url }),
    ...(change.events !== undefined && { events: [...change.events] }),
    ...(change.cameraId !== undefined && { camera_id: change.cameraId }),
  };
  const rows =
    Object.keys(row).length === 0
      ? await tx`select id from webhooks where id = ${id}`
      : await tx`update webhooks set ${tx(row)}, updated_at = now() where id = ${id} returning id`;
  return rows.length > 0;
}

/** Switches an endpoint on again; it hears of what happens from then on. What is on stays as it is. */
export async function enableWebhook(tx: Sql, id: string): Promise<void> {
  await tx`
    update webhooks set disabled_at = null, disabled_reason = null, failing_since = null, updated_at = now(),
      position = feed_position()
    where id = ${id} and disabled_at is not null`;
}

/** Switches an endpoint off. What waits for it has failed, and can be sent again later. */
export async function disableWebhook(tx: Sql, id: string, reason: DisabledReason): Promise<void> {
  const [row] = await tx<{ tenantId: string }[]>`
    update webhooks set disabled_at = now(), disabled_reason = ${reason}, updated_at = now()
    where id = ${id} and disabled_at is null returning tenant_id as "tenantId"`;
  if (row === undefined) return;
  await tx`
    update webhook_deliveries set state = 'failed', next_try_at = null, finished_at = now(), updated_at = now()
    where webhook_id = ${id} and state = 'pending'`;
  await announce(tx, { kind: 'webhook.disabled', tenantId: row.tenantId, subjectId: id, detail: { reason } });
}

/** @returns whether there was one */
export async function removeWebhook(tx: Sql, id: string): Promise<boolean> {
  const [row] = await tx<{ current: string; previous: string | null }[]>`
    delete from webhooks where id = ${id} returning credential_id as current, previous_credential_id as previous`;
  if (row === undefined) return false;
  await tx`delete from credentials where id in (${row.current}, ${row.previous})`;
  return true;
}

/** Gives an endpoint another secret; the one before it is used beside it for a day. `null`: there is no such endpoint */
export async function rotateSecret(tx: Sql, sealer: Sealer, id: string): Promise<string | null> {
  const [row] = await tx<{ tenantId: string; previous: string | null }[]>`
    select tenant_id as "tenantId", previous_credential_id as previous from webhooks where id = ${id} for update`;
  if (row === undefined) return null;
  const secret = newSecret();
  const credentialId = await seal(tx, sealer, row.tenantId, secret);
  await tx`
    update webhooks set previous_credential_id = credential_id, credential_id = ${credentialId},
      previous_until = now() + ${ROTATION_HOURS} * interval '1 hour', updated_at = now()
    where id = ${id}`;
  if (row.previous !== null) await tx`delete from credentials where id = ${row.previous}`;
  return secret;
}

export interface Endpoint {
  url: string;
  /** Those that are valid now, the newest first. */
  secrets: string[];
}

/** Where to send, and what to sign with. `null`: it is off, or gone. */
export async function openEndpoint(sql: Sql, sealer: Sealer, id: string): Promise<Endpoint | null> {
  const [row] = await sql<{ url: string; credentials: string[] }[]>`
    select url, array_remove(array[credential_id, case when previous_until > now() then previous_credential_id end], null)
      as credentials
    from webhooks where id = ${id} and disabled_at is null`;
  if (row === undefined) return null;
  const secrets: string[] = [];
  for (const credential of row.credentials) {
    const opened = await openCredentials(sql, sealer, credential);
    const value = opened?.value as { secret?: unknown } | undefined;
    if (typeof value?.secret === 'string') secrets.push(value.secret);
  }
  return { url: row.url, secrets };
}
