import sharp from 'sharp';

/** What becomes of pictures outside: the same scene in other bytes, and files that are no pictures any more. */

/** As a messenger saves it: stronger compression, everything else kept. */
export function reencoded(bytes: Buffer): Promise<Buffer> {
  return sharp(bytes).keepExif().jpeg({ quality: 55 }).toBuffer();
}

/** As a mail program sends it: half the size, without metadata. */
export async function scaledDown(bytes: Buffer): Promise<Buffer> {
  const { width, height } = await sharp(bytes).metadata();
  return sharp(bytes)
    .autoOrient()
    .resize({ width: width / 2, height: height / 2, fit: 'inside' })
    .jpeg({ quality: 80 })
    .toBuffer();
}

/**
 * The next shot of a burst: a second later each, the camera moved a little.
 * @param shot 1 for the first one after the picture itself
 * @param taken of the picture itself
 */
export async function laterShot(bytes: Buffer, shot: number, taken: Date): Promise<Buffer> {
  const { width, height } = await sharp(bytes).metadata();
  const [left, top] = [6 * shot, 4 * shot];
  const at = new Date(taken.getTime() + shot * 1_000).toISOString().slice(0, 19);
  const clock = at.replace('T', ' ').replaceAll('-', ':');
  return sharp(bytes)
    .extract({ left, top, width: width - left, height: height - top })
    .resize(width, height, { fit: 'fill' })
    .withExifMerge({ IFD0: { DateTime: clock }, IFD2: { DateTimeOriginal: clock } })
    .jpeg({ quality: 88 })
    .toBuffer();
}

/** As a card gives it whose writing was interrupted. */
export function cutOff(bytes: Buffer): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length * 0.4));
}

/** As a web server gives it that has no picture, under the picture's name. */
export function notAPicture(): Buffer {
  return Buffer.from('<html><body><h1>404 Not Found</h1></body></html>\n');
}
