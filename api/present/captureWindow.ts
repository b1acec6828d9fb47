import type { z } from 'zod';
import { dayOf, planDay, planOf } from '../../domain/captureWindow.ts';
import type { Camera } from '../../stores/cameras/cameras.ts';
import type { CaptureWindow as Row } from '../../stores/cameras/windows.ts';
import { presentPartialOrder } from '../cameras/order.ts';
import type { CaptureWindow } from '../schemas/captureWindows.ts';

const DAY_MS = 86_400_000;

type Place = Pick<Camera, 'enabled' | 'latitude' | 'longitude' | 'timezone'>;

/** Yesterday's may be open still. */
function nextOf(row: Row, camera: Place, now: Date): { from: Date; to: Date } | null {
  const plan = row.enabled && camera.enabled ? planOf(row, camera) : null;
  if (plan === null) return null;
  for (let day = -1; day <= 366; day += 1) {
    const open = planDay(plan, dayOf(new Date(now.getTime() + day * DAY_MS), plan.timezone));
    if (open !== null && open.to > now) return open;
  }
  return null;
}

export function presentWindow(row: Row, camera: Place, now = new Date()): z.input<typeof CaptureWindow> {
  const next = nextOf(row, camera, now);
  return {
    id: row.id,
    camera: row.cameraId,
    name: row.name,
    from: row.fromSpec,
    to: row.toSpec,
    days: row.days,
    order: presentPartialOrder(row.order),
    enabled: row.enabled,
    next: next === null ? null : { from: next.from.toISOString(), to: next.to.toISOString() },
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
