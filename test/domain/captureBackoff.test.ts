import assert from 'node:assert/strict';
import fc from 'fast-check';
import { captureBackoffMs } from '../../domain/captureBackoff.ts';

describe('backoff of cameras', () => {
  it('grows to a minute', () => {
    const seconds = [0, 1, 2, 3, 4, 5, 500].map((failed) => captureBackoffMs(failed, 0.5) / 1_000);
    assert.deepEqual(seconds, [5, 10, 20, 40, 60, 60, 60]);
  });

  it('stays within a fifth of its step, and spreads', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (random) => {
        const ms = captureBackoffMs(2, random);
        assert.ok(ms >= 16_000 && ms <= 24_000);
      }),
    );
    assert.equal(captureBackoffMs(2, 0), 16_000);
    assert.equal(captureBackoffMs(2, 1), 24_000);
  });
});
