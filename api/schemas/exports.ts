import { z } from 'zod';
import { EXPORT_FORMATS, EXPORT_STATES } from '../../domain/export.ts';
import { PageQuery, TenantName, Time, Uuid } from './common.ts';
import { ImageQuery } from './images.ts';

const Line = z.string().trim().min(1).max(300);

const CamtrapProject = z
  .strictObject({
    title: Line,
    sampling_design: z.enum([
      ...['simpleRandom', 'systematicRandom', 'clusteredRandom', 'experimental'],
      ...['targeted', 'opportunistic'],
    ] as const),
    capture_method: z
      .array(z.enum(['activityDetection', 'timeLapse']))
      .min(1)
      .max(2),
    individual_animals: z.boolean().default(false),
    contributors: z
      .array(
        z.strictObject({
          title: Line,
          email: z.email().max(300).optional(),
          organization: Line.optional(),
          role: z
            .enum(['contact', 'principalInvestigator', 'rightsHolder', 'publisher', 'contributor'])
            .optional(),
        }),
      )
      .min(1)
      .max(100),
    licenses: z
      .strictObject({ data: Line, media: Line })
      .optional()
      .meta({ description: 'Names of licences, such as CC0-1.0, for the tables and for the images' }),
  })
  .meta({ id: 'CamtrapProject', description: 'What Camtrap DP asks of a project' });

export const ExportCreate = z
  .strictObject({
    tenant_name: TenantName.optional(),
    format: z.enum(EXPORT_FORMATS),
    filter: ImageQuery.omit({ tenant_name: true })
      .optional()
      .meta({ description: 'As `GET /images` takes it; all images that are ready, when there is none' }),
    ids: z.array(z.int().positive()).min(1).max(10_000).optional(),
    min_confidence: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .meta({ description: 'From which score on boxes are sure; those of the models when there is none' }),
    project: CamtrapProject.optional().meta({ description: 'For `camtrap_dp` only, and needed there' }),
  })
  .superRefine(({ format, project }, context) => {
    if ((format === 'camtrap_dp') === (project !== undefined)) return;
    const message = project === undefined ? 'camtrap_dp needs it' : 'is for camtrap_dp only';
    context.addIssue({ code: 'custom', path: ['project'], message });
  })
  .meta({ id: 'ExportCreate' });

export const Export = z
  .object({
    export_id: Uuid,
    tenant_name: z.string(),
    format: z.enum(EXPORT_FORMATS),
    state: z.enum(EXPORT_STATES).meta({
      description:
        '`collecting` what is known of the images, then `writing` the file; `expired`: its file is gone',
    }),
    selection: z.record(z.string(), z.unknown()),
    images: z.int().meta({ description: 'Settled when the export was asked for' }),
    collected: z.int(),
    left_out: z.record(z.string(), z.int()).meta({
      description: 'Images that the format has no place for, by why: `no_time`, `no_deployment`',
    }),
    file_url: z.string().nullable(),
    bytes: z.int().nullable(),
    sha256: z.string().nullable(),
    error: z
      .object({ type: z.string(), title: z.string(), detail: z.string(), advice: z.string() })
      .nullable(),
    created_at: Time,
    updated_at: Time,
    finished_at: Time.nullable(),
    expires_at: Time.nullable(),
  })
  .meta({ id: 'Export' });

export const ExportListQuery = PageQuery.extend({ tenant_name: TenantName.optional() });

export const ExportList = z
  .object({
    exports: z.array(Export),
    count: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
  })
  .meta({ id: 'ExportList' });
