import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import type { Redelivered, WebhookDelivery, WebhookList } from '../../api/schemas/webhooks.ts';
import type { Server } from './server.ts';

type List = z.infer<typeof WebhookList>;
type Delivery = z.infer<typeof WebhookDelivery>;

/** Between looks at a delivery that is under way. */
const LOOK_MS = 300;

export async function showWebhooks(server: Server, tenant: string | undefined): Promise<void> {
  const query = tenant === undefined ? '' : `?${new URLSearchParams({ tenant_name: tenant })}`;
  const { webhooks } = await server.call<List>('GET', `/webhooks${query}`);
  if (webhooks.length === 0) console.log('There are none.');
  for (const one of webhooks) {
    const state = one.disabled === null ? 'on' : `off (${one.disabled.reason})`;
    console.log(`${one.id}  ${state}  ${JSON.stringify(one.name)}  ${one.url}`);
    console.log(
      `  ${one.events.join(', ')}; ${one.pending_deliveries} waiting, ${one.failed_deliveries} failed, last taken ${one.last_delivered_at ?? 'never'}`,
    );
  }
}

/** Has a message sent, and says how its first try went. @returns whether it was taken */
export async function testWebhook(server: Server, id: string): Promise<boolean> {
  let delivery = await server.call<Delivery>('POST', `/webhooks/${id}/test`);
  while (delivery.attempts.length === 0) {
    await sleep(LOOK_MS);
    delivery = await server.call<Delivery>('GET', `/webhooks/${id}/deliveries/${delivery.id}`);
  }
  const [first] = delivery.attempts;
  const failure = first?.failure ?? null;
  console.log(
    failure === null
      ? `ok: answered ${first?.status} after ${first?.took_ms} ms`
      : `FAILED after ${first?.took_ms} ms: ${failure.detail} ${failure.advice}`,
  );
  return failure === null;
}

/** Has messages sent again: one, or all that failed since a moment. */
export async function redeliver(
  server: Server,
  id: string,
  which: { delivery?: number; since?: string },
): Promise<void> {
  if (which.delivery !== undefined) {
    await server.call('POST', `/webhooks/${id}/deliveries/${which.delivery}/redeliver`);
    console.log('1 message is sent again.');
    return;
  }
  const since = new Date(which.since ?? 0).toISOString();
  const { count } = await server.call<z.infer<typeof Redelivered>>('POST', `/webhooks/${id}/redeliver`, {
    since,
  });
  console.log(`${count} ${count === 1 ? 'message is' : 'messages are'} sent again.`);
}
