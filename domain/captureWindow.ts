import { sunAt, sunTimes } from './sun.ts';
import { placeIn, readIn } from './zone.ts';

const MINUTE_MS = 60_000;
const HALF_DAY_MS = 720 * MINUTE_MS;

/** An end of a window: a time of the day, or so many minutes after the sun. */
export type WindowEnd = { clock: number } | { sun: 'sunrise' | 'sunset'; offset: number };

/** Furthest from sunrise or sunset, in minutes. */
const MOST_OFFSET = 6 * 60;

/** Where sunrise and sunset are taken to be when it is asked which end of a window is earlier in the day. */
const NOMINAL = { sunrise: 6 * 60, sunset: 18 * 60 } as const;

/** Reads `HH:MM`, `sunrise`, `sunset-00:30`, … `null`: it is none of those. */
export function parseWindowEnd(text: string): WindowEnd | null {
  const match = /^(?:(sunrise|sunset)(?:([+-])(\d{2}):([0-5]\d))?|([01]\d|2[0-3]):([0-5]\d))$/.exec(
    text.trim(),
  );
  if (match === null) return null;
  const [, sun, sign, hours, minutes, hour, minute] = match;
  if (sun !== 'sunrise' && sun !== 'sunset') return { clock: Number(hour) * 60 + Number(minute) };
  const offset = sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  return Math.abs(offset) > MOST_OFFSET ? null : { sun, offset };
}

export function needsSun(end: WindowEnd): boolean {
  return 'sun' in end;
}

export interface WindowPlan {
  from: WindowEnd;
  to: WindowEnd;
  /** ISO 8601: 1 is Monday. */
  days: readonly number[];
  /** IANA. */
  timezone: string;
  /** Needed for the sun only. */
  position: { latitude: number; longitude: number } | null;
}

/** A window and its camera as their rows say. @returns `null`: an end cannot be read */
export function planOf(
  window: { fromSpec: string; toSpec: string; days: readonly number[] },
  camera: { timezone: string | null; latitude: number | null; longitude: number | null },
): WindowPlan | null {
  const [from, to] = [parseWindowEnd(window.fromSpec), parseWindowEnd(window.toSpec)];
  if (from === null || to === null) return null;
  const { latitude, longitude } = camera;
  return {
    from,
    to,
    days: window.days,
    timezone: camera.timezone ?? 'UTC',
    position: latitude === null || longitude === null ? null : { latitude, longitude },
  };
}

const DAY_MS = 2 * HALF_DAY_MS;

/** `YYYY-MM-DD` of another day. */
function shifted(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** When the sun is highest there, to a quarter of an hour. */
function meanNoon(date: string, longitude: number): number {
  return Date.parse(`${date}T00:00:00Z`) + (720 - 4 * longitude) * MINUTE_MS;
}

/** What the sun calls a day of the calendar: near the date line some islands call it by the name of the one before. */
function sunDate(date: string, timezone: string, longitude: number): string {
  const called = dayOf(new Date(meanNoon(date, longitude)), timezone);
  return called === date ? date : shifted(date, called < date ? 1 : -1);
}

/**
 * Where the sun does not rise or does not set, days are as short or as long as they can be: in polar night both are at
 * noon, in polar day half a day from it. So from sunrise to sunset is never or always there, and from sunset to sunrise
 * the other way round.
 */
function sunEvent(
  date: string,
  which: 'sunrise' | 'sunset',
  at: { latitude: number; longitude: number },
): number {
  const day = sunTimes(date, at.latitude, at.longitude);
  if (day.kind === 'day') return day[which].getTime();
  const mean = meanNoon(date, at.longitude);
  const noon = mean - sunAt(mean).equationOfTime * MINUTE_MS;
  if (day.kind === 'polar_night') return noon;
  return noon + (which === 'sunrise' ? -HALF_DAY_MS : HALF_DAY_MS);
}

/** @returns `null`: the position is not known */
function instantOf(end: WindowEnd, date: string, { timezone, position }: WindowPlan): number | null {
  if ('sun' in end) {
    if (position === null) return null;
    const day = sunDate(date, timezone, position.longitude);
    return sunEvent(day, end.sun, position) + end.offset * MINUTE_MS;
  }
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const hour = Math.floor(end.clock / 60);
  return placeIn(timezone, { year, month, day, hour, minute: end.clock % 60, second: 0, millisecond: 0 })
    .instant;
}

const nominal = (end: WindowEnd): number => ('sun' in end ? NOMINAL[end.sun] + end.offset : end.clock);

/**
 * A window whose end is earlier in the day than its beginning goes over midnight, sunrise counted as 06:00 and sunset as
 * 18:00; so does one of two equal times of the clock, which is all day long.
 */
function goesOverMidnight({ from, to }: WindowPlan): boolean {
  if ('clock' in from && 'clock' in to) return to.clock <= from.clock;
  return nominal(to) < nominal(from);
}

/** What a window is too short for to be one: sunset of a polar day is some seconds before the next sunrise, or after. */
const LEAST_MS = MINUTE_MS;

/** The day as it is called at the camera. */
export function dayOf(at: Date, timezone: string): string {
  const { year, month, day } = readIn(timezone, at.getTime());
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}

/**
 * When a window that begins on this day is open. `null`: not on this day of the week, not at this time of the year, or
 * nobody knows where the camera is.
 *
 * @param date `YYYY-MM-DD`
 */
export function planDay(plan: WindowPlan, date: string): { from: Date; to: Date } | null {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
  if (!plan.days.includes(weekday)) return null;
  const from = instantOf(plan.from, date, plan);
  const to = instantOf(plan.to, goesOverMidnight(plan) ? shifted(date, 1) : date, plan);
  if (from === null || to === null || to - from < LEAST_MS) return null;
  return { from: new Date(from), to: new Date(to) };
}
