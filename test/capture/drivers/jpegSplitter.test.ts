import assert from 'node:assert/strict';
import fc from 'fast-check';
import sharp, { type JpegOptions } from 'sharp';
import { createUnframer, frameMessage } from '../../../capture/drivers/framing.ts';
import { createJpegSplitter } from '../../../capture/drivers/jpegSplitter.ts';
import { Failure } from '../../../domain/failures.ts';

const picture = (width: number, height: number, options: JpegOptions = {}) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })
    .jpeg(options)
    .toBuffer();

/** A JPEG whose EXIF holds a whole other one, as cameras put their thumbnails. */
function withThumbnail(jpeg: Buffer, thumbnail: Buffer): Buffer {
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 0]), Buffer.from('Exif\0\0'), thumbnail]);
  segment.writeUInt16BE(segment.length - 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
}

const cut = (bytes: Buffer, sizes: readonly number[]) => {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
};

describe('JPEGs out of a pipe', () => {
  let pictures: Buffer[];

  before(async () => {
    const small = await picture(16, 16);
    pictures = [
      await picture(64, 48),
      await picture(33, 17, { progressive: true }),
      withThumbnail(await picture(64, 48), small),
      await picture(640, 480, { quality: 100, chromaSubsampling: '4:4:4' }),
      // Fill bytes before a marker, and restart markers inside of a scan, are allowed.
      Buffer.concat([small.subarray(0, 2), Buffer.from([0xff, 0xff]), small.subarray(2)]),
    ];
  });

  it('are cut where they end, however the bytes come', async () => {
    const whole = Buffer.concat(pictures);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 8 }), (sizes) => {
        const splitter = createJpegSplitter();
        const found = cut(whole, sizes).flatMap((chunk) => splitter.read(chunk));
        assert.equal(found.length, pictures.length);
        for (const [index, { bytes }] of found.entries()) assert.ok(bytes.equals(pictures[index]!));
      }),
      { numRuns: 40 },
    );
  });

  it('come out with their last byte, and with their size', () => {
    for (const jpeg of pictures) {
      const splitter = createJpegSplitter();
      assert.deepEqual(splitter.read(jpeg.subarray(0, -1)), []);
      assert.equal(splitter.read(jpeg.subarray(-1)).length, 1);
    }
    const [first, second] = pictures.map((jpeg) => createJpegSplitter().read(jpeg)[0]!);
    assert.deepEqual([first!.width, first!.height], [64, 48]);
    assert.deepEqual([second!.width, second!.height], [33, 17]);
  });

  it('are told from anything else', () => {
    const jpeg = () => Buffer.from(pictures[0]!);
    const hostile: Buffer[] = [
      Buffer.from('hello'),
      Buffer.concat([Buffer.from('x'), jpeg()]),
      Buffer.concat([jpeg().subarray(0, 2), jpeg()]),
      Buffer.from([0xff, 0xd8, 0x00, 0x00]),
      Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x01, 0xff, 0xd9]),
      Buffer.from([0xff, 0xd8, 0xff, 0xc0, 0x00, 0x02, 0xff, 0xd9]),
      Buffer.from([0xff, 0xd8, 0xff, 0xd9]),
    ];
    for (const bytes of hostile) {
      assert.throws(
        () => createJpegSplitter().read(bytes),
        (error) => error instanceof Failure && error.type === 'bad_response',
      );
    }
  });

  it('never make it throw anything else, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 20 }), (chunks) => {
        const splitter = createJpegSplitter();
        try {
          splitter.read(Buffer.from([0xff, 0xd8]));
          for (const chunk of chunks) splitter.read(Buffer.from(chunk));
        } catch (error) {
          assert.ok(error instanceof Failure);
        }
      }),
    );
  });
});

describe('messages of a decoder', () => {
  it('come out as they went in, however they are cut', () => {
    const message = fc.tuple(fc.jsonValue(), fc.uint8Array({ maxLength: 500 }));
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 10 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
        (messages, sizes) => {
          const unframe = createUnframer();
          const bytes = Buffer.concat(messages.map(([header, body]) => frameMessage(header, body)));
          const found = cut(bytes, sizes).flatMap(unframe);
          assert.deepEqual(
            found.map(({ header, body }) => [JSON.stringify(header), body.toString('hex')]),
            messages.map(([header, body]) => [JSON.stringify(header), Buffer.from(body).toString('hex')]),
          );
        },
      ),
    );
  });

  it('are refused when they claim to be huge', () => {
    assert.throws(() => createUnframer()(Buffer.from([255, 255, 255, 255, 0, 0, 0, 0])), Failure);
    assert.throws(() => createUnframer()(Buffer.from([0, 0, 0, 2, 255, 255, 255, 255])), Failure);
  });
});
