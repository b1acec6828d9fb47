import type { Sql } from '../postgres/database.ts';
import { addDeliveries, type NewDelivery } from './deliveries.ts';

/** An endpoint that has not been told of everything. */
export interface Behind {
  id: string;
  tenantId: string;
  events: string[];
  cameraId: string | null;
  /** Rules that tell it when they fire. */
  ruleIds: string[];
  position: number;
}

/** Those that are behind, the furthest first. */
export async function webhooksBehind(sql: Sql, limit: number): Promise<Behind[]> {
  return sql<Behind[]>`
    select id, tenant_id as "tenantId", events, camera_id as "cameraId", position,
      array(select r.id from rules r where r.webhook_id = w.id) as "ruleIds"
    from webhooks w
    where disabled_at is null and position < (select position from feed_head) order by position, id limit ${limit}`;
}

/**
 * Notes that an endpoint was told of everything up to a position, and what it is to be told, in one transaction.
 * @returns `false`: somebody else did so first, and nothing was changed
 */
export async function moveWebhook(
  tx: Sql,
  webhook: Behind,
  upTo: number,
  deliveries: readonly NewDelivery[],
): Promise<boolean> {
  const moved = await tx`
    update webhooks set position = ${upTo}
    where id = ${webhook.id} and position = ${webhook.position} and disabled_at is null returning id`;
  if (moved.length === 0) return false;
  if (deliveries.length > 0) await addDeliveries(tx, webhook, deliveries);
  return true;
}
