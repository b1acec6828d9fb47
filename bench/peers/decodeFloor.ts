import sharp from 'sharp';

/** The least that any use of the pixels costs: the coarsest decode that libjpeg has, to raw pixels. */
export function decodeFloor(bytes: Buffer): Promise<Buffer> {
  return sharp(bytes).resize(400).raw().toBuffer();
}
