import type { ListingEntry } from './listing.ts';

/** What a row of a listing says of its entry beside the link. */
export type RowFacts = Pick<ListingEntry, 'size' | 'sizeExact' | 'modifiedAt' | 'mtimePrecision'>;

export const NO_FACTS: RowFacts = { size: null, sizeExact: false, modifiedAt: null, mtimePrecision: null };

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const UNITS = 'KMGTPE';

/** nginx, Apache 2.2: `31-May-2021 08:25   123456`, with an optional description. */
const DAY_FIRST =
  /^(?<d>\d{2})-(?<mon>[A-Z][a-z]{2})-(?<y>\d{4}) (?<h>\d{2}):(?<mi>\d{2}) (?<size>\d{1,16}(?:\.\d)?[KMGTPE]?|-)(?: |$)/;
/** Apache 2.4: `2021-05-31 08:25  121K`, with an optional description. */
const ISO_LIKE =
  /^(?<y>\d{4})-(?<mo>\d{2})-(?<d>\d{2}) (?<h>\d{2}):(?<mi>\d{2}) (?<size>\d{1,16}(?:\.\d)?[KMGTPE]?|-)(?: |$)/;
/** lighttpd: `2021-May-31 08:25:38 120.5K image/jpeg`. */
const LIGHTTPD =
  /^(?<y>\d{4})-(?<mon>[A-Z][a-z]{2})-(?<d>\d{2}) (?<h>\d{2}):(?<mi>\d{2}):(?<s>\d{2}) (?<size>\d{1,16}(?:\.\d)?[BKMGTPE]|-)(?: |$)/;
/** IIS, in front of the link: `6/12/2014  3:25 AM   123456`. Its day-first locales cannot be told apart, so the time is a hint. */
const IIS =
  /^(?<mo>\d{1,2})\/(?<d>\d{1,2})\/(?<y>\d{4}) (?<h>\d{1,2}):(?<mi>\d{2}) (?<half>[AP]M) (?<size>\d{1,16}|<dir>)$/;

/** Longest text that is looked at, so that a pattern costs the same whatever a page holds. */
const MAX_ROW = 200;

export function squeeze(text: string): string {
  return text
    .slice(0, MAX_ROW)
    .replace(/[\s\u00a0]+/g, ' ')
    .trim();
}

/** The form a row can have, by the places of its dashes; trying all of them on 100,000 rows costs. */
function formOf(tail: string): RegExp | null {
  if (tail[2] === '-') return DAY_FIRST;
  if (tail[4] !== '-') return null;
  return tail[7] === '-' ? ISO_LIKE : LIGHTTPD;
}

/** @param after text behind the link; @param before text in front of it, on the same line. */
export function rowFacts(after: string, before: string): RowFacts {
  const tail = squeeze(after);
  const match = formOf(tail)?.exec(tail) ?? (before === '' ? null : IIS.exec(squeeze(before)));
  if (!match?.groups) return NO_FACTS;
  const { y, mo, mon, d, h, mi, s, half, size = '-' } = match.groups;
  const month = mon === undefined ? Number(mo) - 1 : MONTHS.indexOf(mon.toLowerCase());
  const hour = half === undefined ? Number(h) : (Number(h) % 12) + (half === 'PM' ? 12 : 0);
  const modifiedAt = utc(Number(y), month, Number(d), hour, Number(mi), Number(s ?? 0));
  const bytes = bytesOf(size);
  return {
    size: bytes,
    // A bare number is exact in all these servers; one with a unit is rounded.
    sizeExact: bytes !== null && Number.isSafeInteger(bytes) && !/\D/.test(size),
    modifiedAt,
    mtimePrecision: modifiedAt === null ? null : s === undefined ? 'minute' : 'second',
  };
}

function utc(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): Date | null {
  const date = new Date(Date.UTC(year, month, day, hour, minute, second));
  // Date.UTC rolls 31 April over to 1 May.
  return date.getUTCMonth() === month && date.getUTCDate() === day && hour < 24 ? date : null;
}

function bytesOf(text: string): number | null {
  const number = Number.parseFloat(text);
  if (Number.isNaN(number)) return null;
  return Math.round(number * 1024 ** (UNITS.indexOf(text.at(-1) ?? '') + 1));
}
