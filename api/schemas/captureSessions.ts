import { z } from 'zod';
import { SESSION_STATES, WANTED } from '../../domain/camera.ts';
import { CaptureOrder } from './captureOrders.ts';
import { PageQuery, Time, Uuid } from './common.ts';

export const CaptureSession = z
  .object({
    id: Uuid,
    camera: z.object({ id: Uuid, camera_id: z.string(), name: z.string() }),
    rtsp_url: z.string().nullable().meta({ description: 'Only where it is not that of the camera' }),
    order: CaptureOrder,
    state: z.enum(SESSION_STATES),
    wanted: z.enum(WANTED).meta({ description: 'What was last asked for; the state follows' }),
    frames: z.int(),
    dropped_frames: z.int().meta({ description: 'Came faster than they could be kept' }),
    unchanged_frames: z.int().meta({ description: 'Left out by `on_change`' }),
    reconnects: z.int(),
    first_frame_at: Time.nullable(),
    last_frame_at: Time.nullable(),
    next_try_at: Time.nullable().meta({ description: 'While it waits: until then' }),
    failure: z
      .object({ type: z.string(), title: z.string(), detail: z.string(), advice: z.string() })
      .nullable(),
    window_id: Uuid.nullable(),
    created_at: Time,
    started_at: Time.nullable(),
    ended_at: Time.nullable(),
    updated_at: Time,
  })
  .meta({ id: 'CaptureSession' });

export const CaptureSessionList = z
  .object({
    sessions: z.array(CaptureSession).meta({ description: 'Newest first' }),
    count: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
  })
  .meta({ id: 'CaptureSessionList' });

export const SessionQuery = PageQuery.extend({
  state: z
    .union([z.enum(SESSION_STATES), z.enum(['open'])])
    .optional()
    .meta({ description: '`open`: every state that is not an end' }),
});
