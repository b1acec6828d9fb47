import { z } from 'zod';
import { PageQuery, TenantName, Time, Uuid } from './common.ts';
import { Moment } from './images.ts';

export const SequenceQuery = PageQuery.extend({
  tenant_name: TenantName.optional(),
  camera: z.string().max(300).optional().meta({ description: 'The `camera_key` of images' }),
  location_id: Uuid.optional(),
  from: Moment.optional(),
  to: Moment.optional(),
  kind: z.enum(['burst', 'sequence']).optional().meta({
    description: '`burst`: no gap longer than that of a burst; `sequence`: at least one',
  }),
  min_images: z.coerce.number().int().min(2).max(1_000_000).default(2),
});

export const SequenceList = z
  .object({
    sequences: z.array(
      z.object({
        id: Uuid,
        kind: z.enum(['burst', 'sequence']),
        camera_key: z.string(),
        location_id: Uuid.nullable(),
        started_at: Time,
        ended_at: Time,
        images: z.int().meta({ description: 'Those that are ready' }),
        bursts: z.int(),
        cover_url: z.string().nullable(),
      }),
    ),
    count: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
    sequence_gap_seconds: z.number().meta({ description: 'Longest gap within a sequence' }),
    burst_gap_seconds: z.number().meta({ description: 'Longest gap within a burst' }),
  })
  .meta({ id: 'SequenceList' });
