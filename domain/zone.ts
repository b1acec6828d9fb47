/** A reading of a clock on a wall: no zone, no daylight saving, just the digits. `month` counts from 1. */
export interface WallClock {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
}

const HALF_DAY_MS = 12 * 3_600_000;
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Whether this is an IANA zone that the runtime knows. */
export function isZone(zone: string): boolean {
  try {
    formatterOf(zone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

export interface Placed {
  /** Milliseconds since 1970. */
  instant: number;
  /** `gap`: no clock of the zone ever showed this. `overlap`: they showed it twice. */
  change: 'gap' | 'overlap' | null;
}

/**
 * The instant at which clocks in `zone` show this reading. A reading that occurs twice (clocks go back) means the first
 * time; one that never occurs (clocks go forward) is read with the offset from before the change, as a camera that was
 * not told about it would.
 */
export function placeIn(zone: string, clock: WallClock): Placed {
  const reading = asUtc(clock);
  // Zones change at most once within a day, so these are the offsets before and after whatever happens near.
  const before = offsetAt(zone, reading - 2 * HALF_DAY_MS);
  const after = offsetAt(zone, reading + 2 * HALF_DAY_MS);
  const fitting = [before, after].filter((offset) => offsetAt(zone, reading - offset) === offset);
  const change = fitting.length === 0 ? 'gap' : before !== after && fitting.length === 2 ? 'overlap' : null;
  return { instant: reading - (fitting.length === 0 ? before : Math.max(...fitting)), change };
}

/** The reading as if the clock ran on UTC, in milliseconds since 1970. */
export function asUtc({ year, month, day, hour, minute, second, millisecond }: WallClock): number {
  return Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
}

/** What clocks in `zone` show at an instant, to the second. */
export function readIn(zone: string, instant: number): WallClock {
  const parts = formatterOf(zone).formatToParts(instant);
  const read = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value);
  return {
    year: read('year'),
    month: read('month'),
    day: read('day'),
    hour: read('hour'),
    minute: read('minute'),
    second: read('second'),
    millisecond: 0,
  };
}

/** What clocks in `zone` show minus UTC, in milliseconds. */
function offsetAt(zone: string, instant: number): number {
  return asUtc(readIn(zone, instant)) - Math.floor(instant / 1000) * 1000;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}
