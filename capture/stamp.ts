import { ASCII, BYTE, type Entry, LONG, RATIONAL, SHORT, UNDEFINED, writeTiff } from './tiff.ts';

/** What a frame says of itself, wherever it is taken. */
export interface Stamp {
  /** UUID of the frame: two frames of a scene in which nothing moves are two pictures. */
  frameId: string;
  capturedAt: Date;
  /** IANA zone of the camera; `null`, or one that nobody knows: UTC. */
  timezone: string | null;
  camera: { id: string; name: string };
  /** WGS 84 decimal degrees. */
  position: { latitude: number; longitude: number } | null;
  width: number;
  height: number;
}

const SOI = 0xffd8;
const APP1 = 0xffe1;
const EXIF = Buffer.from('Exif\0\0', 'latin1');
/** Of a camera's name, in bytes; longer ones would not help anybody to tell it from others. */
const MAX_MODEL = 200;

const zones = new Map<string, Intl.DateTimeFormat | null>();

function formatterOf(zone: string): Intl.DateTimeFormat | null {
  let formatter = zones.get(zone);
  if (formatter === undefined) {
    try {
      formatter = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    } catch {
      formatter = null;
    }
    zones.set(zone, formatter);
  }
  return formatter;
}

/** What clocks in the zone show minus UTC, as EXIF writes it: `+02:00`. */
function offsetIn(zone: string | null, at: Date): string {
  const parts = zone === null ? [] : (formatterOf(zone)?.formatToParts(at) ?? []);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return /^GMT([+-]\d\d:\d\d)$/.exec(name)?.[1] ?? '+00:00';
}

/** When it was captured, as the clock on the camera's wall shows it. */
function clockOf(at: Date, offset: string): { digits: string; milliseconds: string } {
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  const ahead = (hours * 60 + minutes) * 60_000 * (offset.startsWith('-') ? -1 : 1);
  const text = new Date(at.getTime() + ahead).toISOString();
  return {
    digits: `${text.slice(0, 10).replaceAll('-', ':')} ${text.slice(11, 19)}`,
    milliseconds: text.slice(20, 23),
  };
}

/** A name in UTF-8, cut between two characters. */
function short(text: string): Buffer {
  let cut = text;
  while (Buffer.byteLength(cut) > MAX_MODEL) cut = Array.from(cut).slice(0, -1).join('');
  return Buffer.from(cut);
}

const ascii = (tag: number, text: string | Buffer): Entry => ({
  tag,
  type: ASCII,
  value: Buffer.concat([Buffer.from(text), Buffer.from([0])]),
});

/** Degrees, minutes and seconds, to a third of a centimetre. */
function sexagesimal(degrees: number): [number, number][] {
  const parts = Math.round(Math.abs(degrees) * 3_600 * 10_000);
  return [
    [Math.floor(parts / 36_000_000), 1],
    [Math.floor(parts / 600_000) % 60, 1],
    [parts % 600_000, 10_000],
  ];
}

function gpsOf({ latitude, longitude }: { latitude: number; longitude: number }): Entry[] {
  return [
    { tag: 0x00, type: BYTE, value: Buffer.from([2, 3, 0, 0]) },
    ascii(0x01, latitude < 0 ? 'S' : 'N'),
    { tag: 0x02, type: RATIONAL, value: sexagesimal(latitude) },
    ascii(0x03, longitude < 0 ? 'W' : 'E'),
    { tag: 0x04, type: RATIONAL, value: sexagesimal(longitude) },
    ascii(0x12, 'WGS-84'),
  ];
}

/** EXIF 2.32 (CIPA DC-008), as an APP1 segment. */
function segmentOf(stamp: Stamp): Buffer {
  const offset = offsetIn(stamp.timezone, stamp.capturedAt);
  const { digits, milliseconds } = clockOf(stamp.capturedAt, offset);
  const image = [ascii(0x010f, 'Tributary'), ascii(0x0110, short(stamp.camera.name))];
  const exif: Entry[] = [
    { tag: 0x9000, type: UNDEFINED, value: Buffer.from('0232') },
    ascii(0x9003, digits),
    ascii(0x9011, offset),
    ascii(0x9291, milliseconds),
    { tag: 0xa002, type: stamp.width > 65_535 ? LONG : SHORT, value: stamp.width },
    { tag: 0xa003, type: stamp.height > 65_535 ? LONG : SHORT, value: stamp.height },
    ascii(0xa420, stamp.frameId.replaceAll('-', '')),
    ascii(0xa431, stamp.camera.id),
  ];
  const tiff = writeTiff(image, [
    { tag: 0x8769, entries: exif },
    ...(stamp.position === null ? [] : [{ tag: 0x8825, entries: gpsOf(stamp.position) }]),
  ]);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(APP1, 0);
  head.writeUInt16BE(2 + EXIF.length + tiff.length, 2);
  return Buffer.concat([head, EXIF, tiff]);
}

/** The segments of a JPEG without EXIF that its decoder may have passed on from the camera, whose clock is not ours. */
function withoutExif(jpeg: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let at = 2;
  while (at + 4 <= jpeg.length) {
    const marker = jpeg.readUInt16BE(at);
    // Of the segments before the picture all have a length.
    if (marker < 0xffe0 || marker > 0xffef) break;
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    const isExif = marker === APP1 && jpeg.subarray(at + 4, at + 4 + EXIF.length).equals(EXIF);
    if (!isExif) parts.push(jpeg.subarray(at, end));
    at = end;
  }
  return [...parts, jpeg.subarray(at)];
}

/**
 * Writes into a JPEG where, when and by which camera it was captured. Its picture stays as it is, byte for byte.
 * @throws RangeError when it is no JPEG
 */
export function stampFrame(jpeg: Buffer, stamp: Stamp): Buffer {
  if (jpeg.length < 4 || jpeg.readUInt16BE(0) !== SOI) throw new RangeError('A frame is a JPEG.');
  return Buffer.concat([jpeg.subarray(0, 2), segmentOf(stamp), ...withoutExif(jpeg)]);
}

/** What a frame is called: safe wherever files have names, and in order of time for each camera. */
export function frameName(cameraKey: string, capturedAt: Date): string {
  const key = cameraKey.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+/, '');
  const time = capturedAt.toISOString().replaceAll(/[-:]/g, '').replace('.', '');
  return `${key.slice(0, 100) || 'camera'}_${time}.jpg`;
}
