import assert from 'node:assert/strict';
import sharp from 'sharp';
import { MAX_PIXELS } from '../../domain/limits.ts';
import { isOutOfMemory, Rejection, rejectionOf } from '../../imaging/rejection.ts';
import { encoded, scenery } from './pictures.ts';
import { NO_HINTS, rejectionFor, render } from './render.ts';

const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const;

describe('rejections', () => {
  for (const format of FORMATS) {
    it(`${format} cut off anywhere is truncated`, async () => {
      const whole = await encoded(scenery(300, 200), format).toBuffer();
      await render(whole);
      for (const share of [0.5, 0.9, 0.99]) {
        const { reason, message } = await rejectionFor(whole.subarray(0, Math.floor(whole.length * share)));
        assert.equal(reason, 'truncated', `${share}: ${message}`);
      }
    });

    it(`${format} with its pixels wiped is damaged, not cut off`, async () => {
      const whole = await encoded(scenery(300, 200), format).toBuffer();
      const broken = Buffer.from(whole);
      // Zeroes are valid in no entropy code of these; JPEG and TIFF strips need the header gone as well.
      broken.fill(
        format === 'jpeg' ? 0x00 : 0xff,
        Math.floor(whole.length * 0.4),
        Math.floor(whole.length * 0.9),
      );
      if (format === 'tiff') broken.fill(0xff, 8, 200);
      const outcome = await render(broken).then(
        () => null,
        (error: unknown) => error,
      );
      // Some codecs paint over damage without a word; then only a hash could tell.
      if (outcome === null) return;
      assert.ok(outcome instanceof Rejection);
      assert.equal(outcome.reason, 'corrupt_image', outcome.message);
    });
  }

  it('an empty file is empty', async () => {
    assert.equal((await rejectionFor(Buffer.alloc(0))).reason, 'empty_file');
  });

  it('foreign and disguised files are not images of ours', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    for (const bytes of [svg, Buffer.from('hello'), Buffer.from('%PDF-1.7'), Buffer.from('BM\0\0\0\0\0\0')]) {
      assert.equal((await rejectionFor(bytes)).reason, 'unsupported_format');
    }
    const gifar = Buffer.from('GIF89a<script>alert(1)</script>');
    assert.ok(['corrupt_image', 'truncated'].includes((await rejectionFor(gifar)).reason));
  });

  it('a raw file is not taken for its thumbnail', async () => {
    const tiff = await scenery(160, 106).tiff({ compression: 'none' }).toBuffer();
    const directory = tiff.readUInt32LE(4);
    // Turn any numeric entry that a reader can do without into NewSubfileType = 1 (a reduced version).
    const entry = directory + 2;
    tiff.writeUInt16LE(254, entry);
    tiff.writeUInt16LE(4, entry + 2);
    tiff.writeUInt32LE(1, entry + 4);
    tiff.writeUInt32LE(1, entry + 8);
    const { reason, message } = await rejectionFor(tiff);
    assert.equal(reason, 'unsupported_format');
    assert.match(message, /camera raw/);
  });

  it('more pixels than the format may have', async () => {
    const wide = await sharp({ create: { width: 12_000, height: 8_400, channels: 3, background: '#123' } })
      .png({ compressionLevel: 1 })
      .toBuffer();
    assert.ok(12_000 * 8_400 > MAX_PIXELS.png);
    const { reason, message } = await rejectionFor(wide);
    assert.equal(reason, 'pixel_limit');
    assert.match(message, /12000 × 8400/);
  });

  it('details are one short line without paths', async () => {
    const odd = rejectionOf(
      new Error(`VipsJpeg: ${'x'.repeat(500)}\n/secret/path`),
      Buffer.alloc(40),
      'jpeg',
    );
    assert.ok(odd.message.length <= 200 && !odd.message.includes('\n') && !odd.message.includes('/secret'));
    const mute = rejectionOf(new Error('Unknown error'), Buffer.from([0xff, 0xd8, 0x00]), 'jpeg');
    assert.equal(mute.reason, 'corrupt_image');
    assert.equal(mute.message, 'The JPEG data is damaged.');
  });

  it('memory trouble is told by the words of every layer', () => {
    for (const words of [
      'vips_tracked: out of memory --- size == 302MB',
      'terminate called after throwing an instance of std::bad_alloc',
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
      'GLib-ERROR **: failed to allocate 838860800 bytes',
      'Array buffer allocation failed',
      'Error creating thread: Resource temporarily unavailable',
      'ENOMEM: not enough memory, read',
    ]) {
      assert.equal(isOutOfMemory(words), true, words);
    }
    assert.equal(isOutOfMemory('VipsJpeg: premature end of JPEG image'), false);
  });

  it('metadata never decides: a picture with wild EXIF is accepted', async () => {
    const jpeg = await scenery(64, 48).jpeg().toBuffer();
    const wild = Buffer.concat([
      Buffer.from('Exif\0\0MM\0*\0\0\0\x08\xff\xff', 'latin1'),
      Buffer.alloc(900, 0xff),
    ]);
    const segment = Buffer.concat([
      Buffer.from([0xff, 0xe1, (wild.length + 2) >> 8, (wild.length + 2) & 255]),
      wild,
    ]);
    const { facts } = await render(Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]));
    assert.deepEqual([facts.width, facts.height, facts.capturedAt], [64, 48, null]);
    assert.equal(NO_HINTS.modifiedAt, null);
  });
});
