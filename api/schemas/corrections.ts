import { z } from 'zod';
import { PageQuery, TenantName, Time, TimeZone, Uuid } from './common.ts';
import { ImageQuery, Moment } from './images.ts';

/** Two hundred years. */
const MAX_SHIFT = 6_311_520_000;

const Reading = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/, 'must be a clock reading such as 2021-05-31T08:25:38')
  .refine((text) => !Number.isNaN(Date.parse(`${text}Z`)), 'must be a moment that a calendar has');

export const CorrectionCreate = z
  .object({
    tenant_name: TenantName.optional(),
    filter: ImageQuery.omit({ tenant_name: true })
      .optional()
      .meta({ description: 'As `GET /images` takes it' }),
    ids: z.array(z.int().positive()).min(1).max(10_000).optional(),
    camera_key: z.string().min(1).max(300).optional(),
    taken_from: Moment.optional(),
    taken_to: Moment.optional(),
    shift_seconds: z
      .int()
      .min(-MAX_SHIFT)
      .max(MAX_SHIFT)
      .refine((seconds) => seconds !== 0, 'moves nothing')
      .optional()
      .meta({ description: 'Seconds that all times are moved by' }),
    anchor: z
      .object({ from_local: Reading, to_local: Reading })
      .refine(({ from_local, to_local }) => from_local !== to_local, 'moves nothing')
      .optional()
      .meta({ description: 'What the clock showed at a moment, and what it should have shown' }),
    timezone: TimeZone.optional().meta({ description: 'The zone that the clock was set to all along' }),
    dry_run: z.boolean().default(false),
  })
  .refine(
    ({ filter, ids, camera_key }) => filter !== undefined || ids !== undefined || camera_key !== undefined,
    'needs filter, ids or camera_key, to say which images are meant',
  )
  .refine(
    ({ shift_seconds, anchor, timezone }) =>
      [shift_seconds, anchor, timezone].filter((given) => given !== undefined).length === 1,
    'needs exactly one of shift_seconds, anchor and timezone',
  )
  .meta({ id: 'CorrectionCreate' });

export const Correction = z
  .object({
    id: Uuid,
    state: z.enum(['applying', 'applied', 'undoing', 'undone']),
    change: z.record(z.string(), z.unknown()),
    selection: z.record(z.string(), z.unknown()),
    images: z.int(),
    created_at: Time,
    applied_at: Time.nullable(),
    undone_at: Time.nullable(),
  })
  .meta({ id: 'Correction' });

export const CorrectionPreview = z
  .object({
    dry_run: z.literal(true),
    images: z.int().meta({ description: 'Images that would be moved' }),
    images_without_time: z.int().meta({ description: 'Images of the selection that have nothing to move' }),
    samples: z
      .array(
        z.object({
          id: z.int(),
          name: z.string(),
          before: Time,
          after: Time,
          local_before: z.string().nullable(),
          local_after: z.string().nullable(),
        }),
      )
      .meta({ description: 'The first and the last of them' }),
  })
  .meta({ id: 'CorrectionPreview' });

export const CorrectionListQuery = PageQuery.extend({ tenant_name: TenantName.optional() });

export const CorrectionList = z
  .object({
    corrections: z.array(Correction),
    count: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
  })
  .meta({ id: 'CorrectionList' });
