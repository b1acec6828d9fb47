import assert from 'node:assert/strict';
import fc from 'fast-check';
import { effortByLocation } from '../../../domain/survey/effort.ts';
import { DAY_MS, type Interval, lengthOf, merged, without } from '../../../domain/survey/intervals.ts';

const interval = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 30 }))
  .map(([from, length]): Interval => ({ from, to: from + length }));
const intervals = fc.array(interval, { maxLength: 8 });

/** Whole units of time that a set of stretches covers, counted one by one. */
function covered(list: readonly Interval[]): Set<number> {
  const units = new Set<number>();
  for (const { from, to } of list) for (let unit = from; unit < to; unit++) units.add(unit);
  return units;
}

describe('stretches of time', () => {
  it('are merged into the same time without overlaps', () => {
    fc.assert(
      fc.property(intervals, (list) => {
        const result = merged(list);
        assert.deepEqual(covered(result), new Set([...covered(list)].sort((a, b) => a - b)));
        for (const [i, { from, to }] of result.entries()) {
          assert.ok(from < to);
          if (i > 0) assert.ok(result[i - 1]!.to < from);
        }
        assert.equal(lengthOf(result), covered(list).size);
      }),
    );
  });

  it('are cut where others say', () => {
    fc.assert(
      fc.property(interval, intervals, (whole, cut) => {
        const gone = covered(cut);
        const left = [...covered([whole])].filter((unit) => !gone.has(unit));
        assert.deepEqual([...covered(without(whole, cut))], left);
      }),
    );
  });
});

describe('effort', () => {
  const day = (n: number) => n * DAY_MS;

  it('counts the days in which cameras could see', () => {
    const watches = [
      { cameraId: 'a', locationId: 'north', from: day(0), to: day(10) },
      { cameraId: 'b', locationId: 'north', from: day(2), to: day(4) },
      { cameraId: 'c', locationId: 'south', from: day(0), to: day(1) },
      { cameraId: 'd', locationId: null, from: day(5), to: day(6.5) },
    ];
    const gaps = [
      { cameraId: 'a', from: day(1), to: day(2) },
      { cameraId: 'a', from: day(1.5), to: day(3) },
      { cameraId: 'a', from: day(9), to: day(20) },
      { cameraId: 'c', from: day(-1), to: day(2) },
      { cameraId: 'nobody', from: day(0), to: day(9) },
    ];
    const found = effortByLocation(watches, gaps);
    assert.deepEqual(found.get('north'), {
      cameraDays: 10 - 2 - 1 + 2,
      cameras: 2,
      from: new Date(day(0)),
      to: new Date(day(10)),
    });
    assert.equal(found.get('south')?.cameraDays, 0);
    assert.equal(found.get(null)?.cameraDays, 1.5);
  });

  it('is never negative, never more than the time, and the same however a stay is cut up', () => {
    fc.assert(
      fc.property(interval, intervals, fc.integer({ min: 0, max: 90 }), (stay, blind, at) => {
        const here = { cameraId: 'a', locationId: 'x' };
        const gaps = blind.map((gap) => ({ ...gap, cameraId: 'a' }));
        const days = (stays: Interval[]) =>
          effortByLocation(
            stays.map((one) => ({ ...here, ...one })),
            gaps,
          ).get('x')!.cameraDays * DAY_MS;
        const whole = days([stay]);
        assert.ok(whole >= 0 && whole <= stay.to - stay.from + 1e-6);
        const cut = Math.min(Math.max(at, stay.from), stay.to);
        const halves = days([
          { ...stay, to: cut },
          { ...stay, from: cut },
        ]);
        assert.ok(Math.abs(halves - whole) < 1e-6);
        assert.ok(Math.abs(days([stay, stay]) - whole) < 1e-6, 'entered twice');
      }),
    );
  });
});
