import assert from 'node:assert/strict';
import sharp from 'sharp';
import { CENTRE, PRESETS, type Preset } from '../../domain/presets.ts';
import { cutAround, wholeSize } from '../../imaging/geometry.ts';
import { deriveBuffer, renderBuffer } from '../../imaging/render.ts';
import { rawOf, scenery } from './pictures.ts';
import { NO_HINTS } from './render.ts';

function preset(change: Partial<Preset>): Preset {
  return { ...PRESETS[0], name: 'own', version: 1_001, ...change };
}

async function made(bytes: Buffer, change: Partial<Preset>, focal: Preset['focus'] | null = null) {
  const {
    renditions: [rendition],
  } = await deriveBuffer(bytes, { presets: [preset(change)], focal });
  const { width, height, format } = await sharp(rendition!.data).metadata();
  assert.deepEqual([width, height], [rendition!.width, rendition!.height], 'it is as large as it says');
  return { ...rendition!, format };
}

describe('presets of any kind', () => {
  let wide: Buffer;
  before(async () => {
    wide = await scenery(1600, 800).jpeg({ quality: 90 }).toBuffer();
  });

  it('inside keeps the aspect, cover fills the box, contain frames it', async () => {
    const sizes = async (change: Partial<Preset>) => {
      const { width, height } = await made(wide, change);
      return [width, height];
    };
    assert.deepEqual(await sizes({ fit: 'inside', width: 300, height: 300 }), [300, 150]);
    assert.deepEqual(await sizes({ fit: 'cover', width: 300, height: 300 }), [300, 300]);
    assert.deepEqual(await sizes({ fit: 'cover', width: 1600, height: 100 }), [1600, 100]);
    assert.deepEqual(await sizes({ fit: 'contain', width: 300, height: 300 }), [300, 300]);
  });

  it('never enlarge: a small picture is cut or framed as it is', async () => {
    const small = await scenery(120, 90).png().toBuffer();
    const { width, height } = await made(small, { fit: 'cover', width: 300, height: 60 });
    assert.deepEqual([width, height], [120, 60]);
    const framed = await made(small, { fit: 'contain', width: 300, height: 200, background: '#00ff00' });
    const { data } = await rawOf(sharp(framed.data).extract({ left: 2, top: 2, width: 1, height: 1 }));
    assert.ok(data[1]! > 230 && data[0]! < 40, 'the frame has its colour');
    assert.deepEqual(wholeSize({ width: 120, height: 90 }, preset({ width: 4096, height: 4096 })), {
      width: 120,
      height: 90,
    });
  });

  it('cover is cut around the point, and never beyond the edge', () => {
    const whole = { width: 200, height: 100 };
    const box = { width: 100, height: 100 };
    assert.equal(cutAround(whole, box, CENTRE).left, 50);
    assert.equal(cutAround(whole, box, { x: 0, y: 0 }).left, 0);
    assert.equal(cutAround(whole, box, { x: 1, y: 1 }).left, 100);
    assert.equal(cutAround(whole, box, { x: 0.4, y: 0.5 }).left, 30);
  });

  it('an asset’s focal point goes before the preset’s', async () => {
    const halves = await sharp({ create: { width: 400, height: 100, channels: 3, background: '#f00' } })
      .composite([
        {
          input: { create: { width: 200, height: 100, channels: 3, background: '#00f' } },
          left: 200,
          top: 0,
        },
      ])
      .png()
      .toBuffer();
    const cover = { fit: 'cover', width: 100, height: 100, focus: { x: 1, y: 0.5 } } as const;
    const red = async (bytes: Buffer) => (await rawOf(sharp(bytes).resize(1, 1))).data[0]!;
    assert.ok((await red((await made(halves, cover)).data)) < 30);
    assert.ok((await red((await made(halves, cover, { x: 0, y: 0.5 })).data)) > 220);
  });

  it('come in every format, from colour, grey and transparency alike', async () => {
    const grey = await scenery(300, 200).greyscale().jpeg().toBuffer();
    const clear = await scenery(300, 200).ensureAlpha(0.5).png().toBuffer();
    for (const bytes of [wide, grey, clear]) {
      for (const format of ['jpeg', 'webp', 'avif'] as const) {
        for (const fit of ['inside', 'cover', 'contain'] as const) {
          const one = await made(bytes, { format, fit, width: 120, height: 90, quality: 60 });
          assert.equal(one.format, format === 'avif' ? 'heif' : format);
          assert.equal(one.mediaType, `image/${format}`);
        }
      }
    }
  });

  it('larger than the zoom are made of a larger decode, with everything else, in one go', async () => {
    const presets = [
      ...PRESETS,
      preset({ width: 1500, height: 1500 }),
      preset({ name: 'strip', fit: 'cover', width: 1600, height: 50 }),
    ];
    const { renditions, facts } = await renderBuffer(wide, NO_HINTS, { presets });
    assert.deepEqual(
      renditions.map(({ preset: name, width, height }) => [name, width, height]),
      [
        ['strip', 1600, 50],
        ['own', 1500, 750],
        ['zoom', 1200, 600],
        ['card', 400, 200],
        ['thumb', 100, 50],
      ],
    );
    const plain = await renderBuffer(wide, NO_HINTS);
    const bits = (hex: string) => BigInt(`0x${hex}`);
    let apart = bits(facts.phash) ^ bits(plain.facts.phash);
    let distance = 0;
    for (; apart > 0n; apart >>= 1n) distance += Number(apart & 1n);
    assert.ok(distance <= 2, 'the fingerprint does not depend on presets');
  });

  it('made of a stored zoom have the size that the original gives', async () => {
    const odd = await scenery(2011, 1303).jpeg().toBuffer();
    const made = async (bytes: Buffer, more: Parameters<typeof deriveBuffer>[1]) =>
      (await deriveBuffer(bytes, more)).renditions;
    const [zoom] = await made(odd, { presets: [PRESETS[0]] });
    for (const side of [600, 437, 333, 101]) {
      const presets = [preset({ width: side, height: side })];
      const [own] = await made(odd, { presets });
      const [derived] = await made(zoom!.data, { presets, original: { width: 2011, height: 1303 } });
      assert.deepEqual([derived!.width, derived!.height], [own!.width, own!.height]);
    }
  });
});
