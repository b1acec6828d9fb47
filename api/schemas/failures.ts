import { z } from 'zod';
import { OUTCOMES } from '../../domain/outcome.ts';
import { REDRIVE_VERDICTS } from '../../stores/redrive.ts';
import { CatalogId, TenantName, Time, Uuid } from './common.ts';

export const FailureEntry = z
  .object({
    type: z.string().meta({ description: 'Stable reason code', example: 'source_timeout' }),
    title: z.string().meta({ description: 'What happened' }),
    meaning: z.string().meta({ description: 'What Tributary did about it, and what became of the file' }),
    advice: z.string().meta({ description: 'What a person does about it' }),
    outcome: z
      .enum(OUTCOMES)
      .nullable()
      .meta({ description: 'How an item ends with it; null: it stops a whole import or request' }),
    retryable: z.boolean().meta({ description: 'Waiting can help, so it is tried again by itself first' }),
    waits_for_help: z
      .boolean()
      .meta({ description: 'An import waits with it, in the state needs_attention' }),
    redrivable: z.boolean().meta({ description: 'Items that ended with it can be given another round' }),
    count: z.int().meta({ description: 'Poison jobs with it at this moment' }),
  })
  .meta({ id: 'FailureEntry' });

export const FailureCatalogue = z
  .object({ failures: z.array(FailureEntry), count: z.int() })
  .meta({ id: 'FailureCatalogue' });

export const PoisonQuery = z.object({
  tenant_name: TenantName.optional(),
  import_id: Uuid.optional(),
  reason: z.string().max(64).optional().meta({ description: 'Reason code; GET /failures lists them' }),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: CatalogId.optional().meta({ description: '`next_cursor` of the page before' }),
});

export const PoisonJob = z
  .object({
    id: z.int(),
    job_id: z.int().meta({ description: 'The same as `id`' }),
    tenant_name: z.string(),
    import_id: Uuid,
    source: z.string().meta({ description: '`upload`, or the kind of source' }),
    name: z.string(),
    external_id: z.string(),
    asset_id: z.int().nullable(),
    reason: z.string(),
    title: z.string(),
    advice: z.string(),
    detail: z.string(),
    attempts: z.int().meta({ description: 'Tries that failed' }),
    failed_at: Time,
    links: z.object({ self: z.string(), redrive: z.string(), import: z.string() }),
  })
  .meta({ id: 'PoisonJob' });

export const PoisonJobList = z
  .object({
    poison_jobs: z.array(PoisonJob),
    count: z.int(),
    total: z.int(),
    next_cursor: z.int().nullable(),
  })
  .meta({ id: 'PoisonJobList' });

export const PoisonJobDetail = PoisonJob.extend({
  timeline: z.array(z.object({ at: Time, kind: z.string(), detail: z.record(z.string(), z.unknown()) })),
}).meta({ id: 'PoisonJobDetail' });

export const RedriveRequest = z
  .object({
    ids: z.array(z.int().positive()).min(1).max(1_000).optional(),
    filter: z
      .object({
        tenant_name: TenantName.optional(),
        import_id: Uuid.optional(),
        reason: z.string().max(64).optional(),
      })
      .refine((filter) => Object.values(filter).some((value) => value !== undefined), 'names nothing')
      .optional(),
    all: z.literal(true).optional(),
  })
  .refine(
    ({ ids, filter, all }) => [ids, filter, all].filter((given) => given !== undefined).length === 1,
    'must have exactly one of "ids", "filter" and "all"',
  )
  .meta({ id: 'RedriveRequest' });

export const RedriveResult = z
  .object({
    queued: z.int().meta({ description: 'Will be tried again' }),
    resolved: z.int().meta({ description: 'Their picture is in the library already: duplicates now' }),
    busy: z.int().meta({ description: 'Another run of their source is open; ask again when it has ended' }),
    gone: z.int().meta({ description: 'Uploads whose bytes are lost; upload them again' }),
    message: z.string(),
  })
  .meta({ id: 'RedriveResult' });

export const Redriven = z
  .object({ id: z.int(), status: z.enum(REDRIVE_VERDICTS), message: z.string() })
  .meta({ id: 'Redriven' });
