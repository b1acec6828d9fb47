import assert from 'node:assert/strict';
import fc from 'fast-check';
import { activityByHour } from '../../../domain/survey/activity.ts';
import { createIndependence } from '../../../domain/survey/independent.ts';
import { includes, narrowest } from '../../../domain/survey/lineage.ts';
import { richnessByLocation } from '../../../domain/survey/richness.ts';
import { ANIMAL, BIRD, BLACKBIRD, BLANK, CANIDAE, FOX, HUMAN, VEHICLE, WOLF } from './labels.ts';

const minutes = (n: number) => new Date(n * 60_000);

describe('independent records', () => {
  it('are half an hour apart', () => {
    const counts = createIndependence();
    const at = [0, 29, 30, 59, 61].map((minute) => counts('a', FOX, minutes(minute)));
    assert.deepEqual(at, [true, false, true, false, true]);
    assert.equal(counts('b', FOX, minutes(62)), true, 'another place');
    assert.equal(counts('a', WOLF, minutes(62)), true, 'another kind');
  });

  it('can be measured from the last one seen', () => {
    const counts = createIndependence({ minutes: 30, since: 'seen' });
    const at = [0, 20, 40, 60, 90].map((minute) => counts('a', FOX, minutes(minute)));
    assert.deepEqual(at, [true, false, false, false, true]);
  });

  it('are never more with a longer interval, and never closer than it', () => {
    const times = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(
        times,
        fc.integer({ min: 1, max: 120 }),
        fc.constantFrom('counted', 'seen'),
        (list, gap, since) => {
          const sorted = list.toSorted((a, b) => a - b);
          const of = (interval: number) => {
            const counts = createIndependence({ minutes: interval, since: since as 'counted' | 'seen' });
            return sorted.filter((minute) => counts('a', FOX, minutes(minute)));
          };
          const kept = of(gap);
          assert.equal(kept[0], sorted[0]);
          for (const [i, minute] of kept.entries()) if (i > 0) assert.ok(minute - kept[i - 1]! >= gap);
          if (since === 'counted') assert.ok(of(gap + 1).length <= kept.length);
        },
      ),
    );
  });
});

describe('activity', () => {
  it('is told by the hours of the place', () => {
    const found = activityByHour([
      { label: FOX, at: new Date('2026-03-01T22:59:59Z'), offsetMinutes: 60 },
      { label: FOX, at: new Date('2026-03-01T23:00:00Z'), offsetMinutes: 60 },
      { label: FOX, at: new Date('2026-03-01T00:10:00Z'), offsetMinutes: -30 },
      { label: WOLF, at: new Date('2026-03-01T04:15:00Z'), offsetMinutes: 345 },
    ]);
    const hours = (label: string) =>
      Object.fromEntries([...(found.get(label) ?? []).entries()].filter(([, count]) => count > 0));
    assert.deepEqual(hours(FOX), { 0: 1, 23: 2 });
    assert.deepEqual(hours(WOLF), { 10: 1 });
    assert.equal(found.get(FOX)?.length, 24);
  });
});

describe('kin', () => {
  const rows: readonly [string, string, boolean][] = [
    [ANIMAL, FOX, true],
    [ANIMAL, 'fox', true],
    [CANIDAE, FOX, true],
    [CANIDAE, CANIDAE, false],
    [FOX, CANIDAE, false],
    [CANIDAE, BLACKBIRD, false],
    [BIRD, BLACKBIRD, true],
    [ANIMAL, HUMAN, false],
    [HUMAN, FOX, false],
    [BLANK, FOX, false],
    ['fox', FOX, false],
  ];
  for (const [wider, narrower, expected] of rows) {
    it(`${wider.slice(37) || wider} ${expected ? 'holds' : 'does not hold'} ${narrower.slice(37) || narrower}`, () => {
      assert.equal(includes(wider, narrower), expected);
    });
  }

  it('leaves the narrowest labels, in any order', () => {
    const labels = fc.array(fc.constantFrom(FOX, WOLF, CANIDAE, BIRD, BLACKBIRD, ANIMAL, HUMAN, 'fox'));
    fc.assert(
      fc.property(labels, (given) => {
        const left = narrowest(given);
        assert.deepEqual(narrowest(given.toReversed()).sort(), left.toSorted());
        assert.deepEqual(narrowest(left).sort(), left.toSorted());
        for (const label of given)
          assert.ok(left.includes(label) || left.some((one) => includes(label, one)));
      }),
    );
  });
});

describe('richness', () => {
  it('counts what must be different kinds', () => {
    const found = richnessByLocation([
      ...[FOX, FOX, CANIDAE, ANIMAL, BIRD, HUMAN].map((label) => ({ locationId: 'north', label })),
      ...[BIRD, BLACKBIRD, WOLF, 'badger'].map((label) => ({ locationId: 'south', label })),
      { locationId: null, label: VEHICLE },
    ]);
    assert.deepEqual(found.get('north'), { kinds: [FOX, BIRD], species: 1 });
    assert.deepEqual(found.get('south'), { kinds: [WOLF, BLACKBIRD, 'badger'], species: 3 });
    assert.deepEqual(found.get(null), { kinds: [], species: 0 });
  });
});
