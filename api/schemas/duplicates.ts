import { z } from 'zod';
import {
  DEFAULT_DISTANCE,
  GROUP_DISTANCES,
  type GroupDistance,
  KEEPER_REASONS,
  MAX_DISTANCE,
} from '../../domain/likeness.ts';
import { MERGE_FIELDS } from '../../domain/mergeMetadata.ts';
import { DEFAULT_TENANT } from '../../stores/tenants.ts';
import { Image } from './assets.ts';
import { PageQuery, TenantName, Time, Uuid } from './common.ts';

const AssetId = z.int().positive();
/** As many as a person can review, and a transaction can lock. */
const MAX_MERGED = 500;

const distinct = (ids: readonly number[]): boolean => new Set(ids).size === ids.length;

export const SimilarQuery = z.object({
  distance: z.coerce.number().int().min(0).max(MAX_DISTANCE).default(DEFAULT_DISTANCE).meta({
    description: 'Bits of 64 in which the perceptual hashes may differ',
  }),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

export const SimilarList = z
  .object({
    images: z.array(
      Image.extend({ distance: z.int().meta({ description: '0: the hashes are the same' }) }).meta({
        id: 'SimilarImage',
      }),
    ),
    count: z.int(),
    distance: z.int(),
  })
  .meta({ id: 'SimilarList' });

export const TenantQuery = PageQuery.extend({ tenant_name: TenantName.default(DEFAULT_TENANT) });

export const DuplicatesQuery = TenantQuery.extend({
  distance: z.coerce
    .number()
    .int()
    .min(0)
    .max(MAX_DISTANCE)
    .default(DEFAULT_DISTANCE)
    .transform((distance) => (distance - (distance % 2)) as GroupDistance)
    .meta({
      description: `How far members may be from the first picture of their group. Groups are kept for ${GROUP_DISTANCES.join(', ')}; an odd distance means the even one below it`,
    }),
});

const DuplicateImage = Image.extend({
  distance: z.int().meta({ description: 'From the picture that the group formed around' }),
  format: z.string().nullable(),
  captured_at_origin: z.string().nullable(),
  camera: z.object({ make: z.string().nullable(), model: z.string().nullable() }),
  location: z.object({ latitude: z.number(), longitude: z.number() }).nullable(),
}).meta({ id: 'DuplicateImage' });

export const DuplicateGroup = z
  .object({
    id: z.int().meta({ description: 'The picture that the group formed around, which may have left since' }),
    images: z.array(DuplicateImage).meta({ description: 'Best first; at most 100' }),
    count: z.int(),
    keeper: z.object({ id: z.int(), reason: z.enum(KEEPER_REASONS) }).meta({
      description:
        'The picture to keep: the one with most pixels, then bytes, then metadata, then the oldest',
    }),
    differing: z
      .array(z.enum(['dimensions', 'size', 'format', 'captured_at', 'camera', 'location', 'name']))
      .meta({ description: 'In what the pictures differ' }),
  })
  .meta({ id: 'DuplicateGroup' });

export const DuplicateList = z
  .object({
    groups: z.array(DuplicateGroup),
    count: z.int(),
    distance: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
  })
  .meta({ id: 'DuplicateList' });

export const DismissalInput = z.object({
  images: z.array(AssetId).min(2).max(10_000).refine(distinct, 'must name each image once').meta({
    description: 'All images of the group, as they were shown',
  }),
});

export const Dismissal = z
  .object({ id: Uuid, images: z.array(z.int()), created_at: Time })
  .meta({ id: 'Dismissal' });

const Choice = z
  .union([z.literal('keep'), AssetId])
  .optional()
  .meta({
    description: '`keep`, or the image whose value is taken; absent: what the kept image lacks is taken',
  });

export const MergeInput = z
  .object({
    keep: AssetId,
    remove: z.array(AssetId).min(1).max(MAX_MERGED).refine(distinct, 'must name each image once'),
    metadata: z
      .strictObject({ location: Choice, captured_at: Choice, camera: Choice })
      .default({})
      .meta({ description: 'What to do about location, captured_at and camera' }),
  })
  .superRefine(({ keep, remove, metadata }, context) => {
    if (remove.includes(keep))
      context.addIssue({ code: 'custom', path: ['remove'], message: 'must not name the image to keep' });
    for (const [field, choice] of Object.entries(metadata)) {
      if (typeof choice === 'number' && choice !== keep && !remove.includes(choice))
        context.addIssue({
          code: 'custom',
          path: ['metadata', field],
          message: 'must be one of these images',
        });
    }
  });

export const Merge = z
  .object({
    id: Uuid,
    merge_id: Uuid.meta({ description: 'The same as `id`' }),
    keep: z.int(),
    removed: z.array(z.int()),
    changes: z
      .array(
        z.object({
          field: z.enum(MERGE_FIELDS),
          from: z.int().meta({ description: 'The image that it was taken from' }),
          before: z.record(z.string(), z.unknown()),
          after: z.record(z.string(), z.unknown()),
        }),
      )
      .meta({ description: 'What the kept image took over' }),
    created_at: Time,
    undone_at: Time.nullable(),
  })
  .meta({ id: 'Merge' });

export const MergeList = z
  .object({
    merges: z.array(Merge),
    count: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
  })
  .meta({ id: 'MergeList' });

export const UndoneMerge = z
  .object({
    merge_id: Uuid,
    keep: z.int(),
    restored: z.array(z.int()),
    not_restored: z.array(z.int()).meta({
      description: 'Not in the trash because of this merge any more: restored, merged again or deleted since',
    }),
    reverted: z.array(z.enum(MERGE_FIELDS)),
    changed_since: z
      .array(z.enum(MERGE_FIELDS))
      .meta({ description: 'Changed by somebody since; left alone' }),
  })
  .meta({ id: 'UndoneMerge' });
