import sharp, { type Sharp } from 'sharp';

/** A picture in which every corner, edge and direction looks different, so that no turn of it goes unnoticed. */
export function scenery(width: number, height: number): Sharp {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3;
      const wave = Math.sin((x * 9) / width) * Math.cos((y * 7) / height + (x * 3) / width);
      data[at] = clamp(40 + (190 * x) / width + 20 * wave);
      data[at + 1] = clamp(50 + (150 * y) / height + 40 * wave);
      data[at + 2] = clamp(200 - (120 * (x + y)) / (width + height) + 30 * wave);
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}

/** With little loss, and fast: a `quality` would make sharp write PNG with a palette. */
export function encoded(picture: Sharp, format: 'jpeg' | 'png' | 'webp' | 'tiff' | 'gif' | 'avif'): Sharp {
  if (format === 'png') return picture.png({ compressionLevel: 1 });
  return format === 'gif'
    ? picture.gif()
    : picture.toFormat(format, format === 'webp' ? { quality: 95, effort: 0 } : { quality: 95 });
}

export interface Raw {
  data: Buffer;
  width: number;
  height: number;
  channels: number;
}

export async function rawOf(picture: Sharp): Promise<Raw> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

/** Peak signal to noise in dB; `Infinity` for the same pixels. */
export function psnr(a: Raw, b: Raw): number {
  if (a.width !== b.width || a.height !== b.height || a.channels !== b.channels) {
    throw new Error(`${a.width}×${a.height}×${a.channels} is not ${b.width}×${b.height}×${b.channels}`);
  }
  let sum = 0;
  for (let i = 0; i < a.data.length; i += 1) sum += (a.data[i]! - b.data[i]!) ** 2;
  return 10 * Math.log10((255 ** 2 * a.data.length) / sum);
}

/** Mean structural similarity of luma over 8 × 8 blocks, one every four pixels. */
export function ssim(a: Raw, b: Raw): number {
  const luma = ({ data, width, height, channels }: Raw) =>
    Float64Array.from({ length: width * height }, (_, i) => {
      const at = i * channels;
      return 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
    });
  const [left, right] = [luma(a), luma(b)];
  let total = 0;
  let blocks = 0;
  for (let y = 0; y + 8 <= a.height; y += 4) {
    for (let x = 0; x + 8 <= a.width; x += 4) {
      let [sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0];
      for (let dy = 0; dy < 8; dy += 1) {
        for (let dx = 0; dx < 8; dx += 1) {
          const at = (y + dy) * a.width + x + dx;
          const [va, vb] = [left[at]!, right[at]!];
          sumA += va;
          sumB += vb;
          squareA += va * va;
          squareB += vb * vb;
          product += va * vb;
        }
      }
      const [meanA, meanB] = [sumA / 64, sumB / 64];
      const [varA, varB] = [squareA / 64 - meanA ** 2, squareB / 64 - meanB ** 2];
      const covariance = product / 64 - meanA * meanB;
      const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
      total +=
        ((2 * meanA * meanB + c1) * (2 * covariance + c2)) /
        ((meanA ** 2 + meanB ** 2 + c1) * (varA + varB + c2));
      blocks += 1;
    }
  }
  return total / blocks;
}

/** Mean CIE76 colour difference between two sRGB pictures, of one pixel in 31. 1 is just noticeable. */
export function colourDifference(a: Raw, b: Raw): number {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < a.data.length; at += 3 * 31) {
    const [la, lb] = [lab(a.data, at), lab(b.data, at)];
    sum += Math.hypot(la[0] - lb[0], la[1] - lb[1], la[2] - lb[2]);
    count += 1;
  }
  return sum / count;
}

function lab(data: Buffer, at: number): [number, number, number] {
  const [r, g, b] = [0, 1, 2].map((i) => {
    const value = data[at + i]! / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** A `RGB ` or `GRAY` display profile of ICC version 2 with a plain gamma. */
export function gammaProfile(gamma: number, colorants: number[][] | null): Buffer {
  const s15 = (value: number) => int32(Math.round(value * 65_536));
  const xyz = (values: number[]) => Buffer.concat([Buffer.from('XYZ \0\0\0\0'), ...values.map(s15)]);
  const curve = Buffer.concat([
    Buffer.from('curv\0\0\0\0'),
    int32(1),
    Buffer.from([gamma, (gamma % 1) * 256]),
    Buffer.alloc(2),
  ]);
  const tags: [string, Buffer][] = [['wtpt', xyz([0.9642, 1, 0.8249])]];
  if (colorants === null) tags.push(['kTRC', curve]);
  for (const [i, channel] of colorants === null ? [] : ['r', 'g', 'b'].entries()) {
    tags.push([`${channel}XYZ`, xyz(colorants![i]!)], [`${channel}TRC`, curve]);
  }
  const header = Buffer.alloc(128);
  header.writeUInt32BE(0x0210_0000, 8);
  header.write(`mntr${colorants === null ? 'GRAY' : 'RGB '}XYZ `, 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  Buffer.concat([s15(0.9642), s15(1), s15(0.8249)]).copy(header, 68);
  let at = 132 + 12 * tags.length;
  const table = tags.map(([name, data]) => {
    const entry = Buffer.concat([Buffer.from(name), int32(at), int32(data.length)]);
    at += data.length;
    return entry;
  });
  const icc = Buffer.concat([header, int32(tags.length), ...table, ...tags.map(([, data]) => data)]);
  icc.writeUInt32BE(icc.length, 0);
  return icc;
}

/** Adobe RGB (1998), colorants adapted to D50. */
export const ADOBE_RGB = gammaProfile(2.199_218_75, [
  [0.6097, 0.3111, 0.0195],
  [0.2053, 0.6257, 0.0609],
  [0.1492, 0.0632, 0.7446],
]);

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
