import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createThrottle } from '../../capture/throttle.ts';

const taken = (interval: number, times: readonly number[]) => {
  const throttle = createThrottle(interval);
  return times.filter((at) => throttle.due(at));
};

describe('throttle', () => {
  it('takes the first of each interval', () => {
    assert.deepEqual(taken(100, [0, 40, 80, 120, 160, 200, 240, 500, 540, 610]), [0, 120, 200, 500, 610]);
  });

  it('does not drift: over a long time it takes as many as it should', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 60 }), fc.integer({ min: 1, max: 5 }), (fps, wanted) => {
        const times = Array.from({ length: fps * 60 }, (_, n) => 1e12 + (n * 1_000) / fps);
        const count = taken(1_000 / wanted, times).length;
        assert.ok(Math.abs(count - wanted * 60) <= 1, `${count} of ${wanted * 60}`);
      }),
    );
  });

  it('never takes two in one interval, whatever the times', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 100 }), (steps) => {
        let at = 0;
        const times = steps.map((step) => {
          at += step;
          return at;
        });
        const turns = taken(700, times).map((time) => Math.floor((time - (times[0] ?? 0)) / 700));
        assert.equal(new Set(turns).size, turns.length);
      }),
    );
  });

  it('goes on when the clock jumps back, or far ahead', () => {
    assert.deepEqual(taken(100, [1e12, 1_000, 1_050, 1_100]), [1e12, 1_000, 1_100]);
    assert.deepEqual(taken(100, [0, 1e13, 1e13 + 50, 1e13 + 100]), [0, 1e13, 1e13 + 100]);
  });

  it('needs an interval', () => {
    for (const interval of [0, -1, Number.NaN]) assert.throws(() => createThrottle(interval), RangeError);
  });
});
