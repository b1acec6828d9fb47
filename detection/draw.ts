import sharp from 'sharp';
import type { FoundBox } from '../domain/detector.ts';
import type { Manifest } from './manifest.ts';

const COLOURS = ['#22c55e', '#ef4444', '#3b82f6', '#eab308', '#a855f7', '#06b6d4'];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? '');

/** Saves a picture with its boxes drawn, as a PNG. @param picture a file that a decoding child of ours wrote */
export async function drawBoxes(
  picture: string,
  boxes: readonly FoundBox[],
  { classes }: Pick<Manifest, 'classes'>,
  output: string,
): Promise<void> {
  const image = sharp(picture);
  const { width, height } = await image.metadata();
  const line = Math.max(1, Math.round(Math.max(width, height) / 400));
  const size = line * 6;
  const drawn = boxes.map(({ classId, score, box: [x, y, w, h] }) => {
    const colour = COLOURS[classId % COLOURS.length];
    const label = escaped(`${classes[classId] ?? classId} ${score.toFixed(2)}`);
    const [left, top] = [x * width, y * height];
    const under = top < size * 1.3 ? top + h * height + size : top - line * 2;
    return (
      `<rect x="${left}" y="${top}" width="${w * width}" height="${h * height}" fill="none" stroke="${colour}" stroke-width="${line}"/>` +
      `<text x="${left}" y="${under}" font-size="${size}" font-family="sans-serif" fill="${colour}">${label}</text>`
    );
  });
  const overlay = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawn.join('')}</svg>`;
  await image
    .composite([{ input: Buffer.from(overlay) }])
    .png()
    .toFile(output);
}
