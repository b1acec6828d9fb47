import assert from 'node:assert/strict';
import fc from 'fast-check';
import { areaIn, around, bboxOf, netOf, projectionOf } from '../../web/src/map/projection.ts';

const latitude = fc.double({ min: -85, max: 85, noNaN: true });
const longitude = fc.double({ min: -179, max: 179, noNaN: true });

describe('the map', () => {
  it('has every place in it, east to the right and north above', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(latitude, longitude), { minLength: 1, maxLength: 20 }), (points) => {
        const areas = points.map(([lat, long]) => ({ west: long, east: long, south: lat, north: lat }));
        const size = { width: 900, height: 500 };
        const area = around(areas);
        const { place, under } = projectionOf(area, size);
        for (const [lat, long] of points) {
          const { x, y } = place(lat, long);
          assert.ok(x >= -0.01 && x <= size.width + 0.01 && y >= -0.01 && y <= size.height + 0.01);
          const back = under(x, y);
          assert.ok(Math.abs(back.latitude - lat) < 1e-6 && Math.abs(back.longitude - long) < 1e-6);
          assert.ok(place(lat, long + 1).x > x && place(lat + 0.1, long).y <= y);
        }
        const text = bboxOf(area).split(',').map(Number);
        assert.ok(text.every(Number.isFinite));
        assert.ok(areaIn(bboxOf(area)) !== null);
      }),
    );
    assert.deepEqual(
      [areaIn('1,2,3'), areaIn('a,b,c,d'), areaIn(null), areaIn('1,2,3,4,5')],
      [null, null, null, null],
    );
  });

  it('has a net at round numbers', () => {
    assert.deepEqual(netOf(-7, 31), [0, 10, 20, 30]);
    assert.deepEqual(netOf(13.38, 13.42), [13.38, 13.39, 13.4, 13.41, 13.42]);
    fc.assert(
      fc.property(longitude, fc.double({ min: 0.001, max: 300, noNaN: true }), (from, span) => {
        const lines = netOf(from, from + span);
        assert.ok(lines.length <= 7);
        assert.ok(lines.every((line) => line >= from - 1e-6 && line <= from + span + 1e-6));
      }),
    );
  });
});
