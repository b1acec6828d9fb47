import type { z } from 'zod';
import { imagePrediction, type Prediction } from '../../domain/prediction.ts';
import type { CapturedFrom } from '../../stores/cameras/frames.ts';
import type { ShownBox } from '../../stores/detection/boxes.ts';
import type { WholePicture } from '../../stores/detection/names.ts';
import type { AssetRow, Reference, RenditionRow, TrashedRow } from '../../stores/library.ts';
import type { EventRow } from '../../stores/timeline.ts';
import type { Asset, Image, Rendition } from '../schemas/assets.ts';
import type { TrashedImage } from '../schemas/trash.ts';
import { presentPrediction, presentShown } from './detections.ts';
import { presentFailure } from './failure.ts';
import { EVERYBODY, presentPosition } from './position.ts';
import { presentEvent } from './timeline.ts';

const DAY_MS = 86_400_000;

export const STATUS = {
  pending: 'processing',
  ready: 'ready',
  rejected: 'rejected',
  failed: 'failed',
  trashed: 'trashed',
  deleting: 'rejected',
  deleted: 'rejected',
} as const;

/** Its address names its content, and may be kept for ever. @param uid of its asset */
export function presentRendition(row: RenditionRow, uid: string, base: string): z.input<typeof Rendition> {
  return {
    preset: row.preset,
    version: row.version,
    url: `${base}/i/${uid}/${row.sha256}.${row.objectKey.slice(row.objectKey.lastIndexOf('.') + 1)}`,
    width: row.width,
    height: row.height,
    size: row.bytes,
    mime_type: row.mediaType,
    content_hash: row.sha256,
  };
}

/** @param base what links begin with; empty for links relative to the server */
export function presentImage(row: AssetRow, base: string): z.input<typeof Image> {
  const ready = row.state === 'ready';
  return {
    id: row.id,
    name: row.name,
    size: row.bytes,
    mime_type: row.mediaType,
    source: row.sourceKind,
    google_drive_id: row.sourceKind === 'google_drive' ? row.externalId : null,
    storage_url: `${base}/retrieve/original/${row.id}`,
    status: STATUS[row.state],
    width: row.width,
    height: row.height,
    captured_at: row.capturedAt?.toISOString() ?? null,
    camera_key: row.cameraKey,
    location_id: row.locationId,
    user_id: row.userId,
    pull_source_id: row.pullSourceId,
    import_id: row.importId,
    sequence_id: row.sequenceId,
    sequence_position: row.sequencePosition,
    thumbhash: row.thumbhash,
    thumb_url: ready ? `${base}/retrieve/rendition/${row.id}/thumb` : null,
    card_url: ready ? `${base}/retrieve/rendition/${row.id}/card` : null,
    created_at: row.createdAt.toISOString(),
  };
}

export const trashedThumbUrl = (id: number, base: string): string => `${base}/trash/${id}/thumb`;

/** @param days after which the trash lets go of it */
export function presentTrashed(row: TrashedRow, base: string, days: number): z.input<typeof TrashedImage> {
  return {
    ...presentImage(row, base),
    thumb_url: trashedThumbUrl(row.id, base),
    trashed_at: row.trashedAt.toISOString(),
    trashed_by: row.trashedBy,
    purge_id: row.purgeId,
    purged_after:
      row.purgeId === null ? new Date(row.trashedAt.getTime() + days * DAY_MS).toISOString() : null,
  };
}

function presentCapture(from: CapturedFrom | null): z.input<typeof Asset>['capture'] {
  if (from === null) return null;
  return {
    camera: { id: from.cameraId, camera_id: from.cameraKey, name: from.cameraName },
    session_id: from.sessionId,
    frame_id: from.frameId,
    sequence: from.seq,
    flags: from.flags,
    change_share: from.changeShare,
    calibration_version: from.calibrationVersion,
  };
}

/** What the classifier in use says of the whole picture. */
function currentOf(whole: readonly WholePicture[]): Prediction | null {
  const one = whole.find(({ current }) => current);
  return one?.prediction ? { ...one.prediction, classifier: one.classifier } : null;
}

export function presentAsset(
  row: AssetRow,
  more: {
    renditions: RenditionRow[];
    references: Reference[];
    timeline: EventRow[];
    boxes: ShownBox[];
    capture: CapturedFrom | null;
    whole: readonly WholePicture[];
  },
  base: string,
): z.input<typeof Asset> {
  return {
    ...presentImage(row, base),
    asset_id: row.id,
    tenant_name: row.tenantName,
    content_hash: row.sha256,
    format: row.format,
    pages: row.pages,
    orientation: row.orientation,
    phash: row.phash,
    captured_at_origin: row.capturedAtOrigin,
    captured_local: row.capturedLocal,
    captured_offset_minutes: row.capturedOffset,
    captured_confidence: row.capturedConfidence,
    captured_flags: row.capturedFlags,
    camera: { make: row.cameraMake, model: row.cameraModel, serial: row.cameraSerial, key: row.cameraKey },
    capture: presentCapture(more.capture),
    location: presentPosition(row, EVERYBODY),
    title: row.title,
    description: row.description,
    keywords: row.keywords,
    rating: row.rating,
    creator: row.creator,
    copyright: row.copyright,
    sequence:
      row.sequenceId === null
        ? null
        : { id: row.sequenceId, position: row.sequencePosition ?? 1, burst: row.sequenceBurst ?? 1 },
    focal_point: row.focalPoint,
    metadata: row.exif,
    renditions:
      row.state === 'ready'
        ? more.renditions.map((rendition) => presentRendition(rendition, row.uid, base))
        : [],
    detections: more.boxes.map(presentShown),
    prediction:
      row.detectionState === 'done' || row.nothingHere || more.boxes.length > 0
        ? presentPrediction(imagePrediction(more.boxes, row.nothingHere, currentOf(more.whole)))
        : null,
    nothing_here: row.nothingHere,
    detection_status:
      row.detectionState === null
        ? null
        : { state: row.detectionState, reason: row.detectionReason, model: row.detectionModel },
    failure: presentFailure(row.reason, row.detail),
    references: more.references.map((r) => ({
      source: r.source,
      external_id: r.externalId,
      import_id: r.importId,
      pull_source_id: r.pullSourceId,
      user_id: r.userId,
      location_id: r.locationId,
    })),
    timeline: more.timeline.map(presentEvent),
  };
}
