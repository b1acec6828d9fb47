import sharp from 'sharp';

const CELL = 100;
/** Of the picture, in pixels. */
const SIDE = 16 * CELL;
/** The cell in which the person is, of sixteen each way. */
export const AT = { left: 4, top: 6, width: 1, height: 1 };
/** Of a cell that is not looked at: who is to be recognised is in the middle. */
const INSET = 0.1;

/** Fine black lines on white, bright enough to be seen: whoever is recognised, it is by them. */
export async function withPerson(seed: number): Promise<Buffer> {
  const [width, height] = [AT.width * CELL, AT.height * CELL];
  const lines = Buffer.alloc(width * height * 3, 255);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1)
      if ((x + seed) % 25 < 4) lines.fill(0, (y * width + x) * 3, (y * width + x + 1) * 3);
  }
  const person = await sharp(lines, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  return sharp({
    create: { width: SIDE, height: SIDE, channels: 3, background: { r: 10, g: (seed * 8) % 64, b: 20 } },
  })
    .composite([{ input: person, left: AT.left * CELL, top: AT.top * CELL }])
    .jpeg({ quality: 95 })
    .toBuffer();
}

/** More contrast than this is left of nobody who is hidden; less is what JPEG makes of an even part beside a dark one. */
export const HIDDEN = 2.5;
/** In a thumb nobody can tell the lines apart in any case. */
export const recognised = (what: string): number => (what.includes('thumb') ? 0 : 2 * HIDDEN);

/** How much neighbours across the lines differ, within the part where the person is; 0 to 255. */
export async function contrast(bytes: Buffer): Promise<number> {
  const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
  const scale = info.width / SIDE;
  const [left, right] = [(AT.left + INSET) * CELL * scale, (AT.left + AT.width - INSET) * CELL * scale];
  const [top, bottom] = [(AT.top + INSET) * CELL * scale, (AT.top + AT.height - INSET) * CELL * scale];
  let sum = 0;
  let count = 0;
  for (let y = Math.round(top); y < bottom; y += 1) {
    for (let x = Math.round(left); x + 1 < right; x += 1) {
      sum += Math.abs((data[y * info.width + x] ?? 0) - (data[y * info.width + x + 1] ?? 0));
      count += 1;
    }
  }
  return sum / count;
}
