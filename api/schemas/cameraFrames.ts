import { z } from 'zod';
import { Time, Uuid } from './common.ts';

const MAX_LIMIT = 200;

const Moment = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .meta({ description: 'ISO 8601 with Z or an offset', example: '2026-05-31T08:00:00Z' });

const Format = z
  .enum(['json', 'csv'])
  .optional()
  .meta({ description: '`csv`: all of them as a file; so does `Accept: text/csv`' });

const ListQuery = z.object({
  from: Moment.optional(),
  to: Moment.optional(),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(50),
  cursor: z.string().max(200).optional().meta({ description: '`next_cursor` of the page before' }),
  format: Format,
});

/** In the order in which they are asked for in time. */
const inOrder = ({ from, to }: { from?: Date | undefined; to?: Date | undefined }) =>
  from === undefined || to === undefined || from < to;
const DISORDER = { path: ['to'], message: 'must be after "from"' };

export const FrameQuery = ListQuery.extend({
  flags: z
    .string()
    .regex(/^(none|[a-z_]+(,[a-z_]+)*)$/, 'takes names with commas in between, or "none"')
    .optional()
    .meta({ description: 'With at least one of these flags; `none`: without any', example: 'black,frozen' }),
  session_id: Uuid.optional(),
}).refine(inOrder, DISORDER);

export const GapQuery = ListQuery.extend({
  open: z.stringbool().optional().meta({ description: 'Only those that are not over' }),
  session_id: Uuid.optional(),
}).refine(inOrder, DISORDER);

export const CameraFrame = z
  .object({
    frame_id: Uuid,
    camera_id: z.string(),
    session_id: Uuid,
    sequence: z.int().meta({ description: 'Within its session' }),
    captured_at: Time.meta({ description: 'When it arrived, by our clock' }),
    status: z
      .enum(['processing', 'completed', 'failed', 'deleted'])
      .meta({ description: '`deleted`: its picture was purged; that the camera was seen stays' }),
    asset_id: z.int().nullable(),
    job_id: z.int().nullable(),
    name: z.string().nullable(),
    width: z.int(),
    height: z.int(),
    size: z.int(),
    mime_type: z.string().nullable(),
    content_hash: z.string().nullable(),
    keyframe: z.boolean().nullable(),
    flags: z.array(z.string()),
    change_share: z.number().nullable(),
    calibration_version: z.int().nullable(),
    storage_url: z.string().nullable(),
    thumb_url: z.string().nullable(),
    asset_url: z.string().nullable(),
    error: z
      .object({ type: z.string(), title: z.string(), detail: z.string(), advice: z.string() })
      .nullable(),
  })
  .meta({ id: 'CameraFrame' });

export const CameraFrameList = z
  .object({
    frames: z.array(CameraFrame).meta({ description: 'Newest first' }),
    count: z.int(),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'CameraFrameList' });

export const CameraGap = z
  .object({
    gap_id: Uuid,
    session_id: Uuid,
    from: Time,
    to: Time.nullable().meta({ description: 'Null: it is not over' }),
    seconds: z.number().meta({ description: 'So far' }),
    reason: z.string(),
    title: z.string(),
    detail: z.string().nullable(),
    advice: z.string(),
  })
  .meta({ id: 'CameraGap' });

export const CameraGapList = z
  .object({
    gaps: z.array(CameraGap).meta({ description: 'Newest first' }),
    count: z.int(),
    next_cursor: z.string().nullable(),
    totals: z
      .object({
        from: Time,
        to: Time,
        seconds: z.number(),
        asked_seconds: z.number().meta({ description: 'While a session was to see the camera' }),
        seen_seconds: z.number().meta({ description: 'While at least one did' }),
        unseen_seconds: z.number().meta({ description: 'While none did that should have' }),
        seen_share: z.number().nullable().meta({ description: 'Of the time that was asked for' }),
        gaps: z.int(),
      })
      .meta({ description: 'Of all of the time asked for, not only of this page' }),
  })
  .meta({ id: 'CameraGapList' });
