import type { z } from 'zod';
import { FAILURES } from '../../domain/failures.ts';
import type { DisabledReason } from '../../domain/webhook.ts';
import type { DeliveryRow } from '../../stores/webhooks/deliveries.ts';
import type { Webhook as Row } from '../../stores/webhooks/webhooks.ts';
import type { Webhook, WebhookDelivery } from '../schemas/webhooks.ts';
import { presentFailure } from './failure.ts';

const BY_PERSON = { title: 'Somebody switched it off', advice: 'Switch it on again to go on.' };

function reasonOf(reason: DisabledReason): { title: string; advice: string } {
  if (reason === 'person') return BY_PERSON;
  const { title, advice } = FAILURES[reason];
  return { title, advice };
}

export function presentWebhook(row: Row): z.input<typeof Webhook> {
  const { disabledReason, disabledAt } = row;
  return {
    id: row.id,
    tenant_name: row.tenantName,
    name: row.name,
    url: row.url,
    events: row.events,
    camera_id: row.cameraId,
    enabled: disabledAt === null,
    disabled:
      disabledReason === null || disabledAt === null
        ? null
        : { reason: disabledReason, ...reasonOf(disabledReason), at: disabledAt.toISOString() },
    failing_since: row.failingSince?.toISOString() ?? null,
    pending_deliveries: row.pending,
    failed_deliveries: row.failed,
    last_delivered_at: row.lastDeliveredAt?.toISOString() ?? null,
    previous_secret_until: row.previousUntil?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

export function presentDelivery(row: DeliveryRow): z.input<typeof WebhookDelivery> {
  return {
    id: row.id,
    webhook_id: row.webhookId,
    message_id: row.messageId,
    event: row.event,
    state: row.state,
    body: row.body,
    attempts: row.attempts.map(({ attempt, at, status, tookMs, failure, answer }) => ({
      attempt,
      at: at.toISOString(),
      status,
      took_ms: Math.round(tookMs),
      failure: presentFailure(failure?.type ?? null, failure?.detail ?? null),
      answer,
    })),
    next_try_at: row.nextTryAt?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
    finished_at: row.finishedAt?.toISOString() ?? null,
  };
}
