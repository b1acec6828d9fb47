import type { z } from 'zod';
import { FAILURES, isFailureType } from '../../domain/failures.ts';
import type { CameraFrame, FrameOutcomes } from '../../stores/cameras/frames.ts';
import type { CaptureSession } from '../../stores/cameras/sessions.ts';
import type { IngestRequest } from '../schemas/ingest.ts';
import { presentIngestedFrame } from './cameraFrame.ts';

type Body = z.input<typeof IngestRequest>;

/** What older clients know of states: a session that ended is done when its frames are. */
export function rtspStatus(session: CaptureSession, { failed, open }: FrameOutcomes): Body['status'] {
  const { frames } = session;
  switch (session.state) {
    case 'pending':
      return 'pending';
    case 'connecting':
    case 'capturing':
    case 'waiting':
    case 'paused':
    case 'needs_attention':
      return 'processing';
    case 'failed':
      return frames > failed ? 'partial' : 'failed';
    case 'completed':
    case 'stopped':
      if (open > 0) return 'processing';
      if (frames === failed) return 'failed';
      return failed > 0 ? 'partial' : 'completed';
  }
}

const MESSAGES = {
  pending: 'Waiting to start',
  connecting: 'Connecting to the camera',
  capturing: 'Capturing',
  waiting: 'Waiting for the next picture or the next try',
  paused: 'Paused',
  needs_attention: 'Waiting for help',
  completed: 'Completed',
  stopped: 'Stopped',
  failed: 'The camera could not be captured',
} as const;

function error(session: CaptureSession, { failed }: FrameOutcomes): string | null {
  const { failureType: type, failureDetail: detail, frames } = session;
  if (type !== null) {
    const { title, advice } = isFailureType(type) ? FAILURES[type] : FAILURES.internal_error;
    return `${title}. ${detail ? `${detail} ` : ''}${advice}`;
  }
  if (failed > 0) return `${failed} of ${frames} frames could not be taken`;
  return session.endedAt !== null && frames === 0 ? 'No picture was captured' : null;
}

/** @param frames the newest ones, newest first */
export function presentRtspIngest(
  session: CaptureSession,
  frames: readonly CameraFrame[],
  outcomes: FrameOutcomes,
  base: string,
): Body {
  return {
    request_id: session.id,
    status: rtspStatus(session, outcomes),
    source_type: 'rtsp',
    camera_id: session.cameraKey,
    message: MESSAGES[session.state],
    frames: frames.map((frame) => presentIngestedFrame(frame, base)),
    frame_count: session.frames,
    error: error(session, outcomes),
    created_at: session.createdAt.toISOString(),
    updated_at: session.updatedAt.toISOString(),
  };
}
