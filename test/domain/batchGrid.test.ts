import assert from 'node:assert/strict';
import { batchAt, batchesFor, batchSlots, slotsOf } from '../../domain/batchGrid.ts';
import { BATCH_SIZE, LARGE_BATCH_SIZE } from '../../domain/limits.ts';

describe('the grid of batches', () => {
  for (const grid of [1, 2] as const) {
    it(`${grid} gives every slot one batch, without gaps`, () => {
      let next = 0;
      for (let batch = 0; batch < 40; batch += 1) {
        const [from, to] = batchSlots(grid, batch);
        assert.equal(from, next);
        for (let slot = from; slot < to; slot += 1) assert.equal(batchAt(grid, slot), batch);
        assert.equal(batchesFor(grid, from), batch);
        assert.equal(batchesFor(grid, from + 1), batch + 1);
        next = to;
      }
    });
  }

  it('begins with small batches and goes on with large ones', () => {
    const sizes = [0, 1, 2, 3].map((batch) => {
      const [from, to] = batchSlots(2, batch);
      return to - from;
    });
    assert.deepEqual(sizes, [BATCH_SIZE, BATCH_SIZE, LARGE_BATCH_SIZE, LARGE_BATCH_SIZE]);
  });

  it('takes a batch that says no slots for one of before', () => {
    assert.deepEqual(slotsOf({ importId: 'any', batch: 3 }), [3 * BATCH_SIZE, 4 * BATCH_SIZE]);
    assert.deepEqual(slotsOf({ importId: 'any', batch: 3, slots: [96, 144] }), [96, 144]);
  });
});
