import { z } from 'zod';
import { Time, Uuid } from './common.ts';

export const IngestStatus = z.enum(['pending', 'processing', 'completed', 'failed', 'partial']);

export const Frame = z
  .object({
    frame_id: Uuid,
    camera_id: z.string(),
    name: z.string().meta({ description: 'Of the file, as it came' }),
    status: z.enum(['processing', 'completed', 'failed']),
    storage_path: z.string().nullable().meta({ description: 'Key of the original in the object store' }),
    storage_url: z.string().nullable().meta({ description: 'The original bytes' }),
    asset_id: z.int().nullable(),
    job_id: z.int().nullable(),
    content_hash: z.string().nullable(),
    duplicate: z.boolean().meta({ description: 'Whether these bytes were in the library already' }),
    width: z.int().nullable(),
    height: z.int().nullable(),
    size: z.int().nullable(),
    mime_type: z.string().nullable(),
    captured_at: Time.nullable(),
    metadata: z.record(z.string(), z.unknown()).meta({ description: 'EXIF, XMP and IPTC values' }),
    error: z
      .object({ type: z.string(), title: z.string(), detail: z.string(), advice: z.string() })
      .nullable(),
  })
  .meta({ id: 'Frame' });

export const IngestRequest = z
  .object({
    request_id: Uuid,
    status: IngestStatus,
    source_type: z.literal('upload'),
    camera_id: z.string(),
    message: z.string(),
    frames: z.array(Frame),
    frame_count: z.int(),
    error: z.string().nullable().meta({ description: 'How many frames could not be taken, in words' }),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'IngestRequest' });
