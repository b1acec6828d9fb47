import ExifReader from 'exifreader';
import type { Descriptive } from '../../domain/facts.ts';
import { bounded } from './bounded.ts';
import { descriptiveOf, NOT_DESCRIBED } from './descriptive.ts';
import { type ClockTags, NO_CLOCK, NO_DATES, type WrittenDates } from './taken.ts';
import { cleanText, namedValues } from './values.ts';

export interface ExifFacts {
  values: Record<string, string | number>;
  clock: ClockTags;
  /** What programs wrote beside the camera's own clock. */
  dates: WrittenDates;
  descriptive: Descriptive;
  make: string | null;
  model: string | null;
  serial: string | null;
  /** WGS 84 decimal degrees. */
  position: { latitude: number; longitude: number } | null;
  /** Metres above the sea. */
  altitude: number | null;
}

const NOTHING: ExifFacts = {
  values: {},
  clock: NO_CLOCK,
  dates: NO_DATES,
  descriptive: NOT_DESCRIBED,
  make: null,
  model: null,
  serial: null,
  position: null,
  altitude: null,
};

/** Takes 1 ms or less for honest files. */
const MAX_MS = 1000;

/** Without the embedded previews and maker notes, which are large, binary, and where parsers break. */
const WANTED = { exif: true, gps: true, iptc: true, xmp: true, icc: true, pngText: true } as const;

/**
 * Reads EXIF, XMP, IPTC and the name of the colour profile. Metadata never decides whether a picture is
 * accepted: damaged or endless metadata reads as none.
 */
export function readExif(bytes: Buffer): ExifFacts {
  try {
    const data = withoutCopy(bytes);
    return bounded(() => factsOf(ExifReader.load(data, { expanded: true, includeTags: WANTED })), MAX_MS);
  } catch {
    return NOTHING;
  }
}

/** ExifReader copies a Buffer as a whole, which costs more than all the rest that it does. */
function withoutCopy(bytes: Buffer): Buffer | ArrayBuffer {
  const { buffer, byteLength } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? buffer : bytes;
}

function factsOf(tags: ExifReader.ExpandedTags): ExifFacts {
  const exif: Record<string, unknown> = { ...tags.exif };
  const text = (name: string): string | null => textOf(exif[name]);
  return {
    values: namedValues({ ...tags }),
    clock: clockTags(text),
    dates: writtenDates({ ...tags.xmp }, { ...tags.iptc }),
    descriptive: descriptiveOf(tags),
    make: text('Make'),
    model: text('Model'),
    serial: serialOf(
      text('BodySerialNumber'),
      textOf({ ...tags.xmp }['SerialNumber']),
      text('CameraSerialNumber'),
    ),
    position: positionOf(tags.gps?.Latitude, tags.gps?.Longitude),
    altitude: altitudeOf(tags.gps?.Altitude),
  };
}

/** Some cameras fill the field with zeroes or blanks. */
function serialOf(...given: (string | null)[]): string | null {
  return given.find((serial) => serial !== null && /[1-9a-z]/i.test(serial)) ?? null;
}

/** From the deepest mine to above all air. */
function altitudeOf(metres: unknown): number | null {
  return typeof metres === 'number' && metres > -5_000 && metres < 100_000 ? metres : null;
}

function writtenDates(xmp: Record<string, unknown>, iptc: Record<string, unknown>): WrittenDates {
  const date = textOf(iptc['Date Created']);
  return {
    xmp:
      ['DateTimeOriginal', 'DateCreated', 'CreateDate'].map((name) => textOf(xmp[name])).find(Boolean) ??
      null,
    iptc: date === null ? null : `${date} ${textOf(iptc['Time Created']) ?? ''}`.trim(),
  };
}

/** Each clock goes with its own fraction and offset; an offset of another clock of the same camera will do. */
function clockTags(text: (name: string) => string | null): ClockTags {
  const offsets = ['OffsetTimeOriginal', 'OffsetTimeDigitized', 'OffsetTime'];
  const clocks = [
    ['DateTimeOriginal', 'SubSecTimeOriginal', 'OffsetTimeOriginal'],
    ['DateTimeDigitized', 'SubSecTimeDigitized', 'OffsetTimeDigitized'],
    ['DateTime', 'SubSecTime', 'OffsetTime'],
  ] as const;
  const found = clocks.find(([name]) => /[1-9]/.test(text(name) ?? ''));
  const offset = [...(found === undefined ? [] : [found[2]]), ...offsets]
    .map(text)
    .find((value) => value !== null);
  return {
    dateTime: found === undefined ? null : text(found[0]),
    subSeconds: found === undefined ? null : text(found[1]),
    offset: offset ?? null,
    gpsDate: text('GPSDateStamp'),
    gpsTime: text('GPSTimeStamp'),
  };
}

function textOf(tag: unknown): string | null {
  if (typeof tag !== 'object' || tag === null || !('description' in tag)) return null;
  return typeof tag.description === 'string' ? cleanText(tag.description) : null;
}

/** Cameras without a fix write zeroes, which is a spot in the Atlantic where no camera trap stands. */
function positionOf(latitude: unknown, longitude: unknown): ExifFacts['position'] {
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return null;
  const inRange = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return inRange && !(latitude === 0 && longitude === 0) ? { latitude, longitude } : null;
}
