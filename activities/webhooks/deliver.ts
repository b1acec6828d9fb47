import { Context } from '@temporalio/activity';
import { Failure } from '../../domain/failures.ts';
import { nextTrySeconds } from '../../domain/webhook.ts';
import type { HttpClient } from '../../sources/reach/client.ts';
import type { Sealer } from '../../stores/credentials/sealer.ts';
import type { Database } from '../../stores/postgres/database.ts';
import { type Due, recordAttempt, takeDue, untilDue } from '../../stores/webhooks/deliveries.ts';
import { disableWebhook, type Endpoint, openEndpoint } from '../../stores/webhooks/webhooks.ts';
import type { WebhookActivities } from '../contracts.ts';
import { keepAlive } from '../heartbeat.ts';
import { type Sent, sendOnce } from './send.ts';

/** Messages to one endpoint at the same time. They leave in their order; answers may come in another. */
const WIDTH = 4;
/** After this long the workflow is asked again, so that its history shows that something happens. */
const ROUND_MS = 60_000;
const DAY_MS = 86_400_000;

export interface WebhookDeps {
  db: Database;
  sealer: Sealer;
  client: HttpClient;
  /** Waits between tries, in seconds. */
  retrySeconds: readonly number[];
  /** Days of failures alone after which an endpoint is switched off. */
  disableDays: number;
  timeoutMs: number;
}

/** Sends what is due, and notes how that went. A message that was sent and not noted is sent again, under the same id. */
export function createWebhookActivities(deps: WebhookDeps): WebhookActivities {
  const { db, client, timeoutMs } = deps;

  async function send(endpoint: Endpoint | Failure, delivery: Due, signal: AbortSignal): Promise<Sent> {
    if (!(endpoint instanceof Failure)) return sendOnce(client, endpoint, delivery, timeoutMs, signal);
    const failure = { type: endpoint.type, detail: endpoint.message };
    return { status: null, failure, tookMs: 0, answer: null, askedSeconds: null, gone: false };
  }

  async function deliver(webhookId: string, endpoint: Endpoint | Failure, due: Due, signal: AbortSignal) {
    const sent = await send(endpoint, due, signal);
    const next = sent.gone
      ? null
      : nextTrySeconds(due.tries + 1, sent.askedSeconds, Math.random(), deps.retrySeconds);
    await db.tx(async (tx) => {
      const failingSince = await recordAttempt(tx, due, sent, next);
      const tooLong =
        failingSince !== null && Date.now() - failingSince.getTime() > deps.disableDays * DAY_MS;
      if (sent.gone) await disableWebhook(tx, webhookId, 'webhook_gone');
      else if (tooLong) await disableWebhook(tx, webhookId, 'webhook_failing');
    });
  }

  async function open(webhookId: string): Promise<Endpoint | Failure | null> {
    try {
      return await db.run((sql) => openEndpoint(sql, deps.sealer, webhookId));
    } catch (error) {
      // Somebody has to set the key again; until then it is a try like any other.
      if (error instanceof Failure && error.type === 'credentials_unreadable') return error;
      throw error;
    }
  }

  return {
    async deliverDue(webhookId) {
      await using _alive = keepAlive();
      const signal = Context.current().cancellationSignal;
      const until = performance.now() + ROUND_MS;
      for (;;) {
        // Every time: somebody may have switched it off, or given it another secret or address.
        const endpoint = await open(webhookId);
        if (endpoint === null) return { waitMs: null };
        const due = await db.run((sql) => takeDue(sql, webhookId, WIDTH));
        if (due.length === 0 || performance.now() > until) break;
        await Promise.all(due.map((delivery) => deliver(webhookId, endpoint, delivery, signal)));
      }
      return { waitMs: await db.run((sql) => untilDue(sql, webhookId)) };
    },
  };
}
