import { z } from 'zod';
import { PageQuery, TenantName, Time, Uuid } from './common.ts';
import { BoxSchema } from './detections.ts';

const Camera = z.string().min(1).max(300).meta({ description: 'The `camera_key` of images' });
export const RepeatQuery = z.object({
  tenant_name: TenantName.optional(),
  camera: Camera,
  overlap: z.coerce
    .number()
    .min(0.5)
    .max(0.99)
    .default(0.9)
    .meta({ description: 'Intersection over union from which on two boxes are in the same spot' }),
  min_images: z.coerce.number().int().min(2).max(1_000_000).default(15),
  min_confidence: z.coerce.number().min(0).max(1).default(0.1),
});

export const RepeatList = z
  .object({
    repeats: z
      .array(
        z.object({
          label: z.string(),
          box: BoxSchema,
          images: z.int(),
          boxes: z.int(),
          max_score: z.number(),
          first_at: Time.nullable(),
          last_at: Time.nullable(),
        }),
      )
      .meta({ description: 'Suggestions: those in the most images first' }),
    count: z.int(),
  })
  .meta({ id: 'RepeatList' });

export const SuppressionCreate = z
  .strictObject({
    tenant_name: TenantName.optional(),
    camera: Camera,
    label: z.string().min(1).max(300),
    box: BoxSchema,
    overlap: z.number().min(0.5).max(0.99).default(0.9),
  })
  .meta({ id: 'SuppressionCreate' });

export const Suppression = z
  .object({
    id: Uuid,
    camera: z.string(),
    label: z.string(),
    box: BoxSchema,
    overlap: z.number(),
    images: z.int().meta({ description: 'That had such a box when it was made' }),
    created_at: Time,
    undone_at: Time.nullable(),
  })
  .meta({ id: 'Suppression' });

export const SuppressionQuery = PageQuery.extend({
  tenant_name: TenantName.optional(),
  camera: Camera.optional(),
});

export const SuppressionList = z
  .object({
    suppressions: z.array(Suppression),
    count: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
  })
  .meta({ id: 'SuppressionList' });
