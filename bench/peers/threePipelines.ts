import sharp from 'sharp';

/** One pipeline for each rendition, as sharp's documentation shows it. Sizes and quality are the product's. */
export const threePipelines = [
  { name: 'zoom', side: 1200 },
  { name: 'card', side: 400 },
  { name: 'thumb', side: 100 },
].map(({ name, side }) => ({
  name,
  encode: (bytes: Buffer): Promise<Buffer> =>
    sharp(bytes)
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: 80 })
      .toBuffer(),
}));
