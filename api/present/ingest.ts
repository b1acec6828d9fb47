import type { z } from 'zod';
import type { FrameRow, IngestRow } from '../../stores/ingest.ts';
import { originalKey } from '../../stores/objects/keys.ts';
import type { Frame, IngestRequest } from '../schemas/ingest.ts';
import { presentFailure } from './failure.ts';

type FrameStatus = z.output<typeof Frame>['status'];

const ENDED_WELL = new Set(['ready', 'trashed']);
const ENDED_BADLY = new Set(['rejected', 'failed', 'deleting', 'deleted']);

/** A duplicate is as far as the asset that it is a duplicate of. */
export function frameStatus(
  frame: Pick<FrameRow, 'itemId' | 'itemState' | 'assetState' | 'reason'>,
): FrameStatus {
  if (frame.itemId === null) return frame.reason === null ? 'processing' : 'failed';
  if (frame.assetState !== null && ENDED_WELL.has(frame.assetState)) return 'completed';
  const badly = frame.assetState !== null && ENDED_BADLY.has(frame.assetState);
  return badly || !['pending', 'stored', 'duplicate'].includes(frame.itemState ?? '')
    ? 'failed'
    : 'processing';
}

export function ingestStatus(frames: readonly FrameRow[]): z.output<typeof IngestRequest>['status'] {
  const states = frames.map(frameStatus);
  if (states.includes('processing')) return frames.some((f) => f.itemId !== null) ? 'processing' : 'pending';
  if (!states.includes('failed')) return 'completed';
  return states.includes('completed') ? 'partial' : 'failed';
}

function presentFrame(frame: FrameRow, cameraId: string, base: string): z.input<typeof Frame> {
  const status = frameStatus(frame);
  const { assetId, assetUid } = frame;
  const failed = status === 'failed';
  return {
    frame_id: frame.id,
    camera_id: cameraId,
    name: frame.name,
    status,
    storage_path: assetUid === null || failed ? null : originalKey(frame.tenantId, assetUid),
    storage_url: assetId === null || failed ? null : `${base}/retrieve/original/${assetId}`,
    asset_id: assetId,
    job_id: frame.itemId,
    content_hash: frame.sha256,
    duplicate: frame.itemState === 'duplicate',
    width: frame.width,
    height: frame.height,
    size: frame.bytes,
    mime_type: frame.mediaType,
    captured_at: frame.capturedAt?.toISOString() ?? null,
    metadata: frame.exif ?? {},
    error: failed ? presentFailure(frame.reason ?? 'internal_error', frame.detail) : null,
  };
}

export function presentIngest(row: IngestRow, base: string): z.input<typeof IngestRequest> {
  const status = ingestStatus(row.frames);
  const failed = row.frames.filter((frame) => frameStatus(frame) === 'failed').length;
  const count = row.frames.length;
  const lost = failed === 0 ? null : `${failed} of ${count} frames could not be taken`;
  return {
    request_id: row.id,
    status,
    source_type: row.sourceType,
    camera_id: row.cameraId,
    message: lost ?? (status === 'completed' ? `${count} frames taken` : `${count} frames on their way`),
    frames: row.frames.map((frame) => presentFrame(frame, row.cameraId, base)),
    frame_count: count,
    error: lost,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
