import { z } from 'zod';
import { FORMATS } from '../../domain/limits.ts';
import { FACETS } from '../../stores/finding/facets.ts';
import { STATUSES } from '../../stores/finding/filter.ts';
import { TenantName, Time, Uuid } from './common.ts';

const Text = z
  .string()
  .max(300)
  .regex(/^[^\0]*$/, 'must not hold NUL');
const Whole = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const Pixels = z.coerce.number().int().min(0).max(2_147_483_647);
const Flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

export const Moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => new Date(text))
  .meta({ description: 'ISO 8601; a day alone means its first moment in UTC', example: '2026-05-31' });

const Box = z
  .string()
  .max(200)
  .transform((text) => text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part))))
  .refine(
    ([west, south, east, north, ...more]) =>
      [west, east].every((degrees) => Math.abs(degrees ?? 999) <= 180) &&
      [south, north].every((degrees) => Math.abs(degrees ?? 999) <= 90) &&
      (south ?? 0) <= (north ?? 0) &&
      more.length === 0,
    'must be west,south,east,north in degrees',
  )
  .transform(([west = 0, south = 0, east = 0, north = 0]) => ({ west, south, east, north }));

/** Which images are meant; the same for lists, counts, exports and corrections. */
export const ImageQuery = z.object({
  tenant_name: TenantName.optional(),
  source: Text.optional().meta({ description: 'Kind of the source' }),
  status: z.enum(STATUSES).default('ready'),
  camera: Text.optional().meta({ description: 'The `camera_key` of images' }),
  camera_make: Text.optional(),
  camera_model: Text.optional(),
  location_id: Uuid.optional(),
  user_id: Uuid.optional(),
  pull_source_id: Uuid.optional(),
  import_id: Uuid.optional(),
  sequence: Uuid.optional(),
  taken_from: Moment.optional(),
  taken_to: Moment.optional(),
  created_from: Moment.optional(),
  created_to: Moment.optional(),
  has_gps: Flag.optional(),
  bbox: Box.optional().meta({
    description: 'west,south,east,north in degrees',
    example: '5.9,47.3,15.0,55.1',
  }),
  min_width: Pixels.optional(),
  max_width: Pixels.optional(),
  min_height: Pixels.optional(),
  max_height: Pixels.optional(),
  min_bytes: Whole.optional(),
  max_bytes: Whole.optional(),
  format: z.enum(FORMATS).optional(),
  mime: Text.optional(),
  label: Text.optional().meta({
    description: 'What people or the model say is to be seen, above the thresholds of the tenant',
    example: 'animal',
  }),
  has_detections: Flag.optional().meta({ description: 'Whether anything is to be seen' }),
  to_review: Flag.optional().meta({
    description: 'Whether a box of a model is shown that nobody judged yet',
  }),
  min_confidence: z.coerce.number().min(0).max(1).optional().meta({
    description: 'With `label` or `has_detections`: a score of models in the place of the thresholds',
  }),
  q: Text.refine(
    (text) => text.trim() === '' || text.split(/\s+/).some((word) => [...word].length >= 3),
    'needs a word of three characters or more',
  )
    .optional()
    .meta({ description: 'Words that name, title, description or keywords hold, all of them' }),
});

export const SORTS = ['-created', 'created', '-taken', 'taken', 'name', '-name', '-size', 'size'] as const;
const Sort = z.enum(SORTS).default('-created').meta({
  description: 'With `-` the greatest comes first. Images without a time come last in `-taken`',
});

export const ImageListQuery = ImageQuery.extend({
  sort: Sort,
  page: z.coerce.number().int().min(1).max(1_000_000).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(10_000).optional().meta({ description: '`next_cursor` of the page before' }),
  count: z.enum(['exact', 'estimate', 'none']).optional().meta({
    description: 'What `total` is; `exact` where pages are numbered, `none` with a cursor',
  }),
});

export const OutlineQuery = ImageQuery.extend({
  sort: Sort,
  limit: z.coerce.number().int().min(1).max(200_000).default(100_000).meta({ description: 'Images at most' }),
  cursor: z.string().max(10_000).optional().meta({ description: '`next_cursor` of the outline before' }),
});

export const ImageOutline = z
  .object({
    chunks: z
      .array(
        z.object({
          cursor: z.string().nullable().meta({
            description:
              'What `GET /images` takes, with the same filters and order, to answer these images; `null`: the first page',
          }),
          at: Time.nullable().meta({
            description: 'Of its first image: when it was taken, in lists by that, else when it was added',
          }),
          ids: z.array(z.int()),
          aspects: z
            .array(z.number().nullable())
            .meta({ description: 'Width divided by height of each, upright; `null`: not known' }),
        }),
      )
      .meta({ description: 'A hundred images each, in order; the last one may have fewer' }),
    count: z.int(),
    next_cursor: z.string().nullable().meta({ description: 'Give it as `cursor` for what comes next' }),
  })
  .meta({ id: 'ImageOutline' });

export const PlaceQuery = ImageQuery.extend({
  cells: z.coerce.number().int().min(1).max(60).default(30).meta({
    description: 'Into how many parts the longer side of the area is cut; images in one part are one place',
  }),
});

const Degrees = z.number();

export const ImagePlaces = z
  .object({
    places: z
      .array(
        z.object({
          latitude: Degrees.meta({ description: 'The middle of its images' }),
          longitude: Degrees,
          west: Degrees,
          south: Degrees,
          east: Degrees,
          north: Degrees,
          count: z.int(),
          image_id: z.int().meta({ description: 'One of its images' }),
        }),
      )
      .meta({ description: 'Those with most images first' }),
    count: z.int().meta({ description: 'Images with a position' }),
  })
  .meta({ id: 'ImagePlaces' });

/** `format` is that of the answer here; `mime` says which images are meant. */
export const ImageExportQuery = ImageQuery.omit({ format: true }).extend({
  sort: Sort,
  format: z.enum(['csv', 'ndjson']).default('csv'),
});

export const FacetQuery = ImageQuery.extend({
  fields: z
    .string()
    .max(200)
    .default(FACETS.join(','))
    .transform((text) => text.split(',').map((field) => field.trim()))
    .pipe(z.array(z.enum(FACETS)).min(1).max(FACETS.length))
    .meta({ description: `Some of ${FACETS.join(', ')}`, example: 'camera,taken_month' }),
});

const FacetCounts = z.object({
  values: z.array(
    z.object({
      value: z.string().nullable().meta({ description: '`null`: not known' }),
      label: z.string().nullable(),
      count: z.int(),
    }),
  ),
  others: z.int().meta({ description: 'Images with a value beyond the first hundred' }),
});

export const FacetList = z
  .object({ facets: z.partialRecord(z.enum(FACETS), FacetCounts) })
  .meta({ id: 'FacetList' });
