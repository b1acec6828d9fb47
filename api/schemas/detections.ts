import { z } from 'zod';
import { TenantName, Time } from './common.ts';

const Share = z.number().min(0).max(1);

export const BoxSchema = z
  .array(Share)
  .length(4)
  .refine(
    ([x = 0, y = 0, width = 0, height = 0]) =>
      width > 0 && height > 0 && x + width <= 1.0001 && y + height <= 1.0001,
    {
      message: 'must lie inside of the picture: x, y, width, height as shares of its size',
    },
  )
  .meta({
    id: 'Box',
    description: 'Left, top, width and height in the upright picture, as shares of its size',
    example: [0.25, 0.5, 0.1, 0.2],
  });

export const Label = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]+$/u, 'must not hold control characters');

/** A box as it is shown. */
export const Detection = z
  .object({
    origin: z.enum(['human', 'machine']),
    label: z.string(),
    confidence: z.number().nullable().meta({ description: '`null`: a person marked what no model saw' }),
    bbox: BoxSchema,
    model: z.string().nullable().meta({ description: 'name@version' }),
    detection_id: z.int().nullable(),
    annotation_id: z.int().nullable(),
    author: z.string().nullable(),
  })
  .meta({ id: 'Detection' });

export const AssetQuery = z.object({
  min_confidence: z.coerce.number().min(0).max(1).optional().meta({
    description: 'Show boxes of models from this score on, instead of the thresholds of the tenant',
  }),
});

const MachineDetection = z.object({
  detection_id: z.int(),
  model: z.string(),
  class_id: z.int(),
  label: z.string(),
  confidence: z.number(),
  bbox: BoxSchema,
  threshold: z.number().meta({ description: 'From which score boxes of this label are shown' }),
  annotation_id: z.int().nullable().meta({ description: 'What somebody said of it' }),
});

export const RawDetections = z
  .object({
    asset_id: z.int(),
    runs: z.array(
      z.object({
        model: z.string(),
        current: z.boolean().meta({ description: 'Its boxes are those that are shown' }),
        state: z.enum(['done', 'failed']),
        reason: z.string().nullable(),
        detail: z.string().nullable(),
        width: z.int().meta({ description: 'Of the picture that the model saw' }),
        height: z.int(),
        took_ms: z.number(),
        ran_at: Time,
      }),
    ),
    detections: z.array(MachineDetection).meta({ description: 'Every box from a score of 0.05 on' }),
  })
  .meta({ id: 'RawDetections' });

const Said = {
  author: z.string().trim().min(1).max(200).meta({ description: 'Who says so' }),
  comment: z.string().trim().min(1).max(2_000).nullish(),
};
const Id = z.int().positive();

export const AnnotationRequest = z
  .discriminatedUnion('action', [
    z.strictObject({ action: z.literal('confirm'), detection_id: Id, ...Said }),
    z.strictObject({ action: z.literal('reject'), detection_id: Id, ...Said }),
    z.strictObject({
      ...{ action: z.literal('correct'), detection_id: Id },
      ...{ label: Label.optional(), bbox: BoxSchema.optional(), ...Said },
    }),
    z.strictObject({ action: z.literal('add'), label: Label, bbox: BoxSchema, ...Said }),
    z.strictObject({
      ...{ action: z.literal('change'), annotation_id: Id },
      ...{ label: Label.optional(), bbox: BoxSchema.optional(), ...Said },
    }),
    z.strictObject({ action: z.literal('delete'), annotation_id: Id, ...Said }),
    z.strictObject({ action: z.literal('nothing_here'), ...Said }),
    z.strictObject({ action: z.literal('something_here'), ...Said }),
    z.strictObject({
      ...{ action: z.literal('comment'), annotation_id: Id.optional(), author: Said.author },
      comment: z.string().trim().min(1).max(2_000),
    }),
  ])
  .meta({ id: 'AnnotationRequest' });

const What = z.object({ label: z.string(), bbox: z.array(z.number()) }).nullable();

export const Annotations = z
  .object({
    asset_id: z.int(),
    nothing_here: z.boolean().meta({ description: 'Somebody said that nothing is to be seen' }),
    shown: z.array(Detection).meta({ description: 'What is shown: people first, then what nobody judged' }),
    human: z.array(
      z.object({
        annotation_id: z.int(),
        state: z.enum(['confirmed', 'corrected', 'added', 'rejected', 'deleted']),
        label: z.string(),
        bbox: BoxSchema,
        confidence: z.number().nullable(),
        author: z.string(),
        updated_at: Time,
      }),
    ),
    machine: z.array(MachineDetection).meta({ description: 'Of the model whose boxes count' }),
    history: z.array(
      z.object({
        at: Time,
        kind: z.string(),
        author: z.string(),
        comment: z.string().nullable(),
        annotation_id: z.int().nullable(),
        before: What,
        after: What,
      }),
    ),
  })
  .meta({ id: 'Annotations' });

export const Model = z
  .object({
    id: z.int(),
    name: z.string(),
    version: z.string(),
    family: z.string(),
    sha256: z.string(),
    size: z.int().meta({ description: 'Bytes of its file' }),
    licence: z.string().nullable(),
    active: z
      .boolean()
      .meta({ description: 'Looks at the pictures of all tenants without a detector of their own' }),
    tenants: z.array(z.string()).meta({ description: 'Tenants whose own detector it is' }),
    pictures: z.int().meta({ description: 'That it has looked at' }),
    classes: z.array(z.object({ label: z.string(), threshold: z.number() })),
    created_at: Time,
  })
  .meta({ id: 'Model' });

export const ModelList = z.object({ models: z.array(Model) }).meta({ id: 'ModelList' });

export const ThresholdQuery = z.object({ tenant_name: TenantName.optional() });

export const ThresholdChange = z
  .strictObject({
    thresholds: z
      .record(Label, Share.nullable())
      .refine((record) => Object.keys(record).length > 0, 'must name a label')
      .meta({ description: 'By label; `null`: what the model comes with', example: { animal: 0.3 } }),
    tenant_name: TenantName.optional(),
  })
  .meta({ id: 'ThresholdChange' });

export const Thresholds = z
  .object({
    model: z.string(),
    tenant_name: z.string(),
    thresholds: z.array(
      z.object({ label: z.string(), threshold: z.number(), typical: z.number(), own: z.boolean() }),
    ),
  })
  .meta({ id: 'Thresholds' });
