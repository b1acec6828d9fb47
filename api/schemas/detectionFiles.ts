import { z } from 'zod';
import { DETECTION_FILE_FORMATS, DETECTION_FILE_STATES } from '../../domain/detectionFile.ts';
import { DEFAULT_TENANT } from '../../stores/tenants.ts';
import { TenantName, Time, Uuid } from './common.ts';

export const DetectionFileFields = z.object({
  tenant_name: TenantName.default(DEFAULT_TENANT),
  format: z.enum(DETECTION_FILE_FORMATS).default('megadetector'),
  model: z.string().trim().min(1).max(100).meta({
    description: 'What the boxes are recorded under; the same name again replaces what it said of a picture',
  }),
});
export const DetectionFileForm = DetectionFileFields.extend({
  file: z.file().meta({ description: 'The batch output of MegaDetector, or COCO Camera Traps' }),
});

export const DetectionFile = z
  .object({
    id: Uuid,
    tenant_name: z.string(),
    format: z.enum(DETECTION_FILE_FORMATS),
    name: z.string(),
    model: z.string(),
    state: z.enum(DETECTION_FILE_STATES),
    entries: z.int().meta({ description: 'Entries of the file that are done with' }),
    matched: z.int().meta({ description: 'Those that a picture of the library was found for' }),
    boxes: z.int(),
    problem_count: z.int(),
    problems: z
      .array(z.object({ where: z.string(), detail: z.string() }))
      .meta({ description: 'The first hundred' }),
    error: z
      .object({ type: z.string(), title: z.string(), detail: z.string(), advice: z.string() })
      .nullable(),
    created_at: Time,
    updated_at: Time,
    finished_at: Time.nullable(),
  })
  .meta({ id: 'DetectionFile' });
