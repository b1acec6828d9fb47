import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { isSrgb } from '../../imaging/icc.ts';
import { planColours } from '../../imaging/steps/profile.ts';
import { wrapTiff } from '../../imaging/tiffWrap.ts';
import {
  ADOBE_RGB,
  colourDifference,
  encoded,
  gammaProfile,
  psnr,
  type Raw,
  rawOf,
  scenery,
} from './pictures.ts';
import { render, zoomOf } from './render.ts';

/** What a full decode with libvips' own colour management shows, at the size of the zoom. */
async function shownBySharp(file: Buffer, like: Raw): Promise<Raw> {
  const full = await rawOf(sharp(file).flatten({ background: '#fff' }).toColourspace('srgb'));
  const { data, width, height } = full;
  return rawOf(
    sharp(data, { raw: { width, height, channels: 3 } }).resize(like.width, like.height, { fit: 'fill' }),
  );
}

async function assertLooksRight(file: Buffer, expected: (zoom: Raw) => Promise<Raw>): Promise<void> {
  const zoom = await zoomOf(file);
  const wanted = await expected(zoom);
  const mean = colourDifference(zoom, wanted);
  assert.ok(mean < 1.2, `mean colour difference ${mean}`);
  assert.ok(psnr(zoom, wanted) > 36, `${psnr(zoom, wanted)} dB`);
}

describe('colour', () => {
  let dir = '';
  let adobePath = '';

  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'colour-'));
    adobePath = path.join(dir, 'adobe.icc');
    await writeFile(adobePath, ADOBE_RGB);
  });
  after(() => rm(dir, { recursive: true }));

  /** The scenery at sRGB values of its own, for pictures whose colours are known without libvips. */
  const scenerySized = (zoom: Raw) => rawOf(scenery(1600, 1200).resize(zoom.width, zoom.height));

  it('sRGB with its profile: profile recognised, pixels untouched', async () => {
    const file = await scenery(1600, 1200).withIccProfile('srgb').jpeg({ quality: 95 }).toBuffer();
    const { icc } = await sharp(file).metadata();
    assert.ok(icc !== undefined && isSrgb(icc));
    await assertLooksRight(file, (zoom) => shownBySharp(file, zoom));
  });

  it('Display P3 in JPEG, PNG and WebP', async () => {
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const file = await encoded(scenery(1600, 1200).withIccProfile('p3'), format).toBuffer();
      const { icc, space } = await sharp(file).metadata();
      assert.ok(icc !== undefined && !isSrgb(icc));
      assert.equal(planColours({ icc, colourSpace: space, hasAlpha: false }), 'after-shrink');
      await assertLooksRight(file, (zoom) => shownBySharp(file, zoom));
      await assertLooksRight(file, scenerySized);
    }
  });

  it('the colour test can fail: P3 numbers taken for sRGB are seen', async () => {
    const file = await scenery(1600, 1200).withIccProfile('p3').jpeg({ quality: 95 }).toBuffer();
    const ignored = await rawOf(sharp(file, { ignoreIcc: true }).resize(1200, 900));
    const mean = colourDifference(ignored, await scenerySized(ignored));
    assert.ok(mean > 2, `only ${mean}`);
  });

  it('Adobe RGB', async () => {
    const file = await scenery(1600, 1200).withIccProfile(adobePath).jpeg({ quality: 95 }).toBuffer();
    await assertLooksRight(file, (zoom) => shownBySharp(file, zoom));
    await assertLooksRight(file, scenerySized);
  });

  it('16 bit with and without a profile', async () => {
    for (const profile of ['srgb', 'p3', null]) {
      const deep = scenery(1600, 1200).toColourspace('rgb16');
      const file = await (profile === null ? deep : deep.withIccProfile(profile))
        .png({ compressionLevel: 1 })
        .toBuffer();
      assert.equal((await sharp(file).metadata()).depth, 'ushort');
      await assertLooksRight(file, scenerySized);
    }
  });

  it('CMYK', async () => {
    const file = await scenery(1600, 1200).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
    assert.equal((await sharp(file).metadata()).space, 'cmyk');
    await assertLooksRight(file, (zoom) => shownBySharp(file, zoom));
  });

  it('Lab', async () => {
    const file = await scenery(1600, 1200).toColourspace('lab').tiff({ compression: 'lzw' }).toBuffer();
    assert.equal((await sharp(file).metadata()).space, 'lab');
    await assertLooksRight(file, scenerySized);
  });

  it('grey, 8 and 16 bit', async () => {
    for (const space of ['b-w', 'grey16']) {
      const file = await scenery(1600, 1200).greyscale().toColourspace(space).png().toBuffer();
      const zoom = await zoomOf(file);
      const grey = await rawOf(
        scenery(1600, 1200).greyscale().resize(zoom.width, zoom.height).toColourspace('srgb'),
      );
      const expected = grey.channels === 3 ? grey : { ...grey, channels: 3, data: tripled(grey.data) };
      assert.ok(psnr(zoom, expected) > 36, `${space}: ${psnr(zoom, expected)} dB`);
    }
  });

  it('linear grey with a grey profile is brightened as the profile says', async () => {
    const width = 256;
    const data = Buffer.from(Array.from({ length: width * 64 }, (_, i) => i % width));
    const file = wrapTiff({ data, width, height: 64, channels: 1 }, gammaProfile(1, null));
    const zoom = await zoomOf(file);
    for (const x of [32, 96, 160, 224]) {
      const linear = x / 255;
      const expected = 255 * (1.055 * linear ** (1 / 2.4) - 0.055);
      assert.ok(
        Math.abs(zoom.data[(32 * width + x) * 3]! - expected) < 4,
        `${x}: ${zoom.data[(32 * width + x) * 3]}`,
      );
    }
  });

  it('one bit', async () => {
    const file = await scenery(640, 480).threshold(120).png({ palette: true, colours: 2 }).toBuffer();
    assert.equal((await render(file)).facts.bitDepth, 1);
    const zoom = await zoomOf(file);
    assert.ok(psnr(zoom, await shownBySharp(file, zoom)) > 24);
  });

  it('transparency lies on white, in straight and in P3 pictures', async () => {
    const half = {
      create: { width: 300, height: 200, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } },
    } as const;
    for (const file of [
      await sharp(half).png().toBuffer(),
      await sharp(half).webp({ lossless: true }).toBuffer(),
      await sharp(half).withIccProfile('p3').png().toBuffer(),
    ]) {
      const { facts } = await render(file);
      assert.equal(facts.hasAlpha, true);
      const zoom = await zoomOf(file);
      for (const [i, expected] of [255, 127, 127].entries()) {
        assert.ok(Math.abs(zoom.data[i]! - expected) <= 6, `${i}: ${zoom.data[i]}`);
      }
    }
    const clear = await sharp({
      create: { width: 9, height: 9, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .gif()
      .toBuffer();
    assert.ok((await zoomOf(clear)).data.every((value) => value >= 254));
  });
});

function tripled(grey: Buffer): Buffer {
  return Buffer.from(Array.from({ length: grey.length * 3 }, (_, i) => grey[Math.floor(i / 3)]!));
}
