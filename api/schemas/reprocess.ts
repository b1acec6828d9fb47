import { z } from 'zod';
import { MAX_IMAGES_PER_MINUTE, REPROCESS_SUBJECTS } from '../../domain/reprocess.ts';
import { TenantName, Time, Uuid } from './common.ts';

export const ImagesPerMinute = z.int().min(1).max(MAX_IMAGES_PER_MINUTE).nullable();

export const ReprocessRequest = z
  .strictObject({
    what: z
      .enum([...REPROCESS_SUBJECTS, 'species'])
      .default('renditions')
      .meta({
        description:
          'detections: the detector in use looks at every image that it has not seen; species: the classifier at every box',
      }),
    preset: z.string().max(64).optional().meta({
      description:
        'Default: all that are eager, and the facts where they come from an older version of Tributary',
    }),
    filter: z
      .union([z.literal('all'), z.strictObject({ ids: z.array(z.int().positive()).min(1).max(10_000) })])
      .default('all')
      .meta({ description: 'Which assets of the tenant' }),
    images_per_minute: ImagesPerMinute.optional().meta({
      description: 'How many images are looked at, at most; `null`: as many as there is room for',
    }),
    tenant_name: TenantName.optional(),
  })
  .meta({ id: 'ReprocessRequest' });

export const ReprocessChange = z
  .strictObject({ images_per_minute: ImagesPerMinute })
  .meta({ id: 'ReprocessChange' });

export const Reprocess = z
  .object({
    reprocess_id: Uuid,
    tenant_name: z.string(),
    preset: z.string().nullable(),
    model: z.string().nullable().meta({ description: 'name@version; `null`: it is about renditions' }),
    state: z.enum(['pending', 'processing', 'paused', 'completed', 'cancelled']),
    images_per_minute: z.int().nullable().meta({ description: 'At most; `null`: not limited' }),
    total: z.int().nullable().meta({ description: 'Assets to look at' }),
    checked: z.int().meta({ description: 'Looked at' }),
    made: z.int().meta({ description: 'Made anew; the others were as they should be, or failed' }),
    failed: z.int().meta({ description: 'Stayed as they were; still ready' }),
    failures: z
      .array(z.object({ asset_id: z.int(), type: z.string(), detail: z.string(), at: Time }))
      .meta({ description: 'The first hundred' }),
    created_at: Time,
    updated_at: Time,
    finished_at: Time.nullable(),
  })
  .meta({ id: 'Reprocess' });
