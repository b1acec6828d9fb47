import sharp from 'sharp';
import { createRandom } from './random.ts';

/** Wavelengths in pixels: photographs have detail at every scale, less of it the finer it is. */
const COARSE = [800, 400, 200, 100, 50, 24];
const FINE = [12, 6, 3];
/** Coarse waves are added up on a picture this much smaller, which takes a fraction of the time. */
const SHRINK = 4;

type Random = () => number;

/** Smooth noise of one wavelength, one byte a pixel. */
async function noise(width: number, height: number, wave: number, random: Random): Promise<Buffer> {
  const columns = Math.max(2, Math.ceil(width / wave));
  const rows = Math.max(2, Math.ceil(height / wave));
  const grid = Buffer.from(Array.from({ length: columns * rows }, () => random() * 256));
  return sharp(grid, { raw: { width: columns, height: rows, channels: 1 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
}

/** Adds noise of the given wavelengths to brightness around 0, weaker the shorter they are. */
async function addNoise(
  total: Float32Array,
  [width, height]: readonly [number, number],
  waves: readonly number[],
  scale: number,
  random: Random,
): Promise<void> {
  for (const wave of waves) {
    const layer = await noise(width, height, wave / scale, random);
    const strength = 0.62 * (wave / 800) ** 0.38;
    for (let at = 0; at < total.length; at += 1) {
      total[at] = (total[at] ?? 0) + strength * ((layer[at] ?? 0) - 128);
    }
  }
}

/** Brightness around 0: 1/f noise over the whole picture. */
async function detail(width: number, height: number, random: Random): Promise<Float32Array> {
  const small = [Math.ceil(width / SHRINK), Math.ceil(height / SHRINK)] as const;
  const coarse = new Float32Array(small[0] * small[1]);
  await addNoise(coarse, small, COARSE, SHRINK, random);
  const bytes = new Uint8ClampedArray(coarse.map((value) => value / 2 + 128));
  const large = await sharp(bytes, { raw: { width: small[0], height: small[1], channels: 1 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const total = new Float32Array(large.length);
  for (let at = 0; at < total.length; at += 1) total[at] = ((large[at] ?? 0) - 128) * 2;
  await addNoise(total, [width, height], FINE, 1, random);
  return total;
}

/** Things with hard edges: trunks, stones, wires. */
function objects(width: number, height: number, random: Random): Buffer {
  const colour = (): string => `rgb(${[0, 0, 0].map(() => Math.floor(20 + random() * 200)).join(',')})`;
  const shapes = Array.from({ length: 90 }, (_, index) => {
    const [x, y, size] = [random() * width, random() * height, 20 + random() * (width / 10)];
    if (index % 3 === 0) {
      const [dx, dy] = [(random() - 0.5) * width, (random() - 0.5) * height];
      return `<path d="M${x},${y}q${dy},${dx} ${dx},${dy}" fill="none" stroke="${colour()}" stroke-width="${1 + random() * 7}"/>`;
    }
    return `<ellipse cx="${x}" cy="${y}" rx="${size}" ry="${size * (0.2 + random())}" fill="${colour()}" fill-opacity="${0.3 + 0.5 * random()}" transform="rotate(${random() * 180} ${x} ${y})"/>`;
  });
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes.join('')}</svg>`,
  );
}

/**
 * A picture that compresses like a photograph: a calm sky, textured ground, hard edges and the grain of a sensor.
 * Depends on the seed alone. Three bytes a pixel.
 */
export async function drawScene(width: number, height: number, seed: number): Promise<Buffer> {
  const random = createRandom(seed);
  const horizon = height * (0.2 + 0.25 * random());
  const sky = [110 + 90 * random(), 130 + 80 * random(), 160 + 80 * random()];
  const ground = [70 + 60 * random(), 75 + 60 * random(), 45 + 50 * random()];
  const brightness = await detail(width, height, random);
  const tint = await noise(width, height, 300, random);
  const pixels = Buffer.alloc(width * height * 3);
  const clamped = new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, pixels.length);
  for (let y = 0; y < height; y += 1) {
    const above = y < horizon;
    const [red = 0, green = 0, blue = 0] = above ? sky : ground;
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      const light = (above ? 0.22 : 1) * (brightness[at] ?? 0) + (random() + random() - 1) * 9;
      const shift = ((tint[at] ?? 0) - 128) * 0.25;
      clamped[at * 3] = red + light - shift;
      clamped[at * 3 + 1] = green + light;
      clamped[at * 3 + 2] = blue + light + shift;
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .composite([{ input: objects(width, height, random) }])
    .removeAlpha()
    .raw()
    .toBuffer();
}
