import assert from 'node:assert/strict';
import sharp from 'sharp';
import { sniffFormat } from '../../imaging/sniff.ts';

const FIRST = 4096;

describe('sniffFormat', () => {
  const small = () => sharp({ create: { width: 9, height: 7, channels: 3, background: '#356' } });

  for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const) {
    it(`knows ${format}`, async () => {
      const bytes = await small().toFormat(format).toBuffer();
      assert.equal(await sniffFormat(bytes.subarray(0, FIRST)), format);
    });
  }

  it('knows HEIC by its brand, and AVIF behind the generic brand', async () => {
    const ftyp = (brands: string) =>
      Buffer.from(`\0\0\0\x18ftyp${brands.slice(0, 4)}\0\0\0\0${brands.slice(4)}`, 'latin1');
    assert.equal(await sniffFormat(ftyp('heicmif1heic')), 'heic');
    assert.equal(await sniffFormat(ftyp('mif1mif1heic')), 'heic');
    assert.equal(await sniffFormat(ftyp('mif1mif1avif')), 'avif');
    assert.equal(await sniffFormat(ftyp('isomiso2mp41')), null);
  });

  it('knows a PNG whose text is longer than what it sees', async () => {
    const png = await small().png().toBuffer();
    const text = Buffer.concat([
      Buffer.from('\0\0\x40\0tEXt', 'latin1'),
      Buffer.alloc(0x4000, 'a'),
      Buffer.alloc(4),
    ]);
    const long = Buffer.concat([png.subarray(0, 33), text, png.subarray(33)]);
    assert.equal(await sniffFormat(long.subarray(0, FIRST)), 'png');
  });

  it('refuses what we do not read', async () => {
    const others: Record<string, Buffer> = {
      svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      html: Buffer.from('<!doctype html><html></html>'),
      bmp: Buffer.from('BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0', 'latin1'),
      pdf: Buffer.from('%PDF-1.7\n'),
      zip: Buffer.from('PK\x03\x04\x14\0\0\0', 'latin1'),
      cr2: Buffer.from('II*\0\x10\0\0\0CR\x02\0\0\0\0\0', 'latin1'),
      psd: Buffer.from('8BPS\0\x01\0\0\0\0\0\0', 'latin1'),
      text: Buffer.from('hello'),
      nothing: Buffer.alloc(0),
      byte: Buffer.from([0xff]),
    };
    for (const [name, bytes] of Object.entries(others)) assert.equal(await sniffFormat(bytes), null, name);
  });

  it('tells files apart that it looks at in the same moment', async () => {
    const jpeg = await small().jpeg().toBuffer();
    const png = await small().png().toBuffer();
    const mixed = [
      jpeg,
      Buffer.from('hello'),
      png,
      Buffer.from('%PDF-1.7\n'),
      Buffer.alloc(9_000, 'x'),
      jpeg,
    ];
    const formats = await Promise.all(mixed.map((bytes) => sniffFormat(bytes.subarray(0, FIRST))));
    assert.deepEqual(formats, ['jpeg', null, 'png', null, null, 'jpeg']);
  });
});
