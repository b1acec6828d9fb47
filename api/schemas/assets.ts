import { z } from 'zod';
import { CONFIDENCES } from '../../domain/facts.ts';
import { Time, Uuid } from './common.ts';
import { Detection, Prediction } from './detections.ts';

export const UploadResult = z
  .object({
    asset_id: z.int(),
    status: z.literal('uploaded'),
    content_hash: z.string().meta({ description: 'SHA-256 of the bytes, hex' }),
    job_id: z.int(),
    duplicate: z.boolean().meta({ description: 'Whether these bytes were in the library already' }),
  })
  .meta({ id: 'UploadResult' });

export const Rendition = z
  .object({
    preset: z.string().meta({ description: 'Name of the preset; zoom, card and thumb are built in' }),
    version: z.int(),
    url: z.string().meta({ description: 'Names the content: what it shows never changes' }),
    width: z.int(),
    height: z.int(),
    size: z.int(),
    mime_type: z.string(),
    content_hash: z.string(),
  })
  .meta({ id: 'Rendition' });

export const FocalPoint = z.strictObject({ x: z.number().min(0).max(1), y: z.number().min(0).max(1) }).meta({
  id: 'FocalPoint',
  description:
    'A place in the upright picture, as shares of its width and height; 0, 0 is the top left corner',
});

export const AssetStatus = z.enum(['processing', 'ready', 'rejected', 'failed', 'trashed']);

export const Image = z
  .object({
    id: z.int(),
    name: z.string(),
    size: z.int(),
    mime_type: z.string(),
    source: z.string().meta({ description: 'Kind of the source that brought it in' }),
    google_drive_id: z.string().nullable(),
    storage_url: z.string().meta({ description: 'The original bytes' }),
    status: AssetStatus,
    width: z.int().nullable(),
    height: z.int().nullable(),
    captured_at: Time.nullable(),
    camera_key: z.string().nullable().meta({ description: 'Groups the pictures of one camera' }),
    location_id: z.string().nullable(),
    user_id: z.string().nullable(),
    pull_source_id: z.string().nullable(),
    import_id: z.string().nullable().meta({ description: 'The import that brought it in first' }),
    sequence_id: z.string().nullable(),
    sequence_position: z.int().nullable().meta({ description: 'Place in the sequence, from 1' }),
    thumbhash: z.string().nullable().meta({ description: 'Base64 ThumbHash placeholder' }),
    thumb_url: z.string().nullable(),
    card_url: z.string().nullable(),
    created_at: Time,
  })
  .meta({ id: 'Image' });

export const ImageList = z
  .object({
    images: z.array(Image),
    count: z.int().meta({ description: 'Images on this page' }),
    total: z.int().nullable().meta({ description: '`null` with `count=none`' }),
    total_is: z.enum(['exact', 'estimate']).nullable(),
    page: z.int().nullable().meta({ description: '`null` where a cursor was given' }),
    pages: z.int().nullable(),
    page_size: z.int(),
    next_cursor: z.string().nullable().meta({ description: 'Give it as `cursor` for what comes next' }),
  })
  .meta({ id: 'ImageList' });

export const TimelineEvent = z
  .object({
    at: Time,
    kind: z.string(),
    text: z.string().meta({ description: 'What happened, in a sentence' }),
    item_id: z.int().nullable(),
    asset_id: z.int().nullable(),
    name: z.string().nullable().meta({ description: 'Of the file that it happened to' }),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'TimelineEvent' });

export const Timeline = z
  .object({
    events: z.array(TimelineEvent),
    count: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
  })
  .meta({ id: 'Timeline' });

export const Asset = z
  .object({
    ...Image.shape,
    asset_id: z.int().meta({ description: 'The same as `id`' }),
    tenant_name: z.string(),
    content_hash: z.string(),
    format: z.string().nullable(),
    pages: z.int().nullable(),
    orientation: z.int().nullable(),
    phash: z.string().nullable(),
    captured_at_origin: z.string().nullable(),
    captured_local: z.string().nullable().meta({
      description: 'What the clock showed, without a zone',
      example: '2021-05-31T08:25:38',
    }),
    captured_offset_minutes: z.int().nullable().meta({
      description: 'How far that clock was ahead of UTC; `null`: not known',
    }),
    captured_confidence: z.enum(CONFIDENCES).nullable(),
    captured_flags: z.array(z.string()).meta({ description: 'What is peculiar about the time' }),
    camera: z.object({
      make: z.string().nullable(),
      model: z.string().nullable(),
      serial: z.string().nullable(),
      key: z.string().nullable(),
    }),
    capture: z
      .object({
        camera: z.object({ id: Uuid, camera_id: z.string(), name: z.string() }),
        session_id: Uuid,
        frame_id: Uuid,
        sequence: z.int(),
        flags: z.array(z.string()),
        change_share: z.number().nullable(),
        calibration_version: z.int().nullable(),
      })
      .nullable()
      .meta({ description: 'Of a frame of a camera: where it was captured' }),
    location: z
      .object({ latitude: z.number(), longitude: z.number(), altitude: z.number().nullable() })
      .nullable(),
    title: z.string().nullable(),
    description: z.string().nullable(),
    keywords: z.array(z.string()),
    rating: z.int().nullable().meta({ description: 'Stars, 0–5' }),
    creator: z.string().nullable(),
    copyright: z.string().nullable(),
    sequence: z
      .object({ id: z.string(), position: z.int(), burst: z.int() })
      .nullable()
      .meta({ description: 'Pictures of the same camera shortly before and after' }),
    focal_point: FocalPoint.nullable(),
    metadata: z.record(z.string(), z.unknown()).meta({ description: 'EXIF, XMP and IPTC values' }),
    renditions: z.array(Rendition),
    detections: z.array(Detection).meta({
      description: 'Boxes of people, and of the model above the thresholds; /images/{id}/detections has all',
    }),
    prediction: Prediction.nullable().meta({
      description:
        'What the picture as a whole shows: people come before vehicles, those before animals; `null`: nobody looked',
    }),
    nothing_here: z.boolean().meta({ description: 'Somebody said that nothing is to be seen' }),
    detection_status: z
      .object({
        state: z.string().meta({ description: 'done, skipped or failed' }),
        reason: z.string().nullable(),
        model: z.string().nullable().meta({ description: 'name@version of the model whose boxes are shown' }),
      })
      .nullable(),
    failure: z
      .object({ type: z.string(), title: z.string(), detail: z.string(), advice: z.string() })
      .nullable(),
    references: z
      .array(
        z.object({
          source: z.string(),
          external_id: z.string(),
          import_id: z.string(),
          pull_source_id: z.string().nullable(),
          user_id: z.string().nullable().meta({ description: 'Whose source it was' }),
          location_id: z.string().nullable().meta({ description: 'Where its camera stood' }),
        }),
      )
      .meta({ description: 'Every place these bytes came from' }),
    timeline: z.array(TimelineEvent),
  })
  .meta({ id: 'Asset' });
