import { type Interval, without } from '../../../domain/survey/intervals.ts';
import { type Cell, csvLine } from '../csvLine.ts';
import { zonedTime } from '../times.ts';
import { DEPLOYMENT_COLUMNS } from './columns.ts';

/** A camera's stay at a place. */
export interface Deployment {
  id: string;
  locationId: string;
  locationName: string;
  latitude: number;
  longitude: number;
  start: Date;
  end: Date;
  /** Minutes that the place's clock is ahead of UTC. */
  offsetMinutes: number | null;
  camera: string | null;
  cameraModel: string | null;
  /** When the camera did not see. The format has no place for outages, so the stay is split there. */
  gaps: readonly Interval[];
}

/** A stretch of a deployment without a gap, which is a deployment of its own in the package. */
export interface Part extends Interval {
  id: string;
  of: Deployment;
}

export interface Parts {
  /**
   * The part that a picture belongs to. A picture of a time at which the camera was not thought to see proves that it
   * did, so the nearest part is made longer. `null`: no such deployment.
   */
  at(deploymentId: string | null, at: Date): Part | null;
  all(): Part[];
}

export function splitAtGaps(deployments: readonly Deployment[]): Parts {
  const parts = new Map<string, Part[]>();
  for (const of of deployments) {
    const stretches = without({ from: of.start.getTime(), to: of.end.getTime() }, of.gaps);
    // A camera that never saw, or was up for no time at all, is still a deployment.
    const kept = stretches.length > 0 ? stretches : [{ from: of.start.getTime(), to: of.end.getTime() }];
    parts.set(
      of.id,
      kept.map((stretch, i) => ({ ...stretch, id: kept.length === 1 ? of.id : `${of.id}-${i + 1}`, of })),
    );
  }
  return {
    at(deploymentId, at) {
      const time = at.getTime();
      const candidates = deploymentId === null ? [] : (parts.get(deploymentId) ?? []);
      const distance = ({ from, to }: Part): number => Math.max(from - time, time - to, 0);
      let best: Part | null = null;
      for (const part of candidates) if (best === null || distance(part) < distance(best)) best = part;
      if (best === null) return null;
      best.from = Math.min(best.from, time);
      best.to = Math.max(best.to, time);
      return best;
    },
    all: () => [...parts.values()].flat(),
  };
}

export function deploymentLine({ id, of, from, to }: Part): string {
  const cells: Partial<Record<(typeof DEPLOYMENT_COLUMNS)[number], Cell>> = {
    deploymentID: id,
    locationID: of.locationId,
    locationName: of.locationName,
    latitude: of.latitude,
    longitude: of.longitude,
    deploymentStart: zonedTime(new Date(from), of.offsetMinutes),
    // Whole seconds: the end must not come before the last picture.
    deploymentEnd: zonedTime(new Date(Math.ceil(to / 1000) * 1000), of.offsetMinutes),
    cameraID: of.camera,
    cameraModel: of.cameraModel,
    deploymentTags: id === of.id ? null : `deployment:${of.id}`,
  };
  return csvLine(DEPLOYMENT_COLUMNS.map((name) => cells[name] ?? null));
}
