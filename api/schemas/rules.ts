import { z } from 'zod';
import { DETECTION_LABELS } from '../../domain/detection.ts';
import { PageQuery, TenantName, Time, TimeZone, Uuid } from './common.ts';

const Name = z.string().trim().min(1).max(100);
const Word = z.string().trim().min(1).max(200);
const Clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of the day, such as 18:30')
  .meta({ example: '18:30' });
const Ids = z.array(Uuid).min(1).max(1_000);
const Confidence = z.number().min(0).max(1);
const WEEK_MINUTES = 7 * 24 * 60;

export const RuleWhen = z
  .strictObject({
    labels: z.array(Word).min(1).max(200).optional().meta({
      description: 'Any of these: names of a model, or of a classifier, such as `fox` or `vulpes vulpes`',
    }),
    categories: z.array(z.enum(DETECTION_LABELS)).min(1).max(3).optional(),
    min_confidence: Confidence.optional().meta({
      description: 'In the place of the thresholds of the tenant',
    }),
    camera_ids: Ids.optional(),
    location_ids: Ids.optional(),
    pull_source_ids: Ids.optional(),
    between: z
      .strictObject({ from: Clock, to: Clock, timezone: TimeZone })
      .optional()
      .meta({ description: 'When the picture was taken; across midnight when `to` is the earlier one' }),
    max_age_minutes: z.number().positive().max(10_000_000).optional().meta({
      description: 'Not for pictures that were taken longer ago, as cards that somebody brings in hold them',
    }),
  })
  .meta({ id: 'RuleWhen', description: 'What is absent does not matter' });

const RuleTell = z.strictObject({ webhook_id: Uuid.optional() }).meta({
  id: 'RuleTell',
  description: 'Every alert is an event `rule.fired`; a webhook named here is told in any case',
});

const GapMinutes = z
  .number()
  .min(0)
  .max(WEEK_MINUTES)
  .meta({ description: 'Pictures of one place with no more than this between them make one alert' });

export const RuleCreate = z
  .strictObject({
    name: Name,
    when: RuleWhen.default({}),
    tell: RuleTell.default({}),
    gap_minutes: GapMinutes.default(30),
    enabled: z.boolean().default(true),
    tenant_name: TenantName.optional(),
  })
  .meta({ id: 'RuleCreate' });

export const RuleChange = z
  .strictObject({
    name: Name.optional(),
    when: RuleWhen.optional(),
    tell: RuleTell.optional(),
    gap_minutes: GapMinutes.optional(),
    enabled: z.boolean().optional(),
  })
  .meta({ id: 'RuleChange' });

export const Rule = z
  .object({
    id: Uuid,
    tenant_name: z.string(),
    name: z.string(),
    enabled: z.boolean(),
    when: RuleWhen,
    tell: RuleTell,
    gap_minutes: z.number(),
    firings: z.int().meta({ description: 'Alerts so far' }),
    last_fired_at: Time.nullable(),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'Rule' });

export const RuleListQuery = z.object({ tenant_name: TenantName.optional() });
export const RuleList = z.object({ rules: z.array(Rule), count: z.int() }).meta({ id: 'RuleList' });

const Alert = {
  place: z.string().meta({ description: 'The camera, or what else says where pictures were taken' }),
  label: z.string(),
  confidence: z.number().nullable(),
  first_taken_at: Time,
  last_taken_at: Time,
  images: z.int(),
  asset_ids: z.array(z.int()).meta({ description: 'The first ones' }),
};

export const RuleFiring = z.object({ id: Uuid, ...Alert, fired_at: Time }).meta({ id: 'RuleFiring' });

export const RuleFiringQuery = PageQuery;

export const RuleFiringList = z
  .object({
    firings: z.array(RuleFiring),
    count: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
  })
  .meta({ id: 'RuleFiringList' });

export const RuleTry = z
  .strictObject({ days: z.number().positive().max(90).default(7) })
  .meta({ id: 'RuleTry' });

export const RuleTrial = z
  .object({
    firings: z.array(z.object(Alert)).meta({ description: 'What it would have told, the first first' }),
    count: z.int().meta({ description: 'Of all alerts, of which the first 100 are shown' }),
    images: z.int().meta({ description: 'That were looked at' }),
    complete: z.boolean().meta({ description: '`false`: there are more images than one trial looks at' }),
  })
  .meta({ id: 'RuleTrial' });
