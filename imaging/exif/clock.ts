import { asUtc, type WallClock } from '../../domain/zone.ts';

const FIRST_YEAR = 1980;
/** No camera wrote EXIF before; clocks that lost their power begin again in 1970 or 1980. */
const FIRST_PLAUSIBLE_YEAR = 1990;
const AHEAD_MS = 86_400_000;

/** Reads `YYYY:MM:DD HH:MM:SS` of EXIF, and the spellings with dashes, slashes or a `T` that programs write. */
export function parseClock(text: string, subSeconds = ''): WallClock | null {
  const match = /^\s*(\d{4})[:/.-](\d\d?)[:/.-](\d\d?)[ T]+(\d\d?):(\d\d):(\d\d)/.exec(text);
  return match === null ? null : clockOf(match.slice(1, 7), subSeconds);
}

/** @param digits year, month, day, hour, minute, second. @returns `null` when no calendar has that moment. */
export function clockOf(digits: readonly string[], subSeconds = ''): WallClock | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = digits.map(Number);
  const fraction = /^\d+/.exec(subSeconds.trim())?.[0] ?? '';
  const millisecond = Math.floor(Number(`0.${fraction || '0'}`) * 1000);
  const clock = { year, month, day, hour, minute, second, millisecond };
  const back = new Date(asUtc(clock));
  const exists =
    back.getUTCFullYear() === year &&
    back.getUTCMonth() === month - 1 &&
    back.getUTCDate() === day &&
    back.getUTCHours() === hour &&
    back.getUTCMinutes() === minute &&
    back.getUTCSeconds() === second;
  return exists && year >= FIRST_YEAR ? clock : null;
}

/** Clocks that were never set show 1970 or a far future; neither is when a picture was taken. */
export function isPlausible(instant: number, now: number): boolean {
  return instant >= Date.UTC(FIRST_PLAUSIBLE_YEAR, 0, 1) - AHEAD_MS && instant <= now + AHEAD_MS;
}

/** Whether a clock shows a year, and one that its camera cannot have seen. */
export function isSuspect(text: string, now: number): boolean {
  const year = Number(/^\s*(\d{4})[:/.-]/.exec(text)?.[1] ?? 0);
  if (year === 0) return false;
  if (year < FIRST_PLAUSIBLE_YEAR) return true;
  const clock = parseClock(text);
  return clock !== null && asUtc(clock) > now + AHEAD_MS;
}

/** `+02:00`, `-0330`, `Z` as milliseconds; `null` for anything else. UTC-12 to UTC+14 are all there are. */
export function parseOffset(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === 'Z') return 0;
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(trimmed);
  if (match === null) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  if (Number(match[3]) > 59 || minutes > 14 * 60) return null;
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}

/** `2021-05-31T08:25:38`: the digits and nothing else. */
export function written(clock: WallClock): string {
  return new Date(asUtc(clock)).toISOString().slice(0, 19);
}
