import { z } from 'zod';
import { Image } from './assets.ts';
import { TenantName, Time } from './common.ts';

const Days = z.coerce
  .number()
  .int()
  .min(0)
  .max(36_500)
  .meta({ description: 'Older than so many days; PURGE_DAYS when absent' });
const Flag = z.stringbool();
const EvenIfMost = { description: 'Said when most of what a tenant has would go' };

/** What a purge may take. */
export const PurgeCreate = z
  .object({
    days: Days.optional(),
    trashed_only: z.boolean().default(false).meta({
      description: 'Count days in the trash, and take nothing else; else days since an image was created',
    }),
    tenant_name: TenantName.optional().meta({ description: 'All tenants when absent' }),
  })
  .meta({
    id: 'PurgeCreate',
    examples: [{ days: 30, trashed_only: true }],
  });

/** The same in the query of the older catalog, with what it did not ask. */
export const PurgeQuery = z.object({
  dry_run: Flag.default(false),
  days: Days.optional(),
  trashed_only: Flag.default(false),
  tenant_name: TenantName.optional(),
  even_if_most: Flag.default(false).meta(EvenIfMost),
});

export const PurgeApproval = z
  .object({
    digest: z.string().regex(/^[0-9a-f]{64}$/, 'must be the digest of the purge, 64 hex digits'),
    confirm_count: z.int().min(0).optional().meta({ description: 'How many images you think that are' }),
    even_if_most: z.boolean().default(false).meta(EvenIfMost),
    skip_undo: z.boolean().default(false).meta({ description: 'Delete at once; nothing can be undone' }),
  })
  .meta({ id: 'PurgeApproval' });

export const PurgeReportSchema = z
  .object({
    purge_id: z.string(),
    tenant: z.string().nullable(),
    days: z.int(),
    trashed_only: z.boolean(),
    asked_by: z.string(),
    digest: z.string(),
    approved_at: z.string(),
    finished_at: z.string(),
    outcome: z.enum(['completed', 'undone']),
    listed: z.int(),
    deleted: z.int(),
    bytes_freed: z.int(),
    deleted_digest: z.string(),
    restored: z.int(),
    skipped: z.record(z.string(), z.int()),
    signature: z.object({ key_id: z.string(), hmac: z.string() }).nullable(),
  })
  .meta({ id: 'PurgeReport' });

export const Purge = z
  .object({
    purge_id: z.string(),
    id: z.string().meta({ description: 'The same as `purge_id`' }),
    dry_run: z.boolean().meta({ description: 'Nothing was approved yet' }),
    status: z.enum(['listed', 'approved', 'hidden', 'deleting', 'completed', 'undone']),
    tenant_name: z.string().nullable(),
    days: z.int(),
    trashed_only: z.boolean(),
    asked_by: z.enum(['person', 'schedule']),
    count: z.int().meta({ description: 'Images that go' }),
    bytes: z.int().meta({ description: 'Of their originals and renditions' }),
    oldest: Time.nullable(),
    newest: Time.nullable(),
    sample_ids: z.array(z.int()),
    complete: z.boolean().meta({ description: 'Whether one purge takes them all' }),
    digest: z.string().meta({ description: 'SHA-256 of the list; to be given with the approval' }),
    created_at: Time,
    expires_at: Time.meta({ description: 'Until when it can be approved' }),
    approved_at: Time.nullable(),
    undo_until: Time.nullable(),
    finished_at: Time.nullable(),
    progress: z.record(z.string(), z.int()).meta({ description: 'Images by what became of them' }),
    report: PurgeReportSchema.nullable(),
    message: z.string(),
  })
  .meta({ id: 'Purge' });

export const PurgeImages = z
  .object({
    images: z
      .array(
        Image.extend({
          purge_bytes: z.int().meta({ description: 'Of its original and renditions' }),
        }).meta({ id: 'PurgeImage' }),
      )
      .meta({ description: 'The greatest first' }),
    count: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
  })
  .meta({ id: 'PurgeImages' });

export const PurgeList = z
  .object({
    purges: z.array(Purge),
    count: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
  })
  .meta({ id: 'PurgeList' });
