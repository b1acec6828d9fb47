import pixelmatch from 'pixelmatch';
import sharp from 'sharp';
import type { Pixels } from '../pixels.ts';

/** A PNG that shows where two pictures of the same size differ: in red, over a pale first picture. */
export async function drawDifference(a: Pixels, b: Pixels): Promise<Buffer> {
  const { width, height } = a;
  const drawn = Buffer.alloc(width * height * 4);
  pixelmatch(opaque(a), opaque(b), drawn, width, height, { threshold: 0.1 });
  return sharp(drawn, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 6 })
    .toBuffer();
}

function opaque({ data, width, height }: Pixels): Buffer {
  const rgba = Buffer.alloc(width * height * 4, 255);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) data.copy(rgba, to, from, from + 3);
  return rgba;
}
