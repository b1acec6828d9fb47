import type { z } from 'zod';
import type { Calibration as CalibrationRow } from '../../stores/cameras/calibrations.ts';
import type { Camera as Row } from '../../stores/cameras/cameras.ts';
import { presentPartialOrder } from '../cameras/order.ts';
import type { Calibration } from '../schemas/calibrations.ts';
import type { CameraInList } from '../schemas/cameras.ts';

export function presentCamera(row: Row): z.input<typeof CameraInList> {
  return {
    id: row.id,
    camera_id: row.key,
    name: row.name,
    tenant_name: row.tenantName,
    rtsp_url: row.address,
    has_credentials: row.credentialId !== null,
    defaults: presentPartialOrder(row.defaults),
    latitude: row.latitude,
    longitude: row.longitude,
    timezone: row.timezone,
    country: row.country ?? null,
    admin1: row.admin1 ?? null,
    enabled: row.enabled,
    condition: row.condition,
    lost_since: row.lostSince?.toISOString() ?? null,
    last_frame_at: row.lastFrameAt?.toISOString() ?? null,
    health: { flags: row.health, since: row.healthSince?.toISOString() ?? null },
    current_session_id: row.currentSessionId,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

/** What was checked on its way in is given as it was kept. */
export function presentCalibration(row: CalibrationRow): z.input<typeof Calibration> {
  return {
    version: row.version,
    intrinsics: row.intrinsics as z.input<typeof Calibration>['intrinsics'],
    distortion: row.distortion as z.input<typeof Calibration>['distortion'],
    extrinsics: row.extrinsics as z.input<typeof Calibration>['extrinsics'],
    note: row.note,
    created_at: row.createdAt.toISOString(),
  };
}
