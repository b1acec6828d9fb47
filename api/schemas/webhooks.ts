import { z } from 'zod';
import { DELIVERY_STATES, DISABLED_REASONS } from '../../domain/webhook.ts';
import { PageQuery, TenantName, Time, Uuid } from './common.ts';
import { KindPattern } from './feed.ts';

const Name = z.string().trim().min(1).max(100);
const Url = z.string().trim().min(1).max(2_000).meta({
  description: 'http or https, without user name and password',
  example: 'https://example.org/hooks',
});
const Events = z
  .array(KindPattern)
  .min(1)
  .max(50)
  .meta({
    description:
      'Types of events, or groups such as `asset.*`. `import.progress` is not sent; `import.completed` and the like are',
    example: ['asset.ready', 'camera.*'],
  });

export const WebhookCreate = z
  .strictObject({
    url: Url,
    events: Events,
    name: Name.optional(),
    camera_id: Uuid.optional().meta({ description: 'Only what concerns this camera' }),
    tenant_name: TenantName.optional(),
  })
  .meta({ id: 'WebhookCreate' });

export const WebhookChange = z
  .strictObject({
    url: Url.optional(),
    events: Events.optional(),
    name: Name.optional(),
    camera_id: Uuid.nullable().optional(),
    enabled: z.boolean().optional().meta({
      description:
        'Switching it on again has it hear of what happens from then on; `redeliver` sends what failed',
    }),
  })
  .meta({ id: 'WebhookChange' });

export const Webhook = z
  .object({
    id: Uuid,
    tenant_name: z.string(),
    name: z.string(),
    url: z.string(),
    events: z.array(z.string()),
    camera_id: Uuid.nullable(),
    enabled: z.boolean(),
    disabled: z
      .object({ reason: z.enum(DISABLED_REASONS), title: z.string(), advice: z.string(), at: Time })
      .nullable()
      .meta({ description: 'Why it is off' }),
    failing_since: Time.nullable().meta({ description: 'Since when every try has failed' }),
    pending_deliveries: z.int(),
    failed_deliveries: z.int(),
    last_delivered_at: Time.nullable(),
    previous_secret_until: Time.nullable().meta({
      description: 'Until then messages are signed with the secret before the last as well',
    }),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'Webhook' });

export const WebhookWithSecret = Webhook.extend({
  secret: z.string().meta({ description: 'What messages are signed with. Shown this once' }),
}).meta({ id: 'WebhookWithSecret' });

export const WebhookListQuery = z.object({ tenant_name: TenantName.optional() });

export const WebhookList = z
  .object({ webhooks: z.array(Webhook), count: z.int() })
  .meta({ id: 'WebhookList' });

export const WebhookDelivery = z
  .object({
    id: z.int(),
    webhook_id: Uuid,
    message_id: z.string().meta({ description: 'The header `webhook-id`, the same for every try' }),
    event: z.string(),
    state: z.enum(DELIVERY_STATES),
    body: z.string().meta({ description: 'As it is signed and sent' }),
    attempts: z.array(
      z.object({
        attempt: z.int(),
        at: Time,
        status: z.int().nullable().meta({ description: '`null`: there was no answer' }),
        took_ms: z.number(),
        failure: z
          .object({ type: z.string(), title: z.string(), detail: z.string(), advice: z.string() })
          .nullable(),
        answer: z.string().nullable().meta({ description: 'Its first kilobyte' }),
      }),
    ),
    next_try_at: Time.nullable(),
    created_at: Time,
    finished_at: Time.nullable(),
  })
  .meta({ id: 'WebhookDelivery' });

export const WebhookDeliveryQuery = PageQuery.extend({ state: z.enum(DELIVERY_STATES).optional() });

export const WebhookDeliveryList = z
  .object({
    deliveries: z.array(WebhookDelivery),
    count: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
  })
  .meta({ id: 'WebhookDeliveryList' });

export const RedeliverFailed = z
  .strictObject({ since: Time.meta({ description: 'Of messages that failed, those written since then' }) })
  .meta({ id: 'RedeliverFailed' });

export const Redelivered = z.object({ count: z.int() }).meta({ id: 'Redelivered' });
