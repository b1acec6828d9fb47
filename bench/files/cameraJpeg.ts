import sharp from 'sharp';
import { drawScene } from './scene.ts';

/**
 * A 12-megapixel JPEG as a camera writes it, about 3 MB: high quality, EXIF with a position; one in five without
 * chroma subsampling, one in six turned by its orientation tag, one in twelve progressive.
 */
export async function cameraJpeg(seed: number): Promise<Buffer> {
  const upright = seed % 4 === 3;
  const [width, height] = upright ? [3000, 4000] : [4000, 3000];
  const picture = sharp(await drawScene(width, height, seed), { raw: { width, height, channels: 3 } })
    .jpeg({
      quality: 92 + (seed % 3) * 2,
      chromaSubsampling: seed % 5 === 4 ? '4:4:4' : '4:2:0',
      progressive: seed % 12 === 11,
      optimiseCoding: false,
    })
    .withExif({
      IFD0: { Make: 'Seed', Model: `No ${seed}`, DateTime: '2024:05:06 07:08:09' },
      IFD2: { DateTimeOriginal: `2024:05:06 07:08:${String(seed % 60).padStart(2, '0')}` },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '51/1 30/1 0/1',
        GPSLongitudeRef: 'E',
        GPSLongitude: '7/1 0/1 0/1',
      },
    });
  return (seed % 6 === 5 ? picture.withMetadata({ orientation: 6 }) : picture).toBuffer();
}

/** 64 × 64 pixels: next to nothing to decode, so that everything around it shows. */
export async function smallJpeg(seed: number): Promise<Buffer> {
  return sharp(await drawScene(64, 64, seed), { raw: { width: 64, height: 64, channels: 3 } })
    .jpeg({ quality: 80 })
    .toBuffer();
}
