import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { findCamera } from '../../stores/cameras/cameras.ts';
import { lockRow } from '../../stores/lockRow.ts';
import type { Sql } from '../../stores/postgres/database.ts';
import { DEFAULT_TENANT, ensureTenant, readTenantId } from '../../stores/tenants.ts';
import { addDeliveries, listDeliveries, redeliver } from '../../stores/webhooks/deliveries.ts';
import {
  changeWebhook,
  createWebhook,
  disableWebhook,
  enableWebhook,
  findWebhook,
  listWebhooks,
  type Webhook as Row,
  removeWebhook,
  rotateSecret,
} from '../../stores/webhooks/webhooks.ts';
import type { ApiDeps } from '../deps.ts';
import { checkVersion, expectedVersions, sendVersioned, versionOf } from '../http/versions.ts';
import { pages } from '../present/page.ts';
import { presentDelivery, presentWebhook } from '../present/webhook.ts';
import { conflict, notFound, wrong } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { Uuid } from '../schemas/common.ts';
import {
  Redelivered,
  RedeliverFailed,
  Webhook,
  WebhookChange,
  WebhookCreate,
  WebhookDelivery,
  WebhookDeliveryList,
  WebhookDeliveryQuery,
  WebhookList,
  WebhookListQuery,
  WebhookWithSecret,
} from '../schemas/webhooks.ts';
import { kindsFor } from '../webhooks/collector.ts';

/** Endpoints of one tenant: each hears of everything by itself. */
const MOST = 20;
const One = z.object({ id: Uuid });
const OneDelivery = z.object({ id: Uuid, delivery_id: z.coerce.number().int().positive() });

/** Of what people say of a webhook; deliveries, and what comes of them, happen by themselves. */
const versionOfWebhook = ({ name, url, events, cameraId, disabledReason }: Row): string =>
  versionOf({ name, url, events, cameraId, off: disabledReason === 'person' });

/** Endpoints that are told of events. */
export function webhookRoutes({ db, sealer, dispatcher, parseHttpUrl }: ApiDeps): Route[] {
  async function find(id: string): Promise<Row> {
    const row = await db.run((sql) => findWebhook(sql, id));
    if (row === null) throw notFound('webhook');
    return row;
  }

  async function send(id: string, res: Response): Promise<void> {
    const row = await find(id);
    sendVersioned(res, versionOfWebhook(row), presentWebhook(row));
  }

  /** Holds a webhook that is about to be changed. @throws Problem 404, 412 */
  async function hold(tx: Sql, id: string, req: Request): Promise<void> {
    await lockRow(tx, 'webhooks', id);
    const row = await findWebhook(tx, id);
    if (row === null) throw notFound('webhook');
    checkVersion(expectedVersions(req), versionOfWebhook(row));
  }

  async function findOn(id: string): Promise<Row> {
    const row = await find(id);
    if (row.disabledAt !== null)
      throw conflict('The webhook is switched off. PATCH it with "enabled": true first.');
    return row;
  }

  async function findDelivery(webhookId: string, id: number) {
    const { deliveries } = await db.run((sql) =>
      listDeliveries(sql, { webhookId, id }, { limit: 1, offset: 0 }),
    );
    const [delivery] = deliveries;
    if (delivery === undefined) throw notFound('delivery');
    return delivery;
  }

  /** @throws Problem, Failure `bad_address`; a camera of another tenant is none. */
  async function check(
    tenantId: string,
    given: { url?: string | undefined; events?: string[] | undefined; camera_id?: string | null | undefined },
  ): Promise<void> {
    if (given.url !== undefined) parseHttpUrl(given.url);
    if (given.events !== undefined && kindsFor(given.events).length === 0)
      throw wrong('events', 'import.progress alone is not sent; take import.* for what comes of imports');
    const cameraId = given.camera_id;
    if (cameraId === undefined || cameraId === null) return;
    const camera = await db.run((sql) => findCamera(sql, cameraId));
    if (camera?.tenantId !== tenantId) throw wrong('camera_id', 'There is no such camera.');
  }

  return [
    defineRoute({
      method: 'post',
      path: '/webhooks',
      operationId: 'createWebhook',
      summary: 'Have an address told of events from now on',
      tag: 'webhooks',
      needs: 'manager',
      body: WebhookCreate,
      answers: {
        201: {
          description: 'The webhook, with its secret, which is shown this once',
          schema: WebhookWithSecret,
        },
      },
      async handle({ body }, _req, res) {
        const tenant = await db.run((sql) => ensureTenant(sql, body.tenant_name ?? DEFAULT_TENANT));
        await check(tenant.id, body);
        const { url, events, name = new URL(url).host, camera_id: cameraId = null } = body;
        const made = await db.tx((tx) =>
          createWebhook(tx, sealer, tenant.id, { url, events, name, cameraId }, MOST),
        );
        if (made === null) throw conflict(`A tenant may have ${MOST} webhooks. Delete one first.`);
        res
          .status(201)
          .location(`/webhooks/${made.id}`)
          .json({ ...presentWebhook(await find(made.id)), secret: made.secret });
      },
    }),
    defineRoute({
      method: 'get',
      path: '/webhooks',
      operationId: 'listWebhooks',
      summary: 'Webhooks of a tenant',
      tag: 'webhooks',
      needs: 'manager',
      query: WebhookListQuery,
      answers: { 200: { description: 'All of them', schema: WebhookList } },
      async handle({ query }, _req, res) {
        const rows = await db.run(async (sql) =>
          listWebhooks(sql, await readTenantId(sql, query.tenant_name ?? DEFAULT_TENANT)),
        );
        res.json({ webhooks: rows.map(presentWebhook), count: rows.length } satisfies z.input<
          typeof WebhookList
        >);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/webhooks/{id}',
      operationId: 'getWebhook',
      summary: 'One webhook',
      tag: 'webhooks',
      needs: 'manager',
      params: One,
      versioned: true,
      answers: { 200: { description: 'The webhook', schema: Webhook } },
      async handle({ params }, _req, res) {
        await send(params.id, res);
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/webhooks/{id}',
      operationId: 'changeWebhook',
      summary: 'Change a webhook, or switch it off and on',
      tag: 'webhooks',
      needs: 'manager',
      params: One,
      body: WebhookChange,
      versioned: true,
      answers: { 200: { description: 'The webhook', schema: Webhook } },
      async handle({ params, body }, req, res) {
        await check((await find(params.id)).tenantId, body);
        const { enabled, camera_id: cameraId, ...change } = body;
        await db.tx(async (tx) => {
          await hold(tx, params.id, req);
          const given = { ...change, ...(cameraId !== undefined && { cameraId }) };
          await changeWebhook(tx, params.id, withoutUndefined(given));
          if (enabled === true) await enableWebhook(tx, params.id);
          if (enabled === false) await disableWebhook(tx, params.id, 'person');
        });
        await send(params.id, res);
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/webhooks/{id}',
      operationId: 'deleteWebhook',
      summary: 'Delete a webhook and its log; what waits is not sent',
      tag: 'webhooks',
      needs: 'manager',
      params: One,
      versioned: true,
      answers: { 204: { description: 'Done' } },
      async handle({ params }, req, res) {
        await db.tx(async (tx) => {
          await hold(tx, params.id, req);
          await removeWebhook(tx, params.id);
        });
        res.status(204).end();
      },
    }),
    defineRoute({
      method: 'post',
      path: '/webhooks/{id}/rotate-secret',
      operationId: 'rotateWebhookSecret',
      summary: 'Give a webhook another secret; for a day messages are signed with the one before as well',
      tag: 'webhooks',
      needs: 'manager',
      params: One,
      answers: {
        200: {
          description: 'The webhook, with its new secret, which is shown this once',
          schema: WebhookWithSecret,
        },
      },
      async handle({ params }, _req, res) {
        const secret = await db.tx((tx) => rotateSecret(tx, sealer, params.id));
        if (secret === null) throw notFound('webhook');
        res.json({ ...presentWebhook(await find(params.id)), secret });
      },
    }),
    defineRoute({
      method: 'post',
      path: '/webhooks/{id}/test',
      operationId: 'testWebhook',
      summary: 'Send a message of the type `webhook.test`; how that went is in its delivery',
      tag: 'webhooks',
      needs: 'manager',
      params: One,
      answers: { 202: { description: 'The delivery, to be asked after', schema: WebhookDelivery } },
      async handle({ params }, _req, res) {
        const webhook = await findOn(params.id);
        const id = `test_${randomUUID()}`;
        const at = new Date().toISOString();
        const event = {
          ...{ type: 'webhook.test', timestamp: at, id, at, tenant_name: webhook.tenantName },
          data: { webhook_id: webhook.id, links: {} },
        };
        const message = { messageId: id, event: event.type, body: JSON.stringify(event) };
        const [deliveryId] = await db.tx((tx) => addDeliveries(tx, webhook, [message]));
        if (deliveryId === undefined) throw new Error('A test message was there before it was made.');
        dispatcher.kick();
        res
          .status(202)
          .location(`/webhooks/${webhook.id}/deliveries/${deliveryId}`)
          .json(presentDelivery(await findDelivery(webhook.id, deliveryId)));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/webhooks/{id}/deliveries',
      operationId: 'listWebhookDeliveries',
      summary: 'What was sent to a webhook, or is to be, the newest first; kept for 30 days',
      tag: 'webhooks',
      needs: 'manager',
      params: One,
      query: WebhookDeliveryQuery,
      answers: { 200: { description: 'One page', schema: WebhookDeliveryList } },
      async handle({ params, query }, _req, res) {
        await find(params.id);
        const { deliveries, total } = await db.run((sql) =>
          listDeliveries(
            sql,
            { webhookId: params.id, state: query.state },
            { limit: query.limit, offset: (query.page - 1) * query.limit },
          ),
        );
        res.json({
          deliveries: deliveries.map(presentDelivery),
          count: deliveries.length,
          ...pages(query, total),
        } satisfies z.input<typeof WebhookDeliveryList>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/webhooks/{id}/deliveries/{delivery_id}',
      operationId: 'getWebhookDelivery',
      summary: 'One delivery, with every try',
      tag: 'webhooks',
      needs: 'manager',
      params: OneDelivery,
      answers: { 200: { description: 'The delivery', schema: WebhookDelivery } },
      async handle({ params }, _req, res) {
        res.json(presentDelivery(await findDelivery(params.id, params.delivery_id)));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/webhooks/{id}/deliveries/{delivery_id}/redeliver',
      operationId: 'redeliverWebhookDelivery',
      summary: 'Send a message again, under the same id',
      tag: 'webhooks',
      needs: 'manager',
      params: OneDelivery,
      answers: { 202: { description: 'The delivery, to be asked after', schema: WebhookDelivery } },
      async handle({ params }, _req, res) {
        const webhook = await findOn(params.id);
        await findDelivery(params.id, params.delivery_id);
        await db.tx((tx) => redeliver(tx, webhook, { deliveryId: params.delivery_id }));
        dispatcher.kick();
        res.status(202).json(presentDelivery(await findDelivery(params.id, params.delivery_id)));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/webhooks/{id}/redeliver',
      operationId: 'redeliverFailed',
      summary: 'Send everything again that failed since a moment',
      tag: 'webhooks',
      needs: 'manager',
      params: One,
      body: RedeliverFailed,
      answers: { 202: { description: 'How many messages those are', schema: Redelivered } },
      async handle({ params, body }, _req, res) {
        const webhook = await findOn(params.id);
        const count = await db.tx((tx) => redeliver(tx, webhook, { failedSince: new Date(body.since) }));
        dispatcher.kick();
        res.status(202).json({ count });
      },
    }),
  ];
}

/** What was not given is not to be changed. */
function withoutUndefined<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}
