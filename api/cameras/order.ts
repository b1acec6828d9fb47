import type { z } from 'zod';
import type { CaptureOrder as Order, PartialOrder } from '../../domain/camera.ts';
import type { CaptureOrder, CaptureOrderInput } from '../schemas/captureOrders.ts';

export function orderOf(given: z.output<typeof CaptureOrderInput>): PartialOrder {
  return {
    ...(given.capture_mode !== undefined && { mode: given.capture_mode }),
    ...(given.frame_count !== undefined && { frameCount: given.frame_count }),
    ...(given.interval_seconds !== undefined && { intervalSeconds: given.interval_seconds }),
    ...(given.duration_seconds !== undefined && { durationSeconds: given.duration_seconds }),
    ...(given.fps !== undefined && { fps: given.fps }),
    ...(given.decode !== undefined && { decode: given.decode }),
    ...(given.quality !== undefined && { quality: given.quality }),
    ...(given.change_share !== undefined && { changeShare: given.change_share }),
  };
}

export function presentOrder(order: Order): z.input<typeof CaptureOrder> {
  return {
    capture_mode: order.mode,
    frame_count: order.frameCount ?? null,
    interval_seconds: order.intervalSeconds ?? null,
    duration_seconds: order.durationSeconds ?? null,
    fps: order.fps ?? null,
    decode: order.decode,
    quality: order.quality,
    change_share: order.changeShare ?? null,
  };
}

/** As it was given, without what was not. */
export function presentPartialOrder(order: PartialOrder): z.input<typeof CaptureOrderInput> {
  return {
    ...(order.mode !== undefined && { capture_mode: order.mode }),
    ...(order.frameCount !== undefined && { frame_count: order.frameCount }),
    ...(order.intervalSeconds !== undefined && { interval_seconds: order.intervalSeconds }),
    ...(order.durationSeconds !== undefined && { duration_seconds: order.durationSeconds }),
    ...(order.fps !== undefined && { fps: order.fps }),
    ...(order.decode !== undefined && { decode: order.decode }),
    ...(order.quality !== undefined && { quality: order.quality }),
    ...(order.changeShare !== undefined && { change_share: order.changeShare }),
  };
}
