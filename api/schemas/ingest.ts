import { z } from 'zod';
import { SESSION_MODES } from '../../domain/camera.ts';
import { DEFAULT_TENANT } from '../../stores/tenants.ts';
import { CameraKey, RtspUrl } from './cameras.ts';
import { orderFields } from './captureOrders.ts';
import { TenantName, Time, Uuid } from './common.ts';

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
    source_type: z.enum(['upload', 'rtsp']),
    camera_id: z.string(),
    message: z.string(),
    frames: z.array(Frame).meta({ description: 'Of `rtsp` the newest 100, newest first' }),
    frame_count: z.int().meta({ description: 'All of them' }),
    error: z
      .string()
      .nullable()
      .meta({ description: 'In words: how many frames could not be taken, what the camera needs' }),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'IngestRequest' });

export const RtspIngest = z
  .object({
    ...orderFields,
    rtsp_url: RtspUrl,
    username: z.string().max(255).nullish().meta({ description: 'Write-only; may be in the address, too' }),
    password: z.string().max(1_024).nullish().meta({ description: 'Write-only' }),
    camera_id: CameraKey.meta({ description: 'A camera of that name is registered when there is none' }),
    capture_mode: z.enum(SESSION_MODES).default('single_frame'),
    tenant_name: TenantName.default(DEFAULT_TENANT),
  })
  .meta({
    id: 'RtspIngest',
    examples: [
      {
        rtsp_url: 'rtsp://192.0.2.7/stream1',
        camera_id: 'north-gate',
        capture_mode: 'burst',
        frame_count: 3,
      },
    ],
  });
