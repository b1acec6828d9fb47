import { z } from 'zod';
import { Image } from './assets.ts';
import { CatalogId, TenantName, Time } from './common.ts';

/** Only assets of this tenant; of any when absent. */
export const OfTenant = z.object({ tenant_name: TenantName.optional() });

export const ImageIds = z
  .object({
    ids: z.array(CatalogId).min(1).max(10_000),
    tenant_name: TenantName.optional().meta({ description: 'Only images of this tenant are touched' }),
  })
  .meta({ id: 'ImageIds' });

export const TrashedIds = z
  .object({
    ids: z.array(z.int()).meta({ description: 'What was changed' }),
    count: z.int(),
    unchanged: z.array(z.object({ id: z.int(), reason: z.string() })),
  })
  .meta({ id: 'TrashedIds' });

export const TrashedImage = z
  .object({
    ...Image.shape,
    trashed_at: Time,
    trashed_by: z.enum(['person', 'merged', 'purge']),
    purge_id: z.string().nullable().meta({ description: 'The purge that is about to delete it' }),
    purged_after: Time.nullable().meta({
      description: 'When the trash lets go of it; `null`: when its purge does',
    }),
  })
  .meta({ id: 'TrashedImage' });

export const Trash = z
  .object({
    images: z.array(TrashedImage),
    count: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
  })
  .meta({ id: 'Trash' });
