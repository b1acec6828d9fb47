/**
 * Sunrise and sunset by the algorithm of NOAA's solar calculator (gml.noaa.gov/grad/solcalc), which follows Meeus,
 * Astronomical Algorithms, 2nd edition, chapters 25 and 28. Good to a minute between the polar circles; beyond 72° of
 * latitude refraction makes it ten.
 */

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
/** 2000-01-01 12:00 UTC, the epoch of the formulas. */
const J2000_MS = 946_728_000_000;
/** Zenith at which the upper edge of the sun is seen at the horizon: 34' of refraction, 16' of radius. */
const ZENITH = 90.833;

const rad = (degrees: number) => (degrees * Math.PI) / 180;
const deg = (radians: number) => (radians * 180) / Math.PI;
const sin = (degrees: number) => Math.sin(rad(degrees));
const cos = (degrees: number) => Math.cos(rad(degrees));

export interface SunPosition {
  /** Degrees north of the equator. */
  declination: number;
  /** Minutes that a sundial is ahead of a clock. */
  equationOfTime: number;
}

/** @param ms since 1970, UTC */
export function sunAt(ms: number): SunPosition {
  const t = (ms - J2000_MS) / DAY_MS / 36_525;
  const longitude = 280.46646 + t * (36_000.76983 + t * 0.0003032);
  const anomaly = 357.52911 + t * (35_999.05029 - t * 0.0001537);
  const eccentricity = 0.016708634 - t * (0.000042037 + t * 0.0000001267);
  const center =
    sin(anomaly) * (1.914602 - t * (0.004817 + t * 0.000014)) +
    sin(2 * anomaly) * (0.019993 - t * 0.000101) +
    sin(3 * anomaly) * 0.000289;
  const node = 125.04 - 1_934.136 * t;
  const apparent = longitude + center - 0.00569 - 0.00478 * sin(node);
  const seconds = 21.448 - t * (46.815 + t * (0.00059 - t * 0.001813));
  const obliquity = 23 + (26 + seconds / 60) / 60 + 0.00256 * cos(node);
  const y = Math.tan(rad(obliquity / 2)) ** 2;
  const equation =
    y * sin(2 * longitude) -
    2 * eccentricity * sin(anomaly) +
    4 * eccentricity * y * sin(anomaly) * cos(2 * longitude) -
    0.5 * y * y * sin(4 * longitude) -
    1.25 * eccentricity * eccentricity * sin(2 * anomaly);
  return { declination: deg(Math.asin(sin(obliquity) * sin(apparent))), equationOfTime: 4 * deg(equation) };
}

export type SunDay =
  | { kind: 'day'; sunrise: Date; sunset: Date }
  /** The sun does not set, or does not rise. */
  | { kind: 'polar_day' | 'polar_night' };

/**
 * Sunrise and sunset around one noon.
 *
 * @param date `YYYY-MM-DD`, the day as it is called at that place by the sun; either time may fall on another date in UTC
 * @param latitude degrees, north is positive
 * @param longitude degrees, east is positive
 * @throws RangeError
 */
export function sunTimes(date: string, latitude: number, longitude: number): SunDay {
  const midnight = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(midnight)) throw new RangeError('A date is written as in 2026-03-20.');
  if (!(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180))
    throw new RangeError('There is no such place.');
  const noonAt = (sun: SunPosition) => midnight + (720 - 4 * longitude - sun.equationOfTime) * MINUTE_MS;
  const noon = noonAt(sunAt(midnight + (720 - 4 * longitude) * MINUTE_MS));

  /** Cosine of the hour angle: beyond ±1 the horizon is never crossed. */
  const crossing = ({ declination }: SunPosition) =>
    (cos(ZENITH) - sin(latitude) * sin(declination)) / (cos(latitude) * cos(declination));
  /** The sun moves on until then, so the event is found in a few steps. */
  const event = (side: 1 | -1): Date => {
    let at = noon;
    for (let step = 0; step < 5; step += 1) {
      const sun = sunAt(at);
      const angle = deg(Math.acos(Math.min(1, Math.max(-1, crossing(sun)))));
      at = noonAt(sun) + side * 4 * angle * MINUTE_MS;
    }
    return new Date(at);
  };
  const atNoon = crossing(sunAt(noon));
  if (atNoon < -1) return { kind: 'polar_day' };
  if (atNoon > 1) return { kind: 'polar_night' };
  return { kind: 'day', sunrise: event(-1), sunset: event(1) };
}

/** Whether the sun is up, for capture windows. */
export function isSunUp(at: Date, latitude: number, longitude: number): boolean {
  const { declination, equationOfTime } = sunAt(at.getTime());
  const minutes = (at.getTime() % DAY_MS) / MINUTE_MS + equationOfTime + 4 * longitude;
  const hourAngle = minutes / 4 - 180;
  return sin(latitude) * sin(declination) + cos(latitude) * cos(declination) * cos(hourAngle) > cos(ZENITH);
}
