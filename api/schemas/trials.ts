import { z } from 'zod';
import { JudgedSchema } from './campaigns.ts';
import { CatalogId, PageQuery, TenantName, Time, Uuid } from './common.ts';
import { ImageQuery } from './images.ts';
import { ImagesPerMinute } from './reprocess.ts';

/** Boxes of so many images are kept beside those that count, and compared while somebody waits. */
export const MAX_TRIAL_IMAGES = 10_000;

export const TrialCreate = z
  .strictObject({
    tenant_name: TenantName.optional(),
    filter: ImageQuery.omit({ tenant_name: true }).optional().meta({
      description: 'As `GET /images` takes it; of more images than `images` some are taken by chance',
    }),
    campaign_id: Uuid.optional().meta({
      description: 'Instead: images of this campaign, whose answers judge both',
    }),
    images: z.int().min(1).max(MAX_TRIAL_IMAGES).default(1_000),
    images_per_minute: ImagesPerMinute.optional().meta({
      description: 'As of its reprocess, where it can be changed',
    }),
  })
  .meta({ id: 'TrialCreate' });

export const Trial = z
  .object({
    trial_id: Uuid,
    tenant_name: z.string(),
    candidate: z.string().meta({ description: 'name@version' }),
    candidate_id: z.int(),
    current: z.string().meta({ description: 'In use when the trial began' }),
    current_id: z.int(),
    campaign_id: Uuid.nullable(),
    reprocess_id: Uuid.meta({ description: 'GET /reprocess/{id} tells how far the candidate is' }),
    state: z.string(),
    images: z.int(),
    created_at: Time,
    promoted_at: Time.nullable(),
    rolled_back_at: Time.nullable(),
    switch_id: Uuid.nullable().meta({ description: 'That put the candidate to use' }),
  })
  .meta({ id: 'Trial' });

const Bins = z.array(z.int()).meta({ description: 'Boxes by tenths of their scores, shown or not' });

export const TrialReport = z
  .object({
    ...Trial.shape,
    compared: z.int().meta({ description: 'Images that both have looked at' }),
    agreement: z
      .number()
      .nullable()
      .meta({ description: 'Share of images in which both show the same labels' }),
    labels: z.array(
      z.object({
        label: z.string(),
        current_images: z.int().meta({ description: 'In which it is shown' }),
        candidate_images: z.int(),
        agreement: z.number().meta({ description: 'Images in which both show it, or neither, by all' }),
        current_boxes: z.int(),
        candidate_boxes: z.int(),
        current_scores: Bins,
        candidate_scores: Bins,
        psi: z.number().nullable().meta({
          description:
            'Population stability index of the scores: below 0.1 little differs, above 0.25 much does',
        }),
      }),
    ),
    boxes: z.object({
      matched: z.int().meta({ description: 'Shown by both: the same label, half of both together or more' }),
      only_current: z.int(),
      only_candidate: z.int(),
      mean_iou: z.number().nullable(),
    }),
    judged: z
      .object({ label: z.string(), current: JudgedSchema, candidate: JudgedSchema })
      .nullable()
      .meta({ description: 'Compared with the answers of the campaign' }),
  })
  .meta({ id: 'TrialReport' });

export const TrialQuery = PageQuery.extend({
  tenant_name: TenantName.optional(),
  candidate_id: CatalogId.optional(),
});
export const TrialList = z
  .object({
    trials: z.array(Trial),
    count: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
  })
  .meta({ id: 'TrialList' });
