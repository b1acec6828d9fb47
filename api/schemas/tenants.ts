import { z } from 'zod';
import { TenantName, Time } from './common.ts';

const Count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const MaxAssets = Count.nullable().meta({ description: 'Most pictures that it may keep; `null`: no limit' });
const MaxBytes = Count.nullable().meta({ description: 'Most bytes of originals; `null`: no limit' });

export const TenantCreate = z
  .object({ name: TenantName, max_assets: MaxAssets.default(null), max_bytes: MaxBytes.default(null) })
  .meta({
    id: 'TenantCreate',
    examples: [{ name: 'north', max_bytes: 10000000000 }],
  });

export const TenantPatch = z
  .object({
    max_assets: MaxAssets.optional(),
    max_bytes: MaxBytes.optional(),
    disabled: z
      .boolean()
      .optional()
      .meta({ description: 'Nobody signs in to it any more; what runs for it goes on' }),
  })
  .meta({ id: 'TenantPatch', description: 'What is absent stays as it is' });

export const Tenant = z
  .object({
    name: z.string(),
    state: z.enum(['active', 'deleting']),
    disabled: z.boolean(),
    assets: z.int().meta({ description: 'Pictures that it keeps, those in the trash too' }),
    bytes: z.int().meta({ description: 'Of their originals' }),
    renditions: z.int(),
    rendition_bytes: z.int(),
    max_assets: z.int().nullable(),
    max_bytes: z.int().nullable(),
    created_at: Time,
  })
  .meta({ id: 'Tenant' });

export const TenantList = z
  .object({
    tenants: z.array(Tenant),
    count: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
  })
  .meta({ id: 'TenantList' });

export const TenantMetrics = z
  .object({
    ...Tenant.shape,
    tenant_name: z.string().meta({ description: 'The same as `name`' }),
    assets_by_state: z.record(z.string(), z.int()),
    jobs: z.record(z.string(), z.int()).meta({ description: 'Files of imports and uploads, by state' }),
    failures: z.int(),
    failures_by_reason: z.record(z.string(), z.int()),
  })
  .meta({ id: 'TenantMetrics' });

export const AllMetrics = z
  .object({ tenants: z.array(TenantMetrics), count: z.int() })
  .meta({ id: 'AllMetrics' });
