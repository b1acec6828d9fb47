import { z } from 'zod';
import { CAMERA_CONDITIONS } from '../../domain/camera.ts';
import { Calibration } from './calibrations.ts';
import { CameraFrame } from './cameraFrames.ts';
import { CaptureOrderInput } from './captureOrders.ts';
import { CaptureSession } from './captureSessions.ts';
import { PageQuery, TenantName, Time, TimeZone, Uuid } from './common.ts';
import { placing } from './people.ts';

export const CameraKey = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]+$/u, 'must not hold control characters')
  .meta({ description: 'What clients call the camera; unique within a tenant', example: 'north-gate' });

export const RtspUrl = z.string().min(1).max(4_096).meta({
  description: 'rtsp:// or rtsps://; user name and password may be in it and are taken out',
  example: 'rtsp://192.0.2.7/stream1',
});

const Condition = z.enum(CAMERA_CONDITIONS).meta({
  description:
    '`idle`: no session is open; `lost`: sessions are to see it, and none does; `paused`: all of them are; `capturing`: ' +
    'at least one sees it',
});

const fields = {
  name: z.string().trim().min(1).max(200),
  rtsp_url: RtspUrl,
  username: z
    .string()
    .max(255)
    .nullish()
    .meta({ description: 'Write-only. With null, the camera has none any more' }),
  password: z.string().max(1_024).nullish().meta({ description: 'Write-only' }),
  defaults: CaptureOrderInput.meta({ description: 'Fill in what the order of a session does not say' }),
  latitude: z.number().min(-90).max(90).nullish(),
  longitude: z.number().min(-180).max(180).nullish(),
  timezone: TimeZone.nullish(),
  ...placing,
  enabled: z
    .boolean()
    .meta({ description: 'A camera that is not takes no sessions; those it has pause until it is again' }),
};

export const CameraCreate = z
  .object({
    ...fields,
    camera_id: CameraKey.optional().meta({ description: 'Made from the name when absent' }),
    defaults: fields.defaults.default({}),
    enabled: fields.enabled.default(true),
    tenant_name: TenantName.optional(),
  })
  .meta({
    id: 'CameraCreate',
    examples: [
      { name: 'North gate', rtsp_url: 'rtsp://192.0.2.7/stream1', username: 'ada', password: 'secret' },
    ],
  });

export const CameraChange = z
  .object({ ...fields, camera_id: CameraKey })
  .partial()
  .meta({
    id: 'CameraChange',
    examples: [{ name: 'South gate' }],
  });

export const CameraQuery = PageQuery.extend({
  tenant_name: TenantName.optional(),
  camera_id: CameraKey.optional(),
  q: z.string().trim().min(1).max(200).optional().meta({ description: 'Part of the name or the camera_id' }),
  enabled: z.stringbool().optional(),
  condition: Condition.optional(),
  unhealthy: z
    .stringbool()
    .optional()
    .meta({ description: 'Whether its newest pictures have quality flags' }),
});

const shown = {
  id: Uuid,
  camera_id: z.string(),
  name: z.string(),
  tenant_name: z.string(),
  rtsp_url: z.string().meta({ description: 'Without user name and password' }),
  has_credentials: z.boolean(),
  defaults: CaptureOrderInput,
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  timezone: z.string().nullable(),
  country: z.string().nullable().meta({ description: 'ISO 3166-1 alpha-3; which kinds can be there' }),
  admin1: z.string().nullable(),
  enabled: z.boolean(),
  condition: Condition,
  lost_since: Time.nullable(),
  last_frame_at: Time.nullable(),
  health: z.object({
    flags: z.array(z.string()).meta({ description: '`black`, `frozen`, `blurred`, `tampered`' }),
    since: Time.nullable(),
  }),
  current_session_id: Uuid.nullable(),
  created_at: Time,
  updated_at: Time,
};

export const CameraInList = z.object(shown).meta({ id: 'CameraInList' });

export const Camera = z
  .object({
    ...shown,
    current_session: CaptureSession.nullable().meta({ description: 'The newest one that has not ended' }),
    last_frame: CameraFrame.nullable(),
    calibration: Calibration.nullable(),
  })
  .meta({ id: 'Camera' });

export const CameraList = z
  .object({
    cameras: z.array(CameraInList),
    count: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
  })
  .meta({ id: 'CameraList' });

export const CameraTest = z
  .object({
    ok: z.boolean(),
    codec: z.string().nullable(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    fps: z.number().nullable().meta({ description: 'As the camera announces it' }),
    driver: z.string().nullable(),
    took_ms: z.int().nullable(),
    snapshot_url: z.string().nullable().meta({ description: 'The picture that was seen' }),
    error: z
      .object({ type: z.string(), title: z.string(), detail: z.string(), advice: z.string() })
      .nullable(),
  })
  .meta({ id: 'CameraTest' });
