import { storableShort } from '../../domain/text.ts';
import { DELIVERY_DAYS, type DeliveryState } from '../../domain/webhook.ts';
import { enqueue, tellOutbox } from '../outbox.ts';
import type { Database, Sql } from '../postgres/database.ts';

export interface NewDelivery {
  messageId: string;
  event: string;
  body: string;
}

/** Asks for the workflow that sends what waits. */
async function callDelivery(tx: Sql, tenantId: string, webhookId: string): Promise<void> {
  await enqueue(tx, { kind: 'deliver-webhook', tenantId, subjectId: webhookId });
  await tellOutbox(tx);
}

/** Has messages sent, in their order. What is there already stays as it is. @returns the ids of the new ones */
export async function addDeliveries(
  tx: Sql,
  { id, tenantId }: { id: string; tenantId: string },
  deliveries: readonly NewDelivery[],
): Promise<number[]> {
  const rows = deliveries.map((delivery, ord) => ({ ...delivery, ord }));
  const made = await tx<{ id: number }[]>`
    insert into webhook_deliveries (tenant_id, webhook_id, message_id, event, body)
    select ${tenantId}::uuid, ${id}::uuid, t."messageId", t.event, t.body
    from jsonb_to_recordset(${tx.json(rows)}) as t(ord int, "messageId" text, event text, body text) order by t.ord
    on conflict (webhook_id, message_id) do nothing returning id`;
  if (made.length > 0) await callDelivery(tx, tenantId, id);
  return made.map((row) => row.id);
}

export interface Due {
  id: number;
  messageId: string;
  body: string;
  tries: number;
  /** Of all, for the log. */
  attempts: number;
}

/** What is due, in the order in which it came up. */
export async function takeDue(sql: Sql, webhookId: string, limit: number): Promise<Due[]> {
  return sql<Due[]>`
    select d.id, d.message_id as "messageId", d.body, d.tries,
      (select coalesce(max(attempt), 0) from webhook_attempts a where a.delivery_id = d.id) as attempts
    from webhook_deliveries d
    where d.webhook_id = ${webhookId} and d.state = 'pending' and d.next_try_at <= now() order by d.id limit ${limit}`;
}

/** Milliseconds until the next is due; `null`: nothing waits. */
export async function untilDue(sql: Sql, webhookId: string): Promise<number | null> {
  const [row] = await sql<{ ms: number | null }[]>`
    select ceil(extract(epoch from min(next_try_at) - now()) * 1000)::int8 as ms
    from webhook_deliveries where webhook_id = ${webhookId} and state = 'pending'`;
  // Of nothing there is no minimum; what is overdue is due.
  return row === undefined || row.ms === null ? null : Math.max(0, row.ms);
}

export interface Attempt {
  status: number | null;
  failure: { type: string; detail: string } | null;
  tookMs: number;
  answer: string | null;
}

/**
 * Notes how a try went.
 * @param nextSeconds when to try again; `null`: never
 * @returns since when every try to this endpoint has failed; `null`: this one did not
 */
export async function recordAttempt(
  tx: Sql,
  delivery: Due,
  attempt: Attempt,
  nextSeconds: number | null,
): Promise<Date | null> {
  const { failure, status, tookMs, answer } = attempt;
  const state: DeliveryState = failure === null ? 'delivered' : nextSeconds === null ? 'failed' : 'pending';
  const [row] = await tx<{ failingSince: Date | null }[]>`
    with noted as (
      insert into webhook_attempts (delivery_id, attempt, tenant_id, status, failure_type, failure_detail, took_ms, answer)
      select id, ${delivery.attempts + 1}, tenant_id, ${status}, ${failure?.type ?? null},
        ${failure === null ? null : storableShort(failure.detail)}, ${tookMs}, ${answer === null ? null : storableShort(answer)}
      from webhook_deliveries where id = ${delivery.id}
      on conflict (delivery_id, attempt) do nothing
    ), moved as (
      update webhook_deliveries set state = ${state}, tries = tries + 1, updated_at = now(),
        next_try_at = case when ${state === 'pending'} then now() + ${nextSeconds ?? 0} * interval '1 second' end,
        finished_at = case when ${state !== 'pending'} then now() end
      where id = ${delivery.id} and state = 'pending' returning webhook_id
    )
    update webhooks w set failing_since = case when ${failure === null} then null else coalesce(failing_since, now()) end
    from moved where w.id = moved.webhook_id returning w.failing_since as "failingSince"`;
  return row?.failingSince ?? null;
}

export interface DeliveryRow {
  id: number;
  webhookId: string;
  messageId: string;
  event: string;
  body: string;
  state: DeliveryState;
  attempts: (Attempt & { attempt: number; at: Date })[];
  nextTryAt: Date | null;
  createdAt: Date;
  finishedAt: Date | null;
}

interface ReadRow extends Omit<DeliveryRow, 'attempts'> {
  attempts:
    | {
        attempt: number;
        at: string;
        status: number | null;
        type: string | null;
        detail: string | null;
        ms: number;
        answer: string | null;
      }[]
    | null;
}

/** The newest first. */
export async function listDeliveries(
  sql: Sql,
  of: { webhookId: string; state?: DeliveryState | undefined; id?: number | undefined },
  page: { limit: number; offset: number },
): Promise<{ deliveries: DeliveryRow[]; total: number }> {
  const where = sql`webhook_id = ${of.webhookId}
    ${of.state === undefined ? sql`` : sql`and state = ${of.state}`} ${of.id === undefined ? sql`` : sql`and id = ${of.id}`}`;
  const [count] = await sql<
    { total: number }[]
  >`select count(*) as total from webhook_deliveries where ${where}`;
  const rows = await sql<ReadRow[]>`
    select d.id, d.webhook_id as "webhookId", d.message_id as "messageId", d.event, d.body, d.state,
      d.next_try_at as "nextTryAt", d.created_at as "createdAt", d.finished_at as "finishedAt", a.attempts
    from (select * from webhook_deliveries where ${where} order by id desc limit ${page.limit} offset ${page.offset}) d
    cross join lateral (
      select jsonb_agg(jsonb_build_object('attempt', attempt, 'at', at, 'status', status, 'type', failure_type,
        'detail', failure_detail, 'ms', took_ms, 'answer', answer) order by attempt) as attempts
      from webhook_attempts where delivery_id = d.id
    ) a
    order by d.id desc`;
  const deliveries = rows.map(({ attempts, ...row }) => ({
    ...row,
    attempts: (attempts ?? []).map(({ at, type, detail, ms, ...attempt }) => ({
      ...attempt,
      at: new Date(at),
      failure: type === null ? null : { type, detail: detail ?? '' },
      tookMs: ms,
    })),
  }));
  return { deliveries, total: count?.total ?? 0 };
}

/**
 * Has messages sent again, with all their tries: one, or all that failed since a moment. Those that are under way are sent
 * now. @returns how many
 */
export async function redeliver(
  tx: Sql,
  { id, tenantId }: { id: string; tenantId: string },
  which: { deliveryId: number } | { failedSince: Date },
): Promise<number> {
  const rows = await tx`
    update webhook_deliveries set state = 'pending', tries = 0, next_try_at = now(), finished_at = null, updated_at = now()
    where webhook_id = ${id} and ${
      'deliveryId' in which
        ? tx`id = ${which.deliveryId}`
        : tx`state = 'failed' and created_at >= ${which.failedSince}`
    } returning id`;
  if (rows.length > 0) await callDelivery(tx, tenantId, id);
  return rows.length;
}

/** Removes deliveries that are long over, and calls for those that wait although their workflow is gone. */
export async function sweepDeliveries(db: Database): Promise<void> {
  await db.run(
    (sql) =>
      sql`delete from webhook_deliveries where finished_at < now() - ${DELIVERY_DAYS} * interval '1 day'`,
  );
  await db.tx(async (tx) => {
    const late = await tx<{ id: string; tenantId: string }[]>`
      select distinct webhook_id as id, tenant_id as "tenantId" from webhook_deliveries
      where state = 'pending' and next_try_at < now() - interval '5 minutes'`;
    for (const { id, tenantId } of late) await callDelivery(tx, tenantId, id);
  });
}
