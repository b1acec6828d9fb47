import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isSunUp, sunAt, sunTimes } from '../../domain/sun.ts';

/** As almanacs have them, in UTC. They round, and differ in where a city is: two minutes are allowed. */
const PUBLISHED: [string, string, number, number, string, string][] = [
  ['London', '2024-06-20', 51.5074, -0.1278, '2024-06-20T03:43Z', '2024-06-20T20:21Z'],
  ['New York', '2024-03-20', 40.7128, -74.006, '2024-03-20T10:58Z', '2024-03-20T23:08Z'],
  ['Sydney', '2024-12-21', -33.8688, 151.2093, '2024-12-20T18:41Z', '2024-12-21T09:05Z'],
  ['Reykjavik', '2024-12-21', 64.1466, -21.9426, '2024-12-21T11:22Z', '2024-12-21T15:30Z'],
  ['Singapore', '2024-01-01', 1.3521, 103.8198, '2023-12-31T23:07Z', '2024-01-01T11:10Z'],
];

describe('sunrise and sunset', () => {
  for (const [place, date, latitude, longitude, rise, set] of PUBLISHED) {
    it(`are right in ${place}`, () => {
      const found = sunTimes(date, latitude, longitude);
      assert.ok(found.kind === 'day');
      for (const [at, published] of [
        [found.sunrise, rise],
        [found.sunset, set],
      ] as const) {
        const off = Math.abs(at.getTime() - Date.parse(published)) / 60_000;
        assert.ok(off <= 2, `${at.toISOString()} is ${off.toFixed(1)} min from ${published}`);
      }
    });
  }

  it('come from where Meeus puts the sun (examples 25.a and 28.a)', () => {
    const { declination, equationOfTime } = sunAt(Date.parse('1992-10-13T00:00:00Z'));
    assert.ok(Math.abs(declination - -7.78507) < 0.001, `${declination}`);
    assert.ok(Math.abs(equationOfTime - (13 + 42.6 / 60)) < 0.02, `${equationOfTime}`);
  });

  it('do not happen near the poles in summer and in winter', () => {
    assert.deepEqual(sunTimes('2024-06-21', 69.6492, 18.9553), { kind: 'polar_day' });
    assert.deepEqual(sunTimes('2024-12-21', 69.6492, 18.9553), { kind: 'polar_night' });
    assert.deepEqual(sunTimes('2024-06-21', -80, 0), { kind: 'polar_night' });
    assert.deepEqual(sunTimes('2024-12-21', -90, 0), { kind: 'polar_day' });
    assert.equal(sunTimes('2024-03-20', 69.6492, 18.9553).kind, 'day');
  });

  it('come in order, about noon of the place, and agree with where the sun is', () => {
    const day = fc.date({ min: new Date('1990-01-01'), max: new Date('2060-01-01'), noInvalidDate: true });
    const latitude = fc.double({ min: -60, max: 60, noNaN: true });
    const longitude = fc.double({ min: -180, max: 180, noNaN: true });
    fc.assert(
      fc.property(day, latitude, longitude, (at, north, east) => {
        const date = at.toISOString().slice(0, 10);
        const found = sunTimes(date, north, east);
        assert.ok(found.kind === 'day');
        const { sunrise, sunset } = found;
        const noon = Date.parse(`${date}T12:00Z`) - east * 240_000;
        assert.ok(sunrise.getTime() < noon && noon < sunset.getTime());
        assert.ok(sunset.getTime() - sunrise.getTime() < 20 * 3_600_000);
        for (const [event, before] of [
          [sunrise, false],
          [sunset, true],
        ] as const) {
          assert.equal(isSunUp(new Date(event.getTime() - 120_000), north, east), before);
          assert.equal(isSunUp(new Date(event.getTime() + 120_000), north, east), !before);
        }
      }),
    );
  });

  it('need a date and a place', () => {
    for (const date of ['', '2024-13-01', '2024-1-1', 'today'])
      assert.throws(() => sunTimes(date, 0, 0), RangeError);
    assert.throws(() => sunTimes('2024-01-01', 91, 0), RangeError);
    assert.throws(() => sunTimes('2024-01-01', 0, Number.NaN), RangeError);
  });
});
