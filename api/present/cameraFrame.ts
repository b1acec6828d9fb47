import type { z } from 'zod';
import { FAILURES, isFailureType } from '../../domain/failures.ts';
import type { CameraFrame as Row } from '../../stores/cameras/frames.ts';
import type { Gap, Sighting } from '../../stores/cameras/gaps.ts';
import { originalKey } from '../../stores/objects/keys.ts';
import type { CameraFrame, CameraGap, CameraGapList } from '../schemas/cameraFrames.ts';
import type { Frame } from '../schemas/ingest.ts';
import { presentFailure } from './failure.ts';
import { frameStatus } from './ingest.ts';

const GONE = new Set(['deleting', 'deleted']);

/** A purge may have taken its picture; that the camera was seen stays. */
export function presentCameraFrame(row: Row, base: string): z.input<typeof CameraFrame> {
  const gone = row.itemId === null || GONE.has(row.assetState ?? '');
  const status = gone ? 'deleted' : frameStatus(row);
  const { assetId } = row;
  const there = assetId !== null && status === 'completed';
  return {
    frame_id: row.id,
    camera_id: row.cameraKey,
    session_id: row.sessionId,
    sequence: row.seq,
    captured_at: row.capturedAt.toISOString(),
    status,
    asset_id: assetId,
    job_id: row.itemId,
    name: row.name === '' ? null : row.name,
    width: row.width,
    height: row.height,
    size: row.bytes,
    mime_type: row.mediaType,
    content_hash: row.sha256,
    keyframe: row.keyframe,
    flags: row.flags,
    change_share: row.changeShare,
    calibration_version: row.calibrationVersion,
    storage_url: there ? `${base}/retrieve/original/${assetId}` : null,
    thumb_url: there ? `${base}/retrieve/rendition/${assetId}/thumb` : null,
    asset_url: there ? `${base}/retrieve/asset/${assetId}` : null,
    error: status === 'failed' ? presentFailure(row.reason ?? 'internal_error', row.detail) : null,
  };
}

/** The same as clients of the older ingestion service read it. */
export function presentIngestedFrame(row: Row, base: string): z.input<typeof Frame> {
  const status = frameStatus(row);
  const { assetId, assetUid } = row;
  const failed = status === 'failed';
  return {
    frame_id: row.id,
    camera_id: row.cameraKey,
    name: row.name ?? '',
    status,
    storage_path: assetUid === null || failed ? null : originalKey(row.tenantId, assetUid),
    storage_url: assetId === null || failed ? null : `${base}/retrieve/original/${assetId}`,
    asset_id: assetId,
    job_id: row.itemId,
    content_hash: row.sha256,
    duplicate: row.itemState === 'duplicate',
    width: row.width,
    height: row.height,
    size: row.bytes,
    mime_type: row.mediaType ?? 'image/jpeg',
    captured_at: row.capturedAt.toISOString(),
    metadata: row.exif ?? {},
    error: failed ? presentFailure(row.reason ?? 'internal_error', row.detail) : null,
  };
}

const PLAIN = {
  worker_lost: {
    title: 'The process that captures was gone',
    advice: 'Nothing to do: the session went on by itself. If it happens again and again, look at its log.',
  },
  no_free_slot: {
    title: 'No capture worker had a free stream',
    advice: 'Start a capture worker, raise CAPTURE_STREAMS if its machine has room, or end a session.',
  },
  paused: { title: 'The session was paused', advice: 'Resume the session to go on.' },
} as const;

export function explainGap(reason: string): { title: string; advice: string } {
  if (Object.hasOwn(PLAIN, reason)) return PLAIN[reason as keyof typeof PLAIN];
  const known = isFailureType(reason) ? FAILURES[reason] : FAILURES.internal_error;
  return { title: known.title, advice: known.advice };
}

const seconds = (value: number) => Math.round(value * 1_000) / 1_000;

export function presentGap(row: Gap, now = new Date()): z.input<typeof CameraGap> {
  const { title, advice } = explainGap(row.reason);
  const end = row.toAt ?? now;
  return {
    gap_id: row.id,
    session_id: row.sessionId,
    from: row.fromAt.toISOString(),
    to: row.toAt?.toISOString() ?? null,
    seconds: seconds(Math.max(0, (end.getTime() - row.fromAt.getTime()) / 1_000)),
    reason: row.reason,
    title,
    detail: row.detail,
    advice,
  };
}

export function presentSighting(row: Sighting): z.input<typeof CameraGapList>['totals'] {
  return {
    from: row.from.toISOString(),
    to: row.to.toISOString(),
    seconds: seconds(row.total),
    asked_seconds: seconds(row.asked),
    seen_seconds: seconds(row.seen),
    unseen_seconds: seconds(row.asked - row.seen),
    seen_share: row.asked === 0 ? null : Math.round((row.seen / row.asked) * 10_000) / 10_000,
    gaps: row.gaps,
  };
}
