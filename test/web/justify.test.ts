import assert from 'node:assert/strict';
import fc from 'fast-check';
import { clampAspect, justify, type Row, type Shape } from '../../web/src/library/justify.ts';

const measure = { width: 1_000, gap: 6, target: 180 };
const aspects = fc.array(fc.double({ min: 0.01, max: 50, noNaN: true }), { maxLength: 60 });

const shapesOf = (list: readonly number[], firstId: number): Shape[] =>
  list.map((aspect, index) => ({ id: firstId - index, aspect }));
const spanOf = (row: Row): number =>
  row.widths.reduce((sum, width) => sum + width, 0) + measure.gap * (row.widths.length - 1);

describe('justified rows', () => {
  it('hold each picture once, in order, and reach the edge without passing it', () => {
    fc.assert(
      fc.property(aspects, aspects, (newer, older) => {
        const rows = justify(shapesOf(newer, 1_000), shapesOf(older, 500), measure);
        let next = 0;
        for (const row of rows) {
          assert.equal(row.start, next);
          next += row.widths.length;
          assert.ok(spanOf(row) <= measure.width + 0.01);
        }
        assert.equal(next, newer.length + older.length);
        const ragged = rows.filter((row) => spanOf(row) < measure.width - 0.01);
        assert.ok(ragged.length <= 2, 'only the newest row and the last one may end early');
        for (const row of rows) assert.ok(row.height <= measure.target * 1.4 + 1);
      }),
    );
  });

  it('keep the shape of each picture within the limits', () => {
    const rows = justify([], shapesOf([1.5, 0.66, 1, 1.5, 1.5, 0.75, 2], 10), measure);
    const [first] = rows;
    assert.ok(first !== undefined);
    for (const [index, width] of first.widths.entries()) {
      assert.ok(Math.abs(width / first.height - [1.5, 0.66, 1, 1.5, 1.5][index]!) < 0.02);
    }
    assert.equal(clampAspect(Number.NaN), 1);
    assert.equal(clampAspect(0), 1);
    assert.ok(clampAspect(40) < 4);
  });

  it('stay as they are below the newest row when pictures arrive', () => {
    fc.assert(
      fc.property(aspects, aspects, fc.double({ min: 0.3, max: 3, noNaN: true }), (newer, older, one) => {
        const before = justify(shapesOf(newer, 1_000), shapesOf(older, 500), measure);
        const after = justify(shapesOf([one, ...newer], 1_001), shapesOf(older, 500), measure);
        const newest = newer.length === 0 ? 0 : 1;
        const kept = before.slice(newest).map((row) => [row.key, row.height, row.start + 1]);
        const same = after.slice(after.length - kept.length).map((row) => [row.key, row.height, row.start]);
        assert.deepEqual(same, kept);
      }),
    );
  });

  it('are none where there is no room', () => {
    assert.deepEqual(justify([], shapesOf([1, 1], 2), { ...measure, width: 0 }), []);
  });
});
