import sharp, { type Sharp } from 'sharp';

/** A drawn picture with detail at all scales, which every seed makes another one. */
export function drawing(seed: number, width = 1600, height = 1200): Sharp {
  const shapes = Array.from({ length: 40 }, (_, i) => {
    const at = (k: number) => Math.abs((Math.sin(seed * 37 + i * 12.9898 + k * 78.233) * 43758.5453) % 1);
    return `<circle cx="${at(1) * width}" cy="${at(2) * height}" r="${20 + at(3) * 260}" fill="hsl(${at(4) * 360} 60% ${20 + at(5) * 60}%)"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes.join('')}</svg>`;
  return sharp(Buffer.from(svg)).flatten({ background: '#456' });
}

/** One picture as it may come again: saved anew, scaled, cropped a little, with and without what the camera wrote. */
export async function variantsOf(
  seed: number,
): Promise<Record<'original' | 'again' | 'small' | 'cropped', Buffer>> {
  const original = await drawing(seed).jpeg({ quality: 92 }).toBuffer();
  return {
    original,
    again: await sharp(original)
      .jpeg({ quality: 60 })
      .withExif({
        IFD0: { Make: 'Seed', Model: 'Trap 7' },
        IFD2: { DateTimeOriginal: '2024:05:06 07:08:09', OffsetTimeOriginal: '+02:00' },
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '51/1 30/1 0/1',
          GPSLongitudeRef: 'E',
          GPSLongitude: '7/1 0/1 0/1',
        },
      })
      .toBuffer(),
    small: await sharp(original).resize(640).webp({ quality: 80 }).toBuffer(),
    cropped: await sharp(original).extract({ left: 8, top: 6, width: 1584, height: 1188 }).png().toBuffer(),
  };
}
