import { z } from 'zod';
import { DECODE_MODES, ORDER_LIMITS, SESSION_MODES } from '../../domain/camera.ts';

const { frameCount, intervalSeconds, durationSeconds, fps, quality, changeShare } = ORDER_LIMITS;

/** What may be said of how to capture, by the names that clients of the older ingestion service use. */
export const orderFields = {
  capture_mode: z.enum(SESSION_MODES).optional().meta({
    description:
      'One picture; some in a row; one in each interval; so many a second; the same, but only what shows something new',
  }),
  frame_count: z
    .int()
    .min(frameCount.least)
    .max(frameCount.most)
    .optional()
    .meta({ description: 'Ends after so many pictures; `burst`: 5 when absent' }),
  interval_seconds: z
    .number()
    .min(intervalSeconds.least)
    .max(intervalSeconds.most)
    .optional()
    .meta({ description: 'For `interval`; 60 when absent' }),
  duration_seconds: z
    .number()
    .min(durationSeconds.least)
    .max(durationSeconds.most)
    .nullish()
    .meta({ description: 'Ends so long after it was asked for; null: only when it is stopped' }),
  fps: z
    .number()
    .min(fps.least)
    .max(fps.most)
    .optional()
    .meta({ description: 'Pictures a second at most, for `continuous` and `on_change`; 1 when absent' }),
  decode: z
    .enum(DECODE_MODES)
    .optional()
    .meta({ description: '`keyframes` costs a fifth of `all` and gives a picture every second or few' }),
  quality: z
    .int()
    .min(quality.least)
    .max(quality.most)
    .optional()
    .meta({ description: 'Of the JPEGs; 90 when absent' }),
  change_share: z
    .number()
    .min(changeShare.least)
    .max(changeShare.most)
    .optional()
    .meta({ description: 'For `on_change`: the share of the picture that has to differ' }),
};

/** Not strict: what a mode has no use for is left out, as older clients send it. */
export const CaptureOrderInput = z.object(orderFields).meta({ id: 'CaptureOrderInput' });

export const CaptureOrder = z
  .object({
    capture_mode: z.enum(SESSION_MODES),
    frame_count: z.int().nullable(),
    interval_seconds: z.number().nullable(),
    duration_seconds: z.number().nullable(),
    fps: z.number().nullable(),
    decode: z.enum(DECODE_MODES),
    quality: z.int(),
    change_share: z.number().nullable(),
  })
  .meta({ id: 'CaptureOrder', description: 'Null: not of use in this mode, or no limit' });
