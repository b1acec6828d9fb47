import assert from 'node:assert/strict';
import sharp from 'sharp';

/** Older ones have holes that a picture can use: CVE-2026-49271 in libheif, CVE-2023-4863 in libwebp. */
const AT_LEAST = { heif: '1.22.1', webp: '1.3.2' } as const;

describe('bundled codecs', () => {
  for (const [codec, least] of Object.entries(AT_LEAST)) {
    it(`${codec} is ${least} or newer`, () => {
      const found = sharp.versions[codec as keyof typeof AT_LEAST] ?? '0';
      assert.ok(found.localeCompare(least, 'en', { numeric: true }) >= 0, `${codec} is ${found}`);
    });
  }
});
