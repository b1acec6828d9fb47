import type { AssetRow } from '../../stores/library.ts';

/** Who looks. */
export interface Viewer {
  /** Whether they may know where pictures were taken. */
  seesPositions: boolean;
}

/** Until people sign in, everybody who reaches the API sees what the owner sees. */
export const EVERYBODY: Viewer = { seesPositions: true };

/** The one place that decides who is told where a picture was taken; renditions never hold it. */
export function presentPosition(
  row: Pick<AssetRow, 'latitude' | 'longitude' | 'altitude'>,
  viewer: Viewer,
): { latitude: number; longitude: number; altitude: number | null } | null {
  const { latitude, longitude, altitude } = row;
  if (!viewer.seesPositions || latitude === null || longitude === null) return null;
  return { latitude, longitude, altitude };
}
