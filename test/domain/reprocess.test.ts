import assert from 'node:assert/strict';
import { dueAfter, REPROCESS_BATCH, stepSize } from '../../domain/reprocess.ts';

describe('the pace of a reprocess', () => {
  for (const [rate, images] of [
    [1, 1],
    [6, 1],
    [59, 9],
    [60, 10],
    [144, 24],
    [100_000, REPROCESS_BATCH],
    [null, REPROCESS_BATCH],
  ] as const) {
    it(`of ${rate ?? 'any'} images a minute goes by steps of ${images}`, () =>
      assert.equal(stepSize(rate), images));
  }

  it('is as many a minute as people want, however many a step has', () => {
    for (const rate of [1, 7, 60, 1_000, 100_000]) {
      let at = 0;
      let images = 0;
      while (at < 600_000) {
        const step = stepSize(rate);
        at = dueAfter({ at, images: step }, rate);
        images += step;
      }
      const minutes = at / 60_000;
      assert.ok(
        images / minutes < rate + 0.001 && images / minutes > rate * 0.9,
        `${rate}: ${images / minutes}`,
      );
    }
  });
});
