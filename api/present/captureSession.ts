import type { z } from 'zod';
import type { CaptureSession as Row } from '../../stores/cameras/sessions.ts';
import { presentOrder } from '../cameras/order.ts';
import type { CaptureSession } from '../schemas/captureSessions.ts';
import { presentFailure } from './failure.ts';

const time = (date: Date | null): string | null => date?.toISOString() ?? null;

export function presentSession(row: Row): z.input<typeof CaptureSession> {
  return {
    id: row.id,
    camera: { id: row.cameraId, camera_id: row.cameraKey, name: row.cameraName },
    rtsp_url: row.address,
    order: presentOrder(row.order),
    state: row.state,
    wanted: row.wanted,
    frames: row.frames,
    dropped_frames: row.dropped,
    unchanged_frames: row.unchanged,
    reconnects: row.reconnects,
    first_frame_at: time(row.firstFrameAt),
    last_frame_at: time(row.lastFrameAt),
    next_try_at: row.state === 'waiting' ? time(row.nextTryAt) : null,
    failure: presentFailure(row.failureType, row.failureDetail),
    window_id: row.windowId,
    created_at: row.createdAt.toISOString(),
    started_at: time(row.startedAt),
    ended_at: time(row.endedAt),
    updated_at: row.updatedAt.toISOString(),
  };
}
