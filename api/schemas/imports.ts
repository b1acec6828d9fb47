import { z } from 'zod';
import { IMPORT_STATES } from '../../domain/import.ts';
import { OUTCOMES } from '../../domain/outcome.ts';
import { Time, Uuid } from './common.ts';

/** The states that clients of the older services know. */
export const JobStatus = z.enum(['pending', 'processing', 'completed', 'failed', 'cancelled', 'paused']);

export const ImportCreate = z
  .object({
    url: z.string().trim().min(1).max(8_192).meta({
      description: 'Where the images are: an http(s) directory, or a folder on this machine',
      example: 'https://example.org/photos/',
    }),
    kind: z
      .string()
      .max(64)
      .optional()
      .meta({ description: 'Recognised from `url` when absent; GET /source-kinds lists them' }),
    force: z.boolean().default(false).meta({ description: 'Fetch files again whose version is known' }),
    timezone: z
      .string()
      .max(64)
      .optional()
      .meta({ description: 'IANA zone of camera clocks that name none', example: 'Europe/Berlin' }),
  })
  .meta({ id: 'ImportCreate' });

export const Import = z
  .object({
    id: Uuid,
    job_id: Uuid.meta({ description: 'The same as `id`' }),
    task_id: Uuid.meta({ description: 'The same as `id`' }),
    kind: z.string(),
    source: z.string(),
    address: z.string().meta({ description: 'Without credentials' }),
    status: JobStatus,
    state: z
      .enum(IMPORT_STATES)
      .meta({ description: 'As `status`, and `needs_attention`, which older clients see as `paused`' }),
    message: z.string(),
    total_files: z.int(),
    processed_files: z.int().meta({ description: 'Items in a final state' }),
    stored_files: z.int(),
    duplicate_files: z.int(),
    skipped_files: z.int(),
    rejected_files: z.int(),
    failed_files: z.int().meta({ description: 'Failed and rejected items' }),
    pending_files: z.int(),
    progress_percent: z.number(),
    listing_complete: z.boolean(),
    eta_seconds: z.number().nullable(),
    error: z
      .object({ type: z.string(), title: z.string(), detail: z.string(), advice: z.string() })
      .nullable(),
    created_at: Time,
    updated_at: Time,
    finished_at: Time.nullable(),
    temporal_url: z.string().nullable().meta({ description: 'This import in the Temporal UI' }),
  })
  .meta({ id: 'Import' });

export const ImportList = z
  .object({
    imports: z.array(Import),
    count: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
  })
  .meta({ id: 'ImportList' });

export const ImportItem = z
  .object({
    id: z.int(),
    name: z.string(),
    external_id: z.string(),
    state: z.enum([...OUTCOMES, 'pending']),
    reason: z.string().nullable().meta({ description: 'Reason code' }),
    title: z.string().nullable().meta({ description: 'The reason in words' }),
    advice: z.string().nullable().meta({ description: 'What to do about it' }),
    detail: z.string().nullable(),
    asset_id: z.int().nullable(),
    size: z.int().nullable(),
    attempts: z.int(),
    updated_at: Time,
  })
  .meta({ id: 'ImportItem' });

export const ImportItemList = z
  .object({
    items: z.array(ImportItem),
    count: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
  })
  .meta({ id: 'ImportItemList' });

/** `GET /task/{id}` of the first Drive and Dropbox service. */
export const Task = z
  .object({
    task_id: Uuid,
    status: z.enum(['PENDING', 'STARTED', 'RETRY', 'SUCCESS', 'FAILURE', 'REVOKED']),
    result: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'Task' });
