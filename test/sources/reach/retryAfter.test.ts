import assert from 'node:assert/strict';
import { retryAfterMs } from '../../../sources/reach/retryAfter.ts';

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  const rows: readonly [string | undefined, number | undefined][] = [
    ['3', 3_000],
    ['1.5', 1_500],
    ['0', 1_000],
    ['-1', 1_000],
    ['3600', 900_000],
    ['99999999999999999999', 900_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2026 09:00:00 GMT', 900_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 1_000],
    ['soon', undefined],
    ['', undefined],
    ['1e9x', undefined],
    ['NaN', undefined],
    ['x'.repeat(10_000), undefined],
    [undefined, undefined],
  ];

  it('is held between a second and a quarter of an hour, and ignored when unreadable', () => {
    for (const [value, expected] of rows)
      assert.equal(retryAfterMs(value, now), expected, value?.slice(0, 40));
  });
});
