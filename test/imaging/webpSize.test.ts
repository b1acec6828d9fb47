import assert from 'node:assert/strict';
import sharp from 'sharp';
import { webpSize } from '../../imaging/webpSize.ts';
import { scenery } from './pictures.ts';

describe('webpSize', () => {
  const kinds = {
    lossy: scenery(301, 203).webp({ quality: 60 }),
    lossless: scenery(301, 203).webp({ lossless: true }),
    'with alpha': scenery(301, 203).ensureAlpha(0.5).webp({ quality: 60 }),
    'with a profile': scenery(301, 203).withIccProfile('p3').webp(),
  };
  for (const [kind, picture] of Object.entries(kinds)) {
    it(`reads ${kind}`, async () => {
      const bytes = await picture.toBuffer();
      assert.deepEqual(webpSize(bytes), { width: 301, height: 203 });
      assert.equal((await sharp(bytes).metadata()).width, 301);
    });
  }

  it('says nothing of what is not a WebP', () => {
    assert.equal(webpSize(Buffer.alloc(10)), null);
    assert.equal(webpSize(Buffer.alloc(100)), null);
  });
});
