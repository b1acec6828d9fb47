import type { FeedCursor, FeedKind } from '../../domain/feed.ts';
import type { Logger } from '../../log.ts';
import { feedBounds, readFeed } from '../../stores/feed/read.ts';
import type { Database } from '../../stores/postgres/database.ts';
import { type Behind, moveWebhook, webhooksBehind } from '../../stores/webhooks/collect.ts';
import type { NewDelivery } from '../../stores/webhooks/deliveries.ts';
import type { Complete } from '../live/reader.ts';
import { type FeedMessage, presentFeedRow } from '../present/feed.ts';
import { kindsOf } from '../schemas/feed.ts';
import { createPoller, type Poller } from '../temporal/poller.ts';

/** Endpoints in one look. */
const AT_ONCE = 50;
/** Rows for one endpoint in one transaction. */
const PAGE = 100;
/** An endpoint that is of no interest to what happens is not written to for less than this many events. */
const STRIDE = 500;

interface CollectorDeps {
  db: Database;
  complete: Complete;
  /** What links begin with. */
  base: string;
  log: Logger;
}

/** How far an import has come is for those who look; whoever is told by message wants to know what came of it. */
export const UNTOLD: ReadonlySet<FeedKind> = new Set(['import.progress']);

export function kindsFor(events: readonly string[]): FeedKind[] {
  return [...new Set(events.flatMap(kindsOf))].filter((kind) => !UNTOLD.has(kind));
}

/** A message as it is signed and sent: the event, with the time as the Standard Webhooks specification names it. */
export function messageOf({ event }: Pick<FeedMessage, 'event'>): NewDelivery {
  // The time tells it from the event of the same place in a database that was restored from a backup.
  return {
    messageId: `evt_${event.id}_${Date.parse(event.at).toString(36)}`,
    event: event.type,
    body: JSON.stringify({ ...event, timestamp: event.at }),
  };
}

/**
 * Writes down what each endpoint is to be told, from the feed, with the position up to which that was done. Both are in one
 * transaction, so nothing is left out and nothing written twice, whichever process dies when; several may do it at once.
 */
export function createWebhookCollector({ db, complete, base, log }: CollectorDeps): Poller {
  async function collect(webhook: Behind): Promise<boolean> {
    const { head, swept } = await db.run(feedBounds);
    if (webhook.position < swept) {
      log.warn({ webhook_id: webhook.id }, 'a webhook missed events that are not kept any more');
    }
    const from = Math.max(webhook.position, swept);
    const { tenantId, cameraId, events, ruleIds } = webhook;
    const filter = {
      tenantIds: [tenantId],
      kinds: kindsFor(events),
      ruleIds,
      cameraId: cameraId ?? undefined,
    };
    const rows = await db.run((sql) => readFeed(sql, from, head, filter, PAGE));
    const more = rows.length === PAGE;
    const upTo = (more ? rows.at(-1)?.position : undefined) ?? head;
    if (rows.length === 0 && upTo - webhook.position < STRIDE) return false;
    const whole = (position: number): FeedCursor => ({ position: position - 1, index: 0 });
    const messages = await complete(rows.flatMap((row) => presentFeedRow(row, whole(row.position), base)));
    await db.tx((tx) => moveWebhook(tx, webhook, upTo, messages.map(messageOf)));
    return more;
  }

  // The feed is numbered by who follows it in this process.
  async function look(): Promise<boolean> {
    const behind = await db.run((sql) => webhooksBehind(sql, AT_ONCE));
    const more = [];
    for (const webhook of behind) more.push(await collect(webhook));
    return more.includes(true);
  }

  return createPoller(look, (error) => log.warn({ err: error }, 'webhooks not looked after'));
}
