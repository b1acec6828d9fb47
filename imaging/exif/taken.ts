import type { ImageFacts } from '../../domain/facts.ts';
import { isPlausible, parseClock, parseOffset, written } from './clock.ts';
import { timeInName } from './fileName.ts';
import { asUtc, instantIn, isZone, type WallClock } from './zone.ts';

/** Texts about time as the file holds them. */
export interface ClockTags {
  dateTime: string | null;
  subSeconds: string | null;
  offset: string | null;
  gpsDate: string | null;
  gpsTime: string | null;
}

export const NO_CLOCK: ClockTags = {
  dateTime: null,
  subSeconds: null,
  offset: null,
  gpsDate: null,
  gpsTime: null,
};

/** What is known about a picture from outside it. */
export interface TakenHints {
  fileName: string;
  /** ISO 8601. */
  modifiedAt: string | null;
  /** IANA zone of the camera. */
  timezone: string | null;
  /** Milliseconds since 1970; pictures from after it have a wrong clock. */
  now?: number;
}

export type Taken = Pick<ImageFacts, 'capturedAt' | 'capturedAtOrigin' | 'capturedLocal'>;

/** A local clock and UTC differ by 14 hours at most, and the GPS may have had its last fix some hours ago. */
const GPS_AGREES_MS = 26 * 3_600_000;
const QUARTER_MS = 900_000;

/**
 * When a picture was taken, from the best witness there is: the camera's clock with its own offset, the clock
 * with the zone that the camera stands in, GPS time, the clock read as UTC, the file's name, and last the
 * file's modification time. GPS comes after a known zone because its stamp is that of the last fix, which may
 * be hours old, and not of the shutter.
 */
export function whenTaken(tags: ClockTags, hints: TakenHints): Taken {
  const now = hints.now ?? Date.now();
  const zone = hints.timezone !== null && isZone(hints.timezone) ? hints.timezone : null;
  return (
    fromClock(tags, zone, now) ??
    fromName(hints.fileName, zone, now) ??
    fromModified(hints.modifiedAt, now) ??
    UNKNOWN
  );
}

const UNKNOWN: Taken = { capturedAt: null, capturedAtOrigin: null, capturedLocal: null };

function fromClock(tags: ClockTags, zone: string | null, now: number): Taken | null {
  const gps = gpsInstant(tags, now);
  const clock = tags.dateTime === null ? null : parseClock(tags.dateTime, tags.subSeconds ?? '');
  if (clock === null || !isPlausible(asUtc(clock), now)) {
    return gps === null ? null : taken(gps, 'exif-gps', null);
  }
  const offset = tags.offset === null ? null : parseOffset(tags.offset);
  if (offset !== null) return taken(asUtc(clock) - offset, 'exif-offset', clock);
  if (zone !== null) return taken(instantIn(zone, clock), 'exif-zone', clock);
  if (gps !== null && Math.abs(gps - asUtc(clock)) <= GPS_AGREES_MS) {
    return taken(asUtc(clock) - zoneBetween(asUtc(clock), gps), 'exif-gps', clock);
  }
  return taken(asUtc(clock), 'exif-zone', clock);
}

/**
 * GPS tells the zone, the clock tells the second: pictures of one burst share a fix but not a shutter. Zones
 * are whole quarters of an hour.
 */
function zoneBetween(reading: number, gps: number): number {
  return Math.round((reading - gps) / QUARTER_MS) * QUARTER_MS;
}

function fromName(fileName: string, zone: string | null, now: number): Taken | null {
  const named = timeInName(fileName);
  if (named === null || !isPlausible(asUtc(named.clock), now)) return null;
  if (named.isUtc) return taken(asUtc(named.clock), 'file-name', null);
  return taken(zone === null ? asUtc(named.clock) : instantIn(zone, named.clock), 'file-name', named.clock);
}

function fromModified(modifiedAt: string | null, now: number): Taken | null {
  const instant = modifiedAt === null ? Number.NaN : Date.parse(modifiedAt);
  return isPlausible(instant, now) ? taken(instant, 'modified', null) : null;
}

function gpsInstant({ gpsDate, gpsTime }: ClockTags, now: number): number | null {
  if (gpsDate === null || gpsTime === null) return null;
  const clock = parseClock(`${gpsDate.trim()} ${gpsTime.trim()}`);
  return clock !== null && isPlausible(asUtc(clock), now) ? asUtc(clock) : null;
}

function taken(
  instant: number,
  origin: NonNullable<Taken['capturedAtOrigin']>,
  clock: WallClock | null,
): Taken {
  return {
    capturedAt: new Date(instant).toISOString(),
    capturedAtOrigin: origin,
    capturedLocal: clock === null ? null : written(clock),
  };
}
