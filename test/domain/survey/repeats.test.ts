import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Box } from '../../../domain/detection.ts';
import {
  createRepeatFinder,
  overlap,
  REPEATS,
  type RepeatRule,
  type SeenBox,
} from '../../../domain/survey/repeats.ts';

const seen = (image: number, box: Box, more: Partial<SeenBox> = {}): SeenBox => ({
  ...{ image, at: new Date(image * 3_600_000), label: 'animal', score: 0.3, box },
  ...more,
});
function findRepeats(boxes: readonly SeenBox[], rule?: RepeatRule) {
  const finder = createRepeatFinder(rule);
  for (const box of boxes) finder.add(box);
  return finder.found();
}
const range = (n: number) => [...new Array(n).keys()];
const BRANCH: Box = [0.4, 0.1, 0.1, 0.2];

describe('boxes that repeat', () => {
  it('are the same spot in many pictures', () => {
    const branch = range(40).map((i) =>
      seen(i, [0.4 + (i % 3) * 0.0005, 0.1, 0.1, 0.2], { score: 0.2 + i / 100 }),
    );
    const animals = range(40).map((i) => seen(i, [(i % 8) / 10, Math.floor(i / 8) / 10 + 0.4, 0.1, 0.1]));
    const [found, ...others] = findRepeats([...branch, ...animals]);
    assert.equal(others.length, 0);
    assert.equal(found?.images, 40);
    assert.equal(found.boxes, 40);
    assert.ok(overlap(found.box, BRANCH) > 0.98);
    assert.ok(Math.abs(found.maxScore - 0.59) < 1e-9);
    assert.equal(found.first?.getTime(), 0);
    assert.equal(found.last?.getTime(), 39 * 3_600_000);
  });

  it('count pictures, not boxes', () => {
    const boxes = range(100).map((i) => seen(i % 10, BRANCH));
    assert.deepEqual(findRepeats(boxes), []);
    assert.equal(findRepeats(boxes, { ...REPEATS, images: 10 })[0]?.boxes, 100);
  });

  it('are of one label', () => {
    const boxes = range(28).map((i) => seen(i, BRANCH, { label: i % 2 === 0 ? 'animal' : 'person' }));
    assert.deepEqual(findRepeats(boxes), []);
  });

  it('are not large: an animal close up fills the picture again and again', () => {
    assert.deepEqual(findRepeats(range(50).map((i) => seen(i, [0, 0, 0.5, 0.5]))), []);
  });

  it('are found wherever they lie, also across the lines of the grid', () => {
    const side = fc.double({ min: 0.02, max: 0.4, noNaN: true });
    const place = fc.double({ min: 0, max: 0.6, noNaN: true });
    const jitter = fc.array(
      fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true })),
      {
        minLength: 15,
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(place, place, side, side, jitter, (x, y, width, height, shifts) => {
        // Shifted by up to 2 % of its size: at least 0.92 of it stays common to any two.
        const boxes = shifts.map(([dx, dy], i) =>
          seen(i, [x + dx * width * 0.01, y + dy * height * 0.01, width, height]),
        );
        const found = findRepeats(boxes, { ...REPEATS, maxArea: 1 });
        assert.equal(found.length, 1);
        assert.equal(found[0]?.images, shifts.length);
      }),
    );
  });

  it('overlap as areas do', () => {
    assert.ok(Math.abs(overlap(BRANCH, BRANCH) - 1) < 1e-12);
    assert.equal(overlap([0, 0, 0.5, 1], [0.5, 0, 0.5, 1]), 0);
    assert.ok(Math.abs(overlap([0, 0, 0.4, 1], [0.2, 0, 0.4, 1]) - 1 / 3) < 1e-12);
  });
});
