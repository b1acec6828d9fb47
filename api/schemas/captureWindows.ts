import { z } from 'zod';
import { parseWindowEnd } from '../../domain/captureWindow.ts';
import { CaptureOrderInput } from './captureOrders.ts';
import { Time, Uuid } from './common.ts';

const End = z
  .string()
  .max(32)
  .trim()
  .refine((text) => parseWindowEnd(text) !== null, {
    message: 'must be HH:MM, sunrise or sunset, the latter with up to +06:00 or -06:00 behind it',
  });

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

const fields = {
  name: z.string().trim().min(1).max(200),
  from: End.meta({ description: 'In the time zone of the camera', example: 'sunrise-00:30' }),
  to: End.meta({ description: 'Earlier in the day than `from`: on the next day', example: '18:00' }),
  days: z
    .array(z.int().min(1).max(7))
    .min(1)
    .max(7)
    .transform((days) => [...new Set(days)].sort((a, b) => a - b))
    .meta({ description: 'On which it begins; 1 is Monday' }),
  order: CaptureOrderInput.meta({
    description: 'How to capture; the defaults of the camera fill in; it ends with the window at the latest',
  }),
  enabled: z.boolean(),
};

export const CaptureWindowCreate = z
  .object({
    ...fields,
    days: fields.days.default(EVERY_DAY),
    order: fields.order.default({}),
    enabled: fields.enabled.default(true),
  })
  .meta({ id: 'CaptureWindowCreate' });

export const CaptureWindowChange = z.object(fields).partial().meta({ id: 'CaptureWindowChange' });

export const CaptureWindow = z
  .object({
    id: Uuid,
    camera: Uuid,
    name: z.string(),
    from: z.string(),
    to: z.string(),
    days: z.array(z.int()),
    order: CaptureOrderInput,
    enabled: z.boolean(),
    next: z.object({ from: Time, to: Time }).nullable().meta({
      description: 'When it is open next, or is now; null: not within a year, or it is not enabled',
    }),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'CaptureWindow' });

export const CaptureWindowList = z
  .object({ windows: z.array(CaptureWindow), count: z.int() })
  .meta({ id: 'CaptureWindowList' });
