import { DAY_MS, type Interval, lengthOf, merged, without } from './intervals.ts';

/** A camera at a place, from when it was put up until it was taken down. */
export interface Watch extends Interval {
  cameraId: string;
  locationId: string | null;
}

/** When a camera did not see. */
export interface Blindness extends Interval {
  cameraId: string;
}

export interface Effort {
  /** Days of 24 hours in which a camera could see. Two cameras at one place count twice. */
  cameraDays: number;
  cameras: number;
  from: Date;
  to: Date;
}

/** How long each place was watched: deployments without the gaps of their cameras. `null`: places nobody named. */
export function effortByLocation(
  watches: readonly Watch[],
  gaps: readonly Blindness[],
): Map<string | null, Effort> {
  const gapsOf = byKey(gaps, ({ cameraId }) => cameraId);
  const result = new Map<string | null, Effort>();
  for (const [locationId, here] of byKey(watches, (watch) => watch.locationId)) {
    const byCamera = byKey(here, ({ cameraId }) => cameraId);
    let seen = 0;
    for (const [cameraId, stretches] of byCamera) {
      // A camera that was entered twice for the same days saw them once.
      for (const stretch of merged(stretches)) seen += lengthOf(without(stretch, gapsOf.get(cameraId) ?? []));
    }
    result.set(locationId, {
      cameraDays: seen / DAY_MS,
      cameras: byCamera.size,
      from: new Date(here.reduce((first, { from }) => Math.min(first, from), Number.POSITIVE_INFINITY)),
      to: new Date(here.reduce((last, { to }) => Math.max(last, to), Number.NEGATIVE_INFINITY)),
    });
  }
  return result;
}

/** What `Map.groupBy` of newer versions of Node does. */
function byKey<K, T>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
