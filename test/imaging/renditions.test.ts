import assert from 'node:assert/strict';
import sharp from 'sharp';
import { PRESETS } from '../../domain/presets.ts';
import { rawOf, scenery } from './pictures.ts';
import { render } from './render.ts';

const XMP =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="secret-xmp"/></rdf:RDF></x:xmpmeta>';

describe('renditions', () => {
  it('are the presets, largest first, as JPEG of sRGB in 8 bit', async () => {
    const { renditions } = await render(await scenery(3000, 2000).jpeg().toBuffer());
    assert.deepEqual(
      renditions.map(({ preset, version, width, height }) => [preset, version, width, height]),
      [
        ['zoom', 1, 1200, 800],
        ['card', 1, 400, 267],
        ['thumb', 1, 100, 67],
      ],
    );
    for (const { data, width, height } of renditions) {
      const found = await sharp(data).metadata();
      assert.deepEqual(
        [
          found.format,
          found.width,
          found.height,
          found.space,
          found.depth,
          found.channels,
          found.chromaSubsampling,
        ],
        ['jpeg', width, height, 'srgb', 'uchar', 3, '4:2:0'],
      );
    }
  });

  it('carry nothing of the original but its pixels', async () => {
    for (const format of ['jpeg', 'png', 'webp', 'tiff', 'avif'] as const) {
      const file = await scenery(700, 500)
        .withIccProfile('p3')
        .withXmp(XMP)
        .withExif({
          IFD0: { Make: 'SecretMake', Copyright: 'SecretOwner' },
          IFD3: {
            GPSLatitudeRef: 'N',
            GPSLatitude: '51/1 30/1 0/1',
            GPSLongitudeRef: 'E',
            GPSLongitude: '7/1 0/1 0/1',
          },
        })
        .toFormat(format)
        .toBuffer();
      const input = await sharp(file).metadata();
      assert.ok(input.icc ?? input.exif ?? input.xmp, `${format} carries metadata`);
      for (const { data, preset } of (await render(file)).renditions) {
        const { exif, xmp, iptc, icc, comments, orientation } = await sharp(data).metadata();
        assert.deepEqual(
          { exif, xmp, iptc, icc, comments, orientation },
          {
            exif: undefined,
            xmp: undefined,
            iptc: undefined,
            icc: undefined,
            comments: undefined,
            orientation: undefined,
          },
          `${format} ${preset}`,
        );
        for (const word of ['Exif', 'ICC_PROFILE', 'http://', 'Secret', 'secret', 'GPS', 'Photoshop']) {
          assert.equal(data.includes(word), false, `${format} ${preset} holds "${word}"`);
        }
      }
    }
  });

  it('never enlarge', async () => {
    const { renditions } = await render(await scenery(37, 23).png().toBuffer());
    for (const { width, height } of renditions) assert.deepEqual([width, height], [37, 23]);
    const pixel = await render(await scenery(1, 1).png().toBuffer());
    for (const { width, height } of pixel.renditions) assert.deepEqual([width, height], [1, 1]);
    assert.match(pixel.facts.phash, /^[0-9a-f]{16}$/);
  });

  it('of very thin pictures keep at least one pixel', async () => {
    for (const [width, height] of [
      [1, 10_000],
      [10_000, 1],
      [3, 20_000],
      [16_000, 2],
    ] as const) {
      for (const format of ['png', 'jpeg', 'webp'] as const) {
        if (format === 'webp' && Math.max(width, height) > 16_383) continue;
        const { facts, renditions } = await render(await scenery(width, height).toFormat(format).toBuffer());
        assert.deepEqual([facts.width, facts.height], [width, height]);
        for (const { data, ...size } of renditions) {
          const { info } = await sharp(data).toBuffer({ resolveWithObject: true });
          assert.deepEqual([info.width, info.height], [size.width, size.height]);
          const box = PRESETS.find(({ name }) => name === size.preset)!;
          assert.equal(Math.max(info.width, info.height), Math.min(box.width, Math.max(width, height)));
          assert.equal(Math.min(info.width, info.height) >= 1, true);
        }
      }
    }
  });

  it('come from the first frame of an animation and the first page of a document', async () => {
    const page = (background: string) =>
      rawOf(sharp({ create: { width: 40, height: 30, channels: 3, background } }));
    const both = Buffer.concat([(await page('#c03020')).data, (await page('#2030c0')).data]);
    const pages = sharp(both, { raw: { width: 40, height: 60, channels: 3, pageHeight: 30 } });
    for (const format of ['gif', 'webp', 'tiff'] as const) {
      const { facts, renditions } = await render(
        await pages.clone().toFormat(format, { quality: 100 }).toBuffer(),
      );
      assert.deepEqual([facts.width, facts.height, facts.pages], [40, 30, 2], format);
      const [red, , blue] = (await rawOf(sharp(renditions[0]!.data))).data;
      assert.ok(red! > 150 && blue! < 100, `${format}: red ${red}, blue ${blue}`);
    }
  });
});
