import { z } from 'zod';
import { ANSWERS } from '../../domain/survey/agreement.ts';
import { PageQuery, TenantName, Time, Uuid } from './common.ts';
import { Label } from './detections.ts';
import { ImageQuery } from './images.ts';

const Name = z.string().trim().min(1).max(200);
const Person = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]+$/u, 'must not hold control characters')
  .meta({ description: 'Who says so' });

export const CampaignCreate = z
  .strictObject({
    tenant_name: TenantName.optional(),
    name: Name,
    label: Label.meta({ description: 'What is asked after: is it to be seen?', example: 'red fox' }),
    people: z.int().min(1).max(20).default(2).meta({ description: 'So many are asked about each image' }),
    filter: ImageQuery.omit({ tenant_name: true })
      .optional()
      .meta({ description: 'As `GET /images` takes it; all images that are ready, when there is none' }),
    ids: z.array(z.int().positive()).min(1).max(10_000).optional(),
  })
  .meta({ id: 'CampaignCreate' });

export const CampaignChange = z
  .strictObject({
    name: Name.optional(),
    closed: z.boolean().optional().meta({ description: 'A campaign that is closed takes no answers' }),
  })
  .meta({ id: 'CampaignChange' });

export const CampaignInList = z
  .object({
    campaign_id: Uuid,
    tenant_name: z.string(),
    name: z.string(),
    label: z.string(),
    people: z.int(),
    selection: z.record(z.string(), z.unknown()),
    images: z.int(),
    done: z.int().meta({ description: 'Images that enough people have answered' }),
    answers: z.int(),
    answerers: z.int(),
    progress_percent: z.number().meta({ description: 'Answers given, of those wanted' }),
    created_at: Time,
    closed_at: Time.nullable(),
  })
  .meta({ id: 'CampaignInList' });

const Votes = { yes: z.int(), no: z.int(), unsure: z.int() };
export const JudgedSchema = z
  .object({
    pictures: z.int().meta({ description: 'That people have a majority for' }),
    true_positives: z.int(),
    false_positives: z.int(),
    false_negatives: z.int(),
    true_negatives: z.int(),
    precision: z.number().nullable(),
    recall: z.number().nullable(),
  })
  .meta({ id: 'Judged', description: 'How right a model is, if the majority of people is' });

export const Campaign = z
  .object({
    ...CampaignInList.shape,
    by_person: z.array(z.object({ person: z.string(), ...Votes, last_at: Time })),
    majority: z.object({
      yes: z.int().meta({ description: 'Images of which most say so' }),
      no: z.int(),
      tied: z.int(),
    }),
    agreement: z.object({
      pictures: z.int().meta({ description: 'That two people or more have answered' }),
      observed: z.number().nullable().meta({ description: 'Share of pairs of people who say the same' }),
      kappa: z.number().nullable().meta({ description: 'Fleiss: what chance does not explain of that' }),
    }),
    library: JudgedSchema.meta({ description: 'What the library shows now, compared with what people say' }),
  })
  .meta({ id: 'Campaign' });

export const CampaignQuery = PageQuery.extend({ tenant_name: TenantName.optional() });
export const CampaignList = z
  .object({
    campaigns: z.array(CampaignInList),
    count: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
  })
  .meta({ id: 'CampaignList' });

export const NextQuery = z.object({
  person: Person,
  limit: z.coerce.number().int().min(1).max(100).default(10),
});
export const NextImages = z
  .object({ campaign_id: Uuid, label: z.string(), asset_ids: z.array(z.int()) })
  .meta({ id: 'NextImages' });

export const AnswerRequest = z
  .strictObject({ asset_id: z.int().positive(), person: Person, answer: z.enum(ANSWERS) })
  .meta({ id: 'AnswerRequest' });
