import { FileType, parseList } from 'basic-ftp';
import type { FtpLine } from './line.ts';

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const DAY_MS = 86_400_000;

/** Zone-less times are read as UTC: right for most servers, and the same every time for all. */
function utc(year: number, month: number, day: number, hour = 0, minute = 0): Date | null {
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute));
  const fits = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60;
  return fits ? date : null;
}

/**
 * The times that LIST shows: `May 31 2021`, `Nov 20 12:34` (of the last twelve months), `2021-05-31 08:25`,
 * `05-31-21 08:25AM`. There is no standard for them (RFC 959 leaves the form of a listing open), so anything else is
 * `null`.
 *
 * @param now milliseconds since 1970
 */
export function parseListTime(text: string, now: number): Date | null {
  const unix = /^([a-z]{3})[a-z]* +(\d{1,2}) +(?:(\d{4})|(\d{1,2}):(\d{2}))$/i.exec(text);
  if (unix) {
    const month = MONTHS.indexOf(unix[1]?.toLowerCase() ?? '') + 1;
    if (month === 0) return null;
    if (unix[3]) return utc(Number(unix[3]), month, Number(unix[2]));
    const inYear = (year: number) => utc(year, month, Number(unix[2]), Number(unix[4]), Number(unix[5]));
    const year = new Date(now).getUTCFullYear();
    const found = [year + 1, year, year - 1]
      .map(inYear)
      // A server's clock, or its zone, may be a day ahead of ours.
      .find((date) => date !== null && date.getTime() <= now + DAY_MS);
    return found ?? null;
  }
  const iso = /^(\d{4})[-/](\d{2})[-/](\d{2}) (\d{1,2}):(\d{2})$/.exec(text);
  if (iso) {
    const [year = 0, month = 0, ...others] = iso.slice(1).map(Number);
    return utc(year, month, others[0] ?? 0, others[1], others[2]);
  }
  const dos = /^(\d{2})-(\d{2})-(\d{2}|\d{4}) (\d{1,2}):(\d{2})([AP]M)?$/i.exec(text);
  if (dos) {
    const short = Number(dos[3]);
    const year = dos[3]?.length === 4 ? short : short + (short < 70 ? 2_000 : 1_900);
    const hour = Number(dos[4]);
    const half = dos[6]?.toUpperCase();
    const in24 = half === undefined ? hour : (hour % 12) + (half === 'PM' ? 12 : 0);
    return utc(year, Number(dos[1]), Number(dos[2]), in24, Number(dos[5]));
  }
  return null;
}

/**
 * A line of LIST, as `ls -l` or as DOS writes it. Its time is a hint, to the minute at best, and only to the day once a
 * file is half a year old: then its version changes once, and it is looked at again.
 *
 * @returns `null`: no entry, or in no known form
 */
export function parseListLine(line: string, now: number): FtpLine | null {
  // The parser takes any line that begins with a space for one of MLSD.
  if (/^\s/.test(line)) return null;
  let file: ReturnType<typeof parseList>[number] | undefined;
  try {
    [file] = parseList(line);
  } catch {
    return null;
  }
  // Devices have two numbers where others have a size.
  if (file === undefined || file.name === '' || /^[bcps]/.test(line)) return null;
  const kinds = {
    [FileType.File]: 'file',
    [FileType.Directory]: 'directory',
    [FileType.SymbolicLink]: 'link',
  } as const;
  if (file.type === FileType.Unknown) return null;
  const modifiedAt = parseListTime(file.rawModifiedAt.replace(/\s+/g, ' '), now);
  return {
    name: file.name,
    kind: kinds[file.type],
    target: file.link ?? null,
    size: Number.isSafeInteger(file.size) ? file.size : null,
    modifiedAt,
    changed: modifiedAt === null ? file.rawModifiedAt.slice(0, 32) : modifiedAt.toISOString().slice(0, 16),
  };
}
