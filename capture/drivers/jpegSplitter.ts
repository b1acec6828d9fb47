import { Failure } from '../../domain/failures.ts';

export interface SplitJpeg {
  bytes: Buffer;
  width: number;
  height: number;
}

export interface JpegSplitter {
  /**
   * Takes what a pipe brought.
   * @returns the pictures that are complete now
   * @throws Failure `bad_response` when it is no sequence of JPEGs
   */
  read(chunk: Buffer): SplitJpeg[];
}

/** No picture of a camera is larger: 8K at the best quality has some 20 MB. */
const MAX_JPEG = 48 * 2 ** 20;

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;

const broken = (what: string) =>
  new Failure('bad_response', `The decoder's pictures cannot be read: ${what}.`);

/** ITU-T T.81 table B.1: start of frame, all kinds of it. */
const isFrameHeader = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

const hasNoLength = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

/**
 * Cuts JPEGs that follow one another, along their own structure (ITU-T T.81 annex B): segments are skipped by their
 * length, so the end marker of a thumbnail in one of them, or of anything else in there, ends nothing.
 */
export function createJpegSplitter(): JpegSplitter {
  /** Grows by doubling, so that a picture in many small pieces is not copied for each of them. */
  let buffer: Buffer = Buffer.alloc(65_536);
  let have = 0;
  /** Bytes below which there is nothing new to see. */
  let need = 2;
  /** Where the walk stands: at a marker, or inside of entropy-coded data. */
  let at = 0;
  let inScan = false;
  let size = { width: 0, height: 0 };

  function reset(): void {
    at = 0;
    need = 2;
    inScan = false;
    size = { width: 0, height: 0 };
  }

  /** @returns the length of the picture that begins at 0, or `null`: there is more to come */
  function walk(bytes: Buffer): number | null {
    if (bytes.length < 2) return null;
    if (at === 0) {
      if (bytes[0] !== 0xff || bytes[1] !== SOI) throw broken('one begins with something else');
      at = 2;
    }
    for (;;) {
      if (inScan) {
        at = bytes.indexOf(0xff, at);
        if (at < 0) at = bytes.length;
      }
      need = at + 2;
      if (bytes.length < need) return null;
      if (bytes[at] !== 0xff) throw broken('a marker is missing');
      const marker = bytes[at + 1] ?? 0;
      if (marker === 0xff) {
        at += 1;
      } else if (inScan && (marker === 0 || hasNoLength(marker))) {
        at += 2;
      } else if (marker === EOI) {
        return at + 2;
      } else if (marker === SOI || marker === 0) {
        throw broken('one begins inside of another');
      } else if (hasNoLength(marker)) {
        at += 2;
      } else {
        need = at + 4;
        if (bytes.length < need) return null;
        const length = bytes.readUInt16BE(at + 2);
        if (length < 2) throw broken('a segment is too short');
        need = at + 2 + length;
        if (bytes.length < need) return null;
        if (isFrameHeader(marker)) {
          if (length < 8) throw broken('a segment is too short');
          size = { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
        }
        inScan = marker === SOS;
        at = need;
      }
    }
  }

  return {
    read(chunk) {
      if (have + chunk.length > buffer.length) {
        const larger = Buffer.alloc(Math.max(buffer.length * 2, have + chunk.length));
        buffer.copy(larger, 0, 0, have);
        buffer = larger;
      }
      chunk.copy(buffer, have);
      have += chunk.length;
      const pictures: SplitJpeg[] = [];
      while (have >= need) {
        const end = walk(buffer.subarray(0, have));
        if (end === null) break;
        if (size.width === 0 || size.height === 0) throw broken('one has no size');
        pictures.push({ bytes: Buffer.from(buffer.subarray(0, end)), ...size });
        buffer.copyWithin(0, end, have);
        have -= end;
        reset();
      }
      if (have > MAX_JPEG) throw broken('one is too large');
      return pictures;
    },
  };
}
