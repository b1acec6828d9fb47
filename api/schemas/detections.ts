import { z } from 'zod';
import { ROLES } from '../../stores/detection/models.ts';
import { NO_CONTROLS, PageQuery, TenantName, Time, Uuid } from './common.ts';

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

export const Label = z.string().trim().min(1).max(200).regex(NO_CONTROLS, 'must not hold control characters');

/** What a box, or a picture as a whole, shows. */
export const Prediction = z
  .object({
    label: z.string().meta({
      description:
        'As the classifier has it: `uuid;class;order;family;genus;species;common name`, or a plain name',
    }),
    common_name: z.string().nullable(),
    scientific_name: z.string().nullable(),
    confidence: z.number(),
    prediction_source: z.string().meta({
      description: 'Which way it came about',
      example: 'classifier+geofence+rollup_to_family',
    }),
    classifier: z.string().nullable().meta({ description: 'name@version; `null`: no classifier looked' }),
  })
  .meta({ id: 'Prediction' });

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
    prediction: Prediction.nullable().meta({ description: 'Which animal it is, where a classifier looked' }),
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
  suppressed: z
    .boolean()
    .meta({ description: 'It lies in a spot that somebody took for what never moves, and is not shown' }),
  prediction: Prediction.nullable(),
  classifications: z
    .array(
      z.object({
        label: z.string(),
        confidence: z.number(),
        classifier: z.string().nullable().meta({ description: '`null`: came in a file, with the box' }),
      }),
    )
    .meta({ description: 'The best answers of each classifier that looked at it' }),
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
    whole_picture: z
      .array(
        z.object({
          classifier: z.string(),
          current: z.boolean().meta({ description: 'What the picture shows, unless a box says otherwise' }),
          prediction: Prediction.nullable(),
          classifications: z.array(z.object({ label: z.string(), confidence: z.number() })),
        }),
      )
      .meta({ description: 'What classifiers say of all of it, where no detector found anything' }),
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
    z.strictObject({ action: z.literal('withdraw'), detection_id: Id, ...Said }),
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
    role: z.enum(ROLES).meta({ description: 'What it does: find boxes, or say which animal is in one' }),
    sha256: z.string(),
    size: z.int().meta({ description: 'Bytes of its file' }),
    licence: z.string().nullable(),
    active: z
      .boolean()
      .meta({ description: 'Looks at the pictures of all tenants without a model of their own for this' }),
    tenants: z.array(z.string()).meta({ description: 'Tenants whose own model it is' }),
    check: z
      .object({
        state: z.enum(['ok', 'failed']),
        type: z.string().nullable(),
        title: z.string().nullable(),
        detail: z.string().nullable(),
        advice: z.string().nullable(),
        took_ms: z.number(),
        at: Time,
      })
      .nullable()
      .meta({
        description: 'What came of the last time that a worker opened it; `null`: none has been asked to',
      }),
    pictures: z.int().meta({ description: 'That it has looked at' }),
    classes: z.array(z.object({ label: z.string(), threshold: z.number() })),
    created_at: Time,
  })
  .meta({ id: 'Model' });

/** Whose pictures a model is put to use for. */
const Whose = {
  tenant_name: TenantName.optional(),
  all_tenants: z
    .boolean()
    .default(false)
    .meta({ description: 'Instead of one tenant: all that have no model of their own for this' }),
};

export const ModelUse = z
  .strictObject({
    ...Whose,
    backfill: z.boolean().default(true).meta({
      description: 'Let it look at pictures that are there already, and count what it said of them',
    }),
  })
  .meta({ id: 'ModelUse' });
export const ModelDisuse = z.strictObject(Whose).meta({ id: 'ModelDisuse' });

export const ModelSwitch = z
  .object({
    switch_id: Uuid,
    role: z.enum(ROLES),
    tenant_name: z
      .string()
      .nullable()
      .meta({ description: '`null`: all tenants without a model of their own' }),
    from_model: z.string().nullable().meta({ description: 'name@version; `null`: none' }),
    to_model: z.string().nullable(),
    switched_at: Time,
    undone_at: Time.nullable(),
  })
  .meta({ id: 'ModelSwitch' });

const Backfill = z.object({ reprocess_id: Uuid, tenant_name: z.string(), pictures: z.int() });

export const ModelSwitched = z
  .object({
    switch: ModelSwitch.nullable().meta({ description: '`null`: it was so before' }),
    backfill: z
      .array(Backfill)
      .meta({ description: 'What was begun; GET /reprocess/{id} tells how far it is' }),
  })
  .meta({ id: 'ModelSwitched' });

export const SwitchQuery = PageQuery.extend({ tenant_name: TenantName.optional() });
export const ModelSwitchList = z
  .object({
    switches: z.array(ModelSwitch),
    count: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
  })
  .meta({ id: 'ModelSwitchList' });

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
