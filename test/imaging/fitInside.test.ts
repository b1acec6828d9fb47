import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fitInside } from '../../imaging/pixels.ts';

describe('fitInside', () => {
  const side = fc.integer({ min: 1, max: 100_000 });

  it('fits, never enlarges, never vanishes, and keeps the aspect to a pixel', () => {
    fc.assert(
      fc.property(side, side, side, side, (width, height, boxWidth, boxHeight) => {
        const fitted = fitInside({ width, height }, { width: boxWidth, height: boxHeight });
        assert.ok(fitted.width >= 1 && fitted.width <= Math.min(width, boxWidth));
        assert.ok(fitted.height >= 1 && fitted.height <= Math.min(height, boxHeight));
        const scale = Math.min(1, boxWidth / width, boxHeight / height);
        assert.ok(Math.abs(fitted.width - Math.max(1, width * scale)) <= 0.5 + 1e-9);
        assert.ok(Math.abs(fitted.height - Math.max(1, height * scale)) <= 0.5 + 1e-9);
      }),
    );
  });

  it('leaves small pictures alone', () => {
    assert.deepEqual(fitInside({ width: 30, height: 20 }, { width: 400, height: 400 }), {
      width: 30,
      height: 20,
    });
  });
});
