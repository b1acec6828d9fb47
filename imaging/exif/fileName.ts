import type { WallClock } from '../../domain/zone.ts';
import { clockOf } from './clock.ts';

/**
 * Date and time in one go: `IMG_20210531_082538`, `PXL_20210531_082538123`, `2021-05-31 08.25.38`,
 * `Station__Cam__2021-05-31__08-25-38(1)`, `Cam_00_20210531082538`, `…_20210531082538123_…`,
 * `Screenshot 2021-05-31 at 08.25.38`, `WIN_20210531_08_25_38_Pro`, `2021-05-31T08-25-38Z`.
 */
const STAMP =
  /(?<!\d)((?:19|20)\d\d)([-_.: ]?)(\d\d)\2(\d\d)(?:[-_T. ]{0,2}|[ _]at[ _])(\d\d)([-_.:h ]?)(\d\d)[-_.:m ]?(\d\d)([._]?\d{3})?(Z)?(?!\d)/i;

/** Agouti renames on import: `20200709131425-RCNX0001.JPG` tells when the file was imported, not taken. */
const IMPORT_STAMP = /^\d{14}-[^\d]/;

/** Pixel phones name their pictures in UTC, whatever the place. */
const UTC_NAMES = /^(?:PXL_|MVIMG_PXL_)/i;

/** WhatsApp leaves the day and a running number: `IMG-20210531-WA0001.jpg`. */
const DAY = /^(?:IMG|VID)-((?:19|20)\d\d)(\d\d)(\d\d)-WA\d+/i;

export interface NamedTime {
  clock: WallClock;
  isUtc: boolean;
}

/** The day that a file's name tells where it tells no time, as its first second. */
export function dayInName(fileName: string): WallClock | null {
  const match = DAY.exec(fileName);
  return match === null ? null : clockOf([...match.slice(1, 4), '0', '0', '0']);
}

/** The time that a camera, a phone or a trap manager wrote into the file's name. */
export function timeInName(fileName: string): NamedTime | null {
  if (IMPORT_STAMP.test(fileName)) return null;
  const match = STAMP.exec(fileName);
  if (match === null) return null;
  const [, year, , month, day, hour, , minute, second, milliseconds, zulu] = match;
  const digits = [year, month, day, hour, minute, second].map((text) => text ?? '');
  const clock = clockOf(digits, milliseconds?.replace(/\D/g, '') ?? '');
  return clock === null ? null : { clock, isUtc: zulu !== undefined || UTC_NAMES.test(fileName) };
}
