import type { CapturedFlag, Confidence, ImageFacts } from '../../domain/facts.ts';
import { asUtc, isZone, placeIn, type WallClock } from '../../domain/zone.ts';
import { isPlausible, isSuspect, parseClock, parseOffset, written } from './clock.ts';
import { dayInName, timeInName } from './fileName.ts';

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

/** Dates that programs wrote, with or without an offset behind them. */
export interface WrittenDates {
  xmp: string | null;
  iptc: string | null;
}

export const NO_DATES: WrittenDates = { xmp: null, iptc: null };

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

export type Taken = Pick<
  ImageFacts,
  | 'capturedAt'
  | 'capturedAtOrigin'
  | 'capturedLocal'
  | 'capturedOffset'
  | 'capturedConfidence'
  | 'capturedFlags'
>;

/** A local clock and UTC differ by 14 hours at most, and the GPS may have had its last fix some hours ago. */
const GPS_AGREES_MS = 26 * 3_600_000;
const QUARTER_MS = 900_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const UNKNOWN: Taken = {
  capturedAt: null,
  capturedAtOrigin: null,
  capturedLocal: null,
  capturedOffset: null,
  capturedConfidence: null,
  capturedFlags: [],
};

/**
 * When a picture was taken, from the best witness there is: the camera's clock with its own offset, the clock with the
 * zone that the camera stands in, GPS time, the clock read as UTC, what programs wrote as XMP and IPTC, the file's name,
 * and last the file's modification time. GPS comes after a known zone because its stamp is that of the last fix, which
 * may be hours old, and not of the shutter; unless the two differ by whole hours: then the fix is fresh and the clock was
 * set for another zone, or for no summer time.
 */
export function whenTaken(tags: ClockTags, hints: TakenHints, dates: WrittenDates = NO_DATES): Taken {
  const now = hints.now ?? Date.now();
  const zone = hints.timezone !== null && isZone(hints.timezone) ? hints.timezone : null;
  const found =
    fromClock(tags, zone, now) ??
    fromText(dates.xmp, 'xmp', zone, now) ??
    fromText(dates.iptc, 'iptc', zone, now) ??
    fromName(hints.fileName, zone, now) ??
    fromModified(hints.modifiedAt, now) ??
    UNKNOWN;
  if (tags.dateTime === null || !isSuspect(tags.dateTime, now)) return found;
  return { ...found, capturedFlags: ['suspect_clock', ...found.capturedFlags] };
}

function fromClock(tags: ClockTags, zone: string | null, now: number): Taken | null {
  const gps = gpsInstant(tags, now);
  const clock = tags.dateTime === null ? null : parseClock(tags.dateTime, tags.subSeconds ?? '');
  if (clock === null || !isPlausible(asUtc(clock), now)) {
    return gps === null ? null : taken(gps, 'exif-gps', null, 'medium');
  }
  const offset = tags.offset === null ? null : parseOffset(tags.offset);
  if (offset !== null) return taken(asUtc(clock) - offset, 'exif-offset', clock, 'high');
  if (zone !== null) {
    const placed = inZone(clock, 'exif-zone', zone, 'high');
    const instant = Date.parse(placed.capturedAt ?? '');
    return gps !== null && isHoursOff(instant - gps) ? byGps(clock, gps) : placed;
  }
  if (gps !== null && Math.abs(gps - asUtc(clock)) <= GPS_AGREES_MS) return byGps(clock, gps);
  return inZone(clock, 'exif-zone', null, 'medium');
}

/** Off by whole hours, to the minute. Of fixes of any age one in thirty looks like that. */
function isHoursOff(difference: number): boolean {
  const hours = Math.round(difference / HOUR_MS);
  return hours !== 0 && Math.abs(hours) <= 14 && Math.abs(difference - hours * HOUR_MS) <= MINUTE_MS;
}

/**
 * GPS tells the zone, the clock tells the second: pictures of one burst share a fix but not a shutter. Zones
 * are whole quarters of an hour.
 */
function byGps(clock: WallClock, gps: number): Taken {
  const reading = asUtc(clock);
  const offset = Math.round((reading - gps) / QUARTER_MS) * QUARTER_MS;
  return taken(reading - offset, 'exif-gps', clock, 'high', ['zone_from_gps']);
}

/** A clock without an offset, in the zone of its place; without one UTC is assumed and said so. */
function inZone(
  clock: WallClock,
  origin: NonNullable<Taken['capturedAtOrigin']>,
  zone: string | null,
  best: Confidence,
): Taken {
  if (zone === null) {
    return { ...taken(asUtc(clock), origin, clock, 'low', ['no_zone']), capturedOffset: null };
  }
  const { instant, change } = placeIn(zone, clock);
  if (change === null) return taken(instant, origin, clock, best);
  return taken(instant, origin, clock, 'medium', [change === 'gap' ? 'dst_gap' : 'dst_overlap']);
}

/** What a program wrote: `2021-05-31T08:25:38.12+02:00` and shorter. */
function fromText(
  text: string | null,
  origin: 'xmp' | 'iptc',
  zone: string | null,
  now: number,
): Taken | null {
  const match =
    /^\s*(\d{4}[-:/]\d\d[-:/]\d\d[ T]+\d\d?:\d\d(?::\d\d)?)(?:\.(\d+))?\s*(Z|[+-]\d\d:?\d\d)?/.exec(
      text ?? '',
    );
  if (match === null) return null;
  const [, digits = '', fraction = '', behind] = match;
  const clock = parseClock(/:\d\d:\d\d$/.test(digits) ? digits : `${digits}:00`, fraction);
  if (clock === null || !isPlausible(asUtc(clock), now)) return null;
  const offset = behind === undefined ? null : parseOffset(behind);
  if (offset !== null) return taken(asUtc(clock) - offset, origin, clock, 'medium');
  return inZone(clock, origin, zone, 'medium');
}

function fromName(fileName: string, zone: string | null, now: number): Taken | null {
  const named = timeInName(fileName);
  if (named !== null && isPlausible(asUtc(named.clock), now)) {
    if (named.isUtc) return taken(asUtc(named.clock), 'file-name', null, 'medium');
    return inZone(named.clock, 'file-name', zone, 'medium');
  }
  const day = dayInName(fileName);
  if (day === null || !isPlausible(asUtc(day), now)) return null;
  const placed = inZone(day, 'file-name', zone, 'low');
  return { ...placed, capturedConfidence: 'low', capturedFlags: ['date_only', ...placed.capturedFlags] };
}

function fromModified(modifiedAt: string | null, now: number): Taken | null {
  const instant = modifiedAt === null ? Number.NaN : Date.parse(modifiedAt);
  return isPlausible(instant, now) ? taken(instant, 'modified', null, 'low') : null;
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
  confidence: Confidence,
  flags: CapturedFlag[] = [],
): Taken {
  return {
    capturedAt: new Date(instant).toISOString(),
    capturedAtOrigin: origin,
    capturedLocal: clock === null ? null : written(clock),
    capturedOffset: clock === null ? null : Math.round((asUtc(clock) - instant) / MINUTE_MS),
    capturedConfidence: confidence,
    capturedFlags: flags,
  };
}
