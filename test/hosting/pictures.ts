import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';

/** A JPEG that no other seed gives; small, but with something to see. */
export async function picture(seed: number, width = 320, height = 240): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="hsl(${(seed * 47) % 360},60%,60%)"/>
    <circle cx="${(seed * 31) % width}" cy="${(seed * 17) % height}" r="${20 + (seed % 40)}" fill="#fff"/>
    <text x="10" y="40" font-size="30">${seed}</text></svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 80 }).toBuffer();
}

/** A directory of files for an import; the caller removes it. @param at one that is there, to be added to */
export async function folderOf(files: Record<string, Uint8Array>, at?: string): Promise<string> {
  const folder = at ?? (await mkdtemp(path.join(tmpdir(), 'tributary-pictures-')));
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), bytes);
  }
  return folder;
}

/** `count` distinct pictures named `IMG_0001.JPG` and on. */
export async function pictures(count: number, from = 1): Promise<Record<string, Buffer>> {
  const made: Record<string, Buffer> = {};
  for (let seed = from; seed < from + count; seed += 1) {
    made[`IMG_${String(seed).padStart(4, '0')}.JPG`] = await picture(seed);
  }
  return made;
}
