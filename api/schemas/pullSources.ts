import { z } from 'zod';
import { parseSchedule } from '../../domain/schedule.ts';
import { Credentials } from '../sources/credentials.ts';
import { TenantName, Time, TimeZone, Uuid } from './common.ts';
import { JobStatus } from './imports.ts';

const Glob = z.string().min(1).max(1_000);

const ScheduleText = z
  .string()
  .max(200)
  .refine((text) => parseSchedule(text) !== null, {
    message: 'must be a cron expression of five fields, or "every 15m"; once a minute is the most often',
  })
  .meta({ description: 'Cron expression in the source’s time zone (UTC when it has none), or `every 15m`' });

const fields = {
  name: z.string().trim().min(1).max(200),
  user_id: Uuid.nullish(),
  location_id: Uuid.nullish(),
  kind: z.string().max(64).meta({
    description: 'One of `GET /source-kinds`, or `push`: items are posted to it and nothing is pulled',
  }),
  base_url: z.string().trim().min(1).max(8_192),
  auth_type: z.enum(['none', 'basic', 'header']),
  auth_username: z.string().max(512).nullish(),
  auth_password: z.string().max(4_096).nullish().meta({ description: 'Write-only' }),
  auth_header: z
    .string()
    .max(8_192)
    .nullish()
    .meta({ description: '`Name: value`, or the value of `Authorization`. Write-only but for the name' }),
  credentials: Credentials.nullish(),
  is_active: z.boolean(),
  schedule: ScheduleText,
  max_files_per_run: z
    .int()
    .min(1)
    .max(1_000_000)
    .nullish()
    .meta({ description: 'Oldest first; null: as many as there are' }),
  timezone: TimeZone.nullish().meta({ description: 'Of the schedule, and of camera clocks that name none' }),
  include: z.array(Glob).max(50),
  exclude: z.array(Glob).max(50),
  recursive: z.boolean(),
  settings: z.record(z.string(), z.json()).meta({ description: 'More settings of the kind of source' }),
  settle_seconds: z
    .int()
    .min(0)
    .max(86_400)
    .meta({ description: 'Files changed later than so many seconds ago may still be being written' }),
  requests_per_second: z.number().positive().max(1_000).nullish(),
};

export const PullSourceCreate = z
  .object({
    ...fields,
    kind: fields.kind.default('http-directory'),
    base_url: fields.base_url.optional().meta({ description: 'Not for the kind `push`' }),
    auth_type: fields.auth_type.default('none'),
    is_active: fields.is_active.default(true),
    schedule: fields.schedule.default('0 * * * *'),
    max_files_per_run: fields.max_files_per_run.default(10),
    include: fields.include.optional(),
    exclude: fields.exclude.optional(),
    recursive: fields.recursive.optional(),
    settings: fields.settings.optional(),
    settle_seconds: fields.settle_seconds.default(60),
    tenant_name: TenantName.optional(),
  })
  .meta({
    id: 'PullSourceCreate',
    examples: [
      {
        name: 'North gate',
        base_url: 'https://example.org/photos/',
        auth_type: 'basic',
        auth_username: 'ada',
        auth_password: 'secret',
        schedule: '0 * * * *',
      },
    ],
  });

export const PullSourceChange = z
  .object(fields)
  .omit({ kind: true })
  .partial()
  .meta({
    id: 'PullSourceChange',
    examples: [{ schedule: 'every 15m' }],
  });

/** Items that somebody pushes; how each may look, the kind of source `urls` says. */
export const PushedItems = z
  .object({
    items: z.array(z.record(z.string(), z.json())).min(1).max(1_000).meta({
      description:
        '`url`, and if known `name`, `size`, `etag`, `sha256`, `md5`, `modified`: what is known is not fetched again',
    }),
  })
  .meta({
    id: 'PushedItems',
    examples: [{ items: [{ url: 'https://example.org/photos/1.jpg', name: '1.jpg' }] }],
  });

export const Toggle = z.object({ is_active: z.boolean().optional() });
export const ToggleQuery = z.object({ is_active: z.stringbool().optional() });

export const RunRequest = z
  .object({
    max_files: z
      .int()
      .min(1)
      .max(1_000_000)
      .nullish()
      .meta({ description: 'Instead of the source’s own limit; null: everything that is there' }),
  })
  .meta({ id: 'RunRequest' });

export const TestQuery = z.object({ files: z.coerce.number().int().min(0).max(10).default(2) });

export const Run = z
  .object({
    run_id: Uuid.meta({ description: 'The import that the run is' }),
    status: JobStatus,
    message: z.string(),
    total_files: z.int(),
    stored_files: z.int(),
    duplicate_files: z.int(),
    skipped_files: z.int(),
    known_files: z.int().meta({ description: 'Seen before, or no images' }),
    deferred_files: z.int().meta({ description: 'New, and left for a later run' }),
    failed_files: z.int(),
    suspect: z.enum(['partial', 'empty', 'shrunken']).nullable(),
    error: z
      .object({ type: z.string(), title: z.string(), detail: z.string(), advice: z.string() })
      .nullable(),
    started_at: Time,
    finished_at: Time.nullable(),
  })
  .meta({ id: 'PullRun' });

export const PullSource = z
  .object({
    id: Uuid,
    name: z.string(),
    user_id: Uuid.nullable(),
    location_id: Uuid.nullable(),
    kind: z.string(),
    base_url: z.string(),
    auth_type: z.enum(['none', 'basic', 'header', 'other']),
    auth_username: z.string().nullable(),
    auth_header: z.string().nullable().meta({ description: 'Name of the header only' }),
    has_credential: z.boolean(),
    is_active: z.boolean(),
    schedule: z.string(),
    timezone: z.string().nullable(),
    max_files_per_run: z.int().nullable(),
    include: z.array(z.string()),
    exclude: z.array(z.string()),
    recursive: z.boolean(),
    settings: z.record(z.string(), z.json()),
    settle_seconds: z.int(),
    requests_per_second: z.number().nullable(),
    last_pulled_filename: z.string().nullable(),
    last_pull_timestamp: Time.nullable(),
    next_run: Time.nullable(),
    last_run: Run.nullable(),
    paused: z
      .object({ type: z.string(), title: z.string(), detail: z.string(), advice: z.string() })
      .nullable()
      .meta({ description: 'Why the source was paused by itself' }),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'PullSource' });

/** A plain array: what clients of the older service read. */
export const PullSourceList = z.array(PullSource).meta({ id: 'PullSourceList' });

export const TestReport = z
  .object({
    ok: z.boolean(),
    at: Time,
    listed: z.int(),
    complete: z.boolean().meta({ description: 'Whether the first page was all' }),
    skipped: z.int(),
    sample: z.array(
      z.object({
        name: z.string(),
        size: z.int().nullable(),
        modified_at: z.string().nullable(),
        skip: z.string().nullable(),
      }),
    ),
    fetched: z.array(
      z.object({
        name: z.string(),
        bytes: z.int(),
        format: z.string().nullable(),
        error: z.object({ type: z.string(), detail: z.string() }).nullable(),
      }),
    ),
    error: z.object({ type: z.string(), detail: z.string() }).nullable(),
  })
  .meta({ id: 'SourceTestReport' });
