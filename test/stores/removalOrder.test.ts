import assert from 'node:assert/strict';
import { type Reference, removalOrder } from '../../stores/tenancy/removalOrder.ts';

const points = (from: string, to: string, nullable = false): Reference => ({
  from,
  to,
  column: `${to}_id`,
  nullable,
});

describe('the order in which a tenant is removed', () => {
  it('puts every table before what it points at', () => {
    const { tables, cut } = removalOrder(
      ['assets', 'events', 'imports', 'items'],
      [
        points('items', 'imports'),
        points('items', 'assets'),
        points('events', 'items'),
        points('events', 'assets'),
      ],
    );
    assert.deepEqual(tables, ['events', 'items', 'assets', 'imports']);
    assert.deepEqual(cut, []);
  });

  it('empties columns where tables point at each other or at themselves', () => {
    const loose = points('assets', 'series', true);
    const own = points('assets', 'assets', true);
    const { tables, cut } = removalOrder(['assets', 'series'], [loose, points('series', 'assets'), own]);
    assert.deepEqual(tables, ['series', 'assets']);
    assert.deepEqual(cut, [own, loose]);
  });

  it('says so when there is none', () => {
    assert.throws(
      () => removalOrder(['a', 'b'], [points('a', 'b'), points('b', 'a')]),
      /point at each other: a, b/,
    );
  });
});
