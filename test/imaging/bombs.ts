import { deflateSync } from 'node:zlib';
import sharp from 'sharp';

/** Small files that ask for a lot. All are valid, or valid up to the header that asks. */

/** VP8L (RFC 9649 §3): 14-bit sizes in the header; one colour needs no bits per pixel, so any size is valid. */
export async function webpBomb(side: number): Promise<Buffer> {
  const dot = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#246' } })
    .webp({ lossless: true })
    .toBuffer();
  const at = dot.indexOf('VP8L') + 9;
  const bits = dot.readUInt32LE(at);
  dot.writeUInt32LE(((bits & 0xf000_0000) | ((side - 1) << 14) | (side - 1)) >>> 0, at);
  return dot;
}

/** One bit per pixel, all the same, in the seven passes of Adam7 or in one. */
export function pngBomb(side: number, interlaced: boolean): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  header[12] = interlaced ? 1 : 0;
  const passes = interlaced ? ADAM7 : [[0, 0, 1, 1]];
  const rows = passes.reduce((bytes, [x = 0, y = 0, dx = 1, dy = 1]) => {
    const columns = Math.ceil((side - x) / dx);
    return bytes + Math.ceil((side - y) / dy) * (1 + Math.ceil(columns / 8));
  }, 0);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(rows), { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** A progressive JPEG whose frame header claims more than it has. */
export async function jpegBomb(side: number): Promise<Buffer> {
  const small = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#246' } })
    .jpeg({ progressive: true })
    .toBuffer();
  const frame = small.indexOf(Buffer.from([0xff, 0xc2]));
  small.writeUInt16BE(side, frame + 5);
  small.writeUInt16BE(side, frame + 7);
  return small;
}

/** Flat, and small for it, but every pixel is really there. */
export function avifBomb(side: number): Promise<Buffer> {
  return sharp({ create: { width: side, height: side, channels: 3, background: '#246' } })
    .avif({ effort: 0 })
    .toBuffer();
}

/** GIF89a with a great many frames of one pixel. */
export function gifBomb(frames: number): Buffer {
  const header = Buffer.from('GIF89a\x01\x00\x01\x00\x80\x00\x00\x12\x34\x56\xff\xff\xff', 'latin1');
  const frame = Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]);
  return Buffer.concat([header, ...Array.from({ length: frames }, () => frame), Buffer.from([0x3b])]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, crc]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}
