import { z } from 'zod';
import { IMPORT_STATES } from '../../domain/import.ts';
import { OUTCOMES } from '../../domain/outcome.ts';
import { Credentials } from '../sources/credentials.ts';
import { TenantName, Time, TimeZone, Uuid } from './common.ts';

/** The states that clients of the older services know. */
export const JobStatus = z.enum(['pending', 'processing', 'completed', 'failed', 'cancelled', 'paused']);

const Settings = z
  .record(z.string(), z.json())
  .meta({ description: 'As the kind of source takes them: `recursive`, `include`, `exclude` and its own' });

/** What an import that needs attention may be given. */
export const ImportHelp = z
  .object({
    credentials: Credentials.optional(),
    settings: Settings.optional(),
    skip: z.boolean().default(false).meta({
      description: 'Give up the items that wait; they end as failed and can be retried later',
    }),
  })
  .meta({ id: 'ImportHelp' });

/** The body of the older Drive and Dropbox services, and what Tributary adds. */
export const FolderImport = z
  .object({
    folder_url: z.string().trim().min(1).max(8_192),
    settings: Settings.optional(),
    credentials: Credentials.optional(),
  })
  .meta({
    id: 'FolderImport',
    examples: [{ folder_url: 'https://drive.google.com/drive/folders/1aBcDeFgHiJkLmNoPqRsTuVwXyZ012345' }],
  });

export const FolderImportStarted = z
  .object({ job_id: Uuid, task_id: Uuid, status: z.literal('processing'), message: z.string() })
  .meta({ id: 'FolderImportStarted' });

/** One line, or a list with an image address on each. */
const Address = z
  .string()
  .trim()
  .min(1)
  .max(2_000_000)
  .refine((text) => text.split('\n').every((line) => line.length <= 8_192), 'has a line that is too long');

export const ImportCreate = z
  .object({
    url: Address.meta({
      description:
        'Where the images are: the address of a folder, a share or a server, of any kind that `GET /source-kinds` lists',
      example: 'https://example.org/photos/',
    }),
    kind: z
      .string()
      .max(64)
      .optional()
      .meta({ description: 'Recognised from `url` when absent; GET /source-kinds lists them' }),
    settings: Settings.optional(),
    credentials: Credentials.optional(),
    requests_per_second: z
      .number()
      .positive()
      .max(1_000)
      .optional()
      .meta({ description: 'Slower (or faster) than the kind of source asks by itself' }),
    tenant_name: TenantName.optional(),
    force: z.boolean().default(false).meta({ description: 'Fetch files again whose version is known' }),
    timezone: TimeZone.optional().meta({ description: 'IANA zone of camera clocks that name none' }),
  })
  .meta({
    id: 'ImportCreate',
    examples: [
      { url: 'https://example.org/photos/', settings: { recursive: true }, timezone: 'Europe/Berlin' },
    ],
  });

export const ImportPreviewRequest = ImportCreate.pick({
  url: true,
  kind: true,
  settings: true,
  credentials: true,
  tenant_name: true,
}).meta({ id: 'ImportPreviewRequest', examples: [{ url: 'https://example.org/photos/' }] });

export const ImportPreview = z
  .object({
    kind: z.string().meta({ description: 'One of `GET /source-kinds`' }),
    title: z.string().meta({ description: 'What that is called' }),
    address: z.string().meta({ description: 'As it was understood, without credentials' }),
    listed: z.int().meta({ description: 'Files of the first page of its listing' }),
    complete: z.boolean().meta({ description: 'Whether the first page was all' }),
    skipped: z.int().meta({ description: 'Those of them that would be left out' }),
    sample: z
      .array(
        z.object({
          name: z.string(),
          size: z.int().nullable(),
          modified_at: Time.nullable(),
          skip: z.string().nullable().meta({ description: 'Why it would be left out' }),
        }),
      )
      .meta({ description: 'The first files' }),
    error: z
      .object({ type: z.string(), title: z.string(), detail: z.string(), advice: z.string() })
      .nullable()
      .meta({ description: 'Why it cannot be listed as it is' }),
  })
  .meta({ id: 'ImportPreview' });

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
    known_files: z.int().meta({ description: 'Left alone by a run of a pull source, which knows them' }),
    deferred_files: z.int().meta({ description: 'New, and left for a later run' }),
    pull_source_id: Uuid.nullable(),
    failed_files: z.int().meta({ description: 'Failed and rejected items' }),
    pending_files: z.int(),
    progress_percent: z.number(),
    listing_complete: z.boolean(),
    needs: z
      .object({
        type: z.string(),
        title: z.string(),
        detail: z.string(),
        advice: z.string(),
        resumes_at: Time.nullable(),
      })
      .nullable()
      .meta({ description: 'What an import in the state `needs_attention` waits for' }),
    has_credential: z.boolean(),
    suspect: z.enum(['partial', 'empty', 'shrunken']).nullable().meta({
      description: 'Why the listing may not show everything',
    }),
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
    has_picture: z.boolean().meta({
      description: 'Whether the asset is an image of the library now, neither rejected nor in the trash',
    }),
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
