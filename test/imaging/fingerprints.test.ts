import assert from 'node:assert/strict';
import sharp from 'sharp';
import { thumbHashToApproximateAspectRatio, thumbHashToAverageRGBA, thumbHashToRGBA } from 'thumbhash';
import { perceptualHash } from '../../imaging/steps/phash.ts';
import { rawOf, scenery } from './pictures.ts';
import { render } from './render.ts';

function distance(a: string, b: string): number {
  const bits = (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2);
  return bits.replaceAll('0', '').length;
}

/** The same definition, worked out from the original by libvips and a textbook DCT, sharing no code. */
async function independentHash(file: Buffer): Promise<string> {
  const { data } = await rawOf(
    sharp(file, { autoOrient: true })
      .toColourspace('srgb')
      .removeAlpha()
      .recomb([
        [0.299, 0.587, 0.114],
        [0.299, 0.587, 0.114],
        [0.299, 0.587, 0.114],
      ])
      .extractChannel(0)
      .resize(32, 32, { fit: 'fill' }),
  );
  const coefficients: number[] = [];
  for (let v = 0; v < 8; v += 1) {
    for (let u = 0; u < 8; u += 1) {
      let sum = 0;
      for (let y = 0; y < 32; y += 1) {
        for (let x = 0; x < 32; x += 1) {
          sum +=
            data[y * 32 + x]! *
            Math.cos(((2 * x + 1) * u * Math.PI) / 64) *
            Math.cos(((2 * y + 1) * v * Math.PI) / 64);
        }
      }
      coefficients.push(sum);
    }
  }
  const sorted = [...coefficients].sort((a, b) => a - b);
  const median = (sorted[31]! + sorted[32]!) / 2;
  const bits = coefficients.map((value) => (value > median ? '1' : '0')).join('');
  return BigInt(`0b${bits}`).toString(16).padStart(16, '0');
}

/** Something with detail at all scales, different for each seed. */
async function picture(seed: number): Promise<Buffer> {
  const shapes = Array.from({ length: 40 }, (_, i) => {
    const at = (k: number) => (Math.sin(seed * 37 + i * 12.9898 + k * 78.233) * 43758.5453) % 1;
    const [x, y, r, c] = [1, 2, 3, 4].map((k) => Math.abs(at(k)));
    return `<circle cx="${x! * 1600}" cy="${y! * 1200}" r="${20 + r! * 260}" fill="hsl(${c! * 360} 60% ${20 + r! * 60}%)"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="1200">${shapes.join('')}</svg>`;
  return sharp(Buffer.from(svg)).flatten({ background: '#456' }).jpeg({ quality: 90 }).toBuffer();
}

describe('pHash', () => {
  it('agrees with an independent computation from the original', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const file = await picture(seed);
      const { facts } = await render(file);
      const apart = distance(facts.phash, await independentHash(file));
      assert.ok(apart <= 2, `seed ${seed}: ${apart} bits`);
    }
  });

  it('survives scaling and recompression, and tells pictures apart', async () => {
    const hash = async (file: Buffer) => (await render(file)).facts.phash;
    const originals = await Promise.all([1, 2, 3, 4].map(picture));
    const hashes = await Promise.all(originals.map(hash));
    for (const [i, file] of originals.entries()) {
      assert.ok(distance(hashes[i]!, await hash(await sharp(file).jpeg({ quality: 40 }).toBuffer())) <= 4);
      assert.ok(distance(hashes[i]!, await hash(await sharp(file).resize(500).webp().toBuffer())) <= 4);
      for (const other of hashes.slice(i + 1)) assert.ok(distance(hashes[i]!, other) >= 16);
    }
  });

  it('of flat pictures is stable', async () => {
    const flat = (background: string) =>
      rawOf(sharp({ create: { width: 50, height: 40, channels: 3, background } })).then(({ data }) =>
        perceptualHash({ data, width: 50, height: 40, channels: 3 }),
      );
    assert.equal(await flat('#777'), '8000000000000000');
    assert.equal(await flat('#778'), '8000000000000000');
    assert.equal(await flat('#000'), '0000000000000000');
  });
});

describe('ThumbHash', () => {
  it('decodes to the picture in small', async () => {
    const { facts } = await render(await scenery(900, 600).jpeg().toBuffer());
    const hash = Buffer.from(facts.thumbhash, 'base64');
    assert.ok(hash.length <= 25);
    assert.ok(Math.abs(thumbHashToApproximateAspectRatio(hash) - 1.5) < 0.3);
    assert.equal(thumbHashToAverageRGBA(hash).a, 1);
    const { w, h, rgba } = thumbHashToRGBA(hash);
    const small = await rawOf(scenery(900, 600).resize(w, h, { fit: 'fill' }));
    let difference = 0;
    for (let i = 0; i < w * h; i += 1) {
      for (let c = 0; c < 3; c += 1) difference += Math.abs(rgba[i * 4 + c]! - small.data[i * 3 + c]!);
    }
    assert.ok(difference / (w * h * 3) < 14, `mean difference ${difference / (w * h * 3)}`);
  });
});
