import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dayOf, parseWindowEnd, planDay, type WindowPlan } from '../../domain/captureWindow.ts';

const BERLIN = { latitude: 52.52, longitude: 13.405 };
const TROMSO = { latitude: 69.65, longitude: 18.96 };
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

function plan(from: string, to: string, more: Partial<WindowPlan> = {}): WindowPlan {
  return {
    from: parseWindowEnd(from)!,
    to: parseWindowEnd(to)!,
    days: EVERY_DAY,
    timezone: 'Europe/Berlin',
    position: BERLIN,
    ...more,
  };
}

function opened(from: string, to: string, date: string, more: Partial<WindowPlan> = {}): string[] | null {
  const found = planDay(plan(from, to, more), date);
  return found && [found.from.toISOString(), found.to.toISOString()];
}

const minutes = (pair: string[]) => (Date.parse(pair[1]!) - Date.parse(pair[0]!)) / 60_000;

describe('windows of cameras', () => {
  it('read their ends', () => {
    assert.deepEqual(parseWindowEnd('08:30'), { clock: 510 });
    assert.deepEqual(parseWindowEnd(' 00:00 '), { clock: 0 });
    assert.deepEqual(parseWindowEnd('sunrise'), { sun: 'sunrise', offset: 0 });
    assert.deepEqual(parseWindowEnd('sunset-00:30'), { sun: 'sunset', offset: -30 });
    assert.deepEqual(parseWindowEnd('sunset+06:00'), { sun: 'sunset', offset: 360 });
    for (const wrong of [
      '',
      '24:00',
      '8:30',
      '08:60',
      'noon',
      'sunrise+1',
      'sunrise+06:01',
      'sunset +00:10',
      '08:00Z',
    ]) {
      assert.equal(parseWindowEnd(wrong), null, wrong);
    }
  });

  it('are read in the time zone of the camera, in summer and in winter', () => {
    assert.deepEqual(opened('08:00', '18:00', '2026-01-15'), [
      '2026-01-15T07:00:00.000Z',
      '2026-01-15T17:00:00.000Z',
    ]);
    assert.deepEqual(opened('08:00', '18:00', '2026-07-15'), [
      '2026-07-15T06:00:00.000Z',
      '2026-07-15T16:00:00.000Z',
    ]);
    assert.deepEqual(opened('08:00', '18:00', '2026-07-15', { timezone: 'UTC', position: null }), [
      '2026-07-15T08:00:00.000Z',
      '2026-07-15T18:00:00.000Z',
    ]);
  });

  it('go over midnight when they end earlier in the day than they begin', () => {
    assert.deepEqual(opened('22:00', '05:00', '2026-01-15'), [
      '2026-01-15T21:00:00.000Z',
      '2026-01-16T04:00:00.000Z',
    ]);
    assert.equal(minutes(opened('00:00', '00:00', '2026-01-15')!), 1_440);
    assert.equal(minutes(opened('12:00', '12:00', '2026-03-28')!), 1_380, 'clocks go forward that night');
    const night = opened('sunset', 'sunrise', '2026-06-21')!;
    assert.ok(night[0]!.startsWith('2026-06-21T19:3') && night[1]!.startsWith('2026-06-22T02:4'), `${night}`);
    const evening = opened('22:00', 'sunrise', '2026-06-21')!;
    assert.ok(evening[1]!.startsWith('2026-06-22T02:4'), `${evening}`);
  });

  it('follow the sun', () => {
    const day = opened('sunrise', 'sunset', '2026-06-21')!;
    assert.ok(minutes(day) > 1_000 && minutes(day) < 1_020, `${day}`);
    const longer = minutes(opened('sunrise-00:30', 'sunset+01:00', '2026-06-21')!);
    assert.equal(Math.round(longer - minutes(day)), 90);
    // Summer has light before six; a winter morning does not, and that is no window of 22 hours.
    assert.ok(minutes(opened('sunrise', '06:30', '2026-06-21')!) > 60);
    assert.equal(opened('sunrise', '06:30', '2026-12-21'), null);
  });

  it('are always or never there where the sun does not set or rise', () => {
    const north = { position: TROMSO, timezone: 'Europe/Oslo' };
    assert.equal(minutes(opened('sunrise', 'sunset', '2026-06-21', north)!), 1_440);
    assert.equal(opened('sunset', 'sunrise', '2026-06-21', north), null);
    assert.equal(opened('sunrise', 'sunset', '2026-12-21', north), null);
    assert.ok(Math.abs(minutes(opened('sunset', 'sunrise', '2026-12-21', north)!) - 1_440) < 2);
    // One day follows the other without a hole of note.
    const [first, second] = [
      opened('sunrise', 'sunset', '2026-06-21', north)!,
      opened('sunrise', 'sunset', '2026-06-22', north)!,
    ];
    assert.ok(Math.abs(Date.parse(first[1]!) - Date.parse(second[0]!)) < 120_000);
  });

  it('are on the day that the calendar calls so, on both sides of the date line', () => {
    for (const [timezone, latitude, longitude] of [
      ['Pacific/Kiritimati', 1.87, -157.4],
      ['Pacific/Pago_Pago', -14.3, -170.7],
      ['Pacific/Auckland', -36.8, 174.8],
      ['Asia/Kamchatka', 53, 158.6],
    ] as const) {
      const more = { timezone, position: { latitude, longitude } };
      const [from, to] = opened('sunrise', 'sunset', '2026-09-21', more)!;
      assert.equal(dayOf(new Date(from!), timezone), '2026-09-21', timezone);
      assert.equal(dayOf(new Date(to!), timezone), '2026-09-21', timezone);
    }
  });

  it('are never the wrong way round or longer than two days, wherever and whenever', () => {
    const end = fc.oneof(
      fc.nat({ max: 1_439 }).map((clock) => ({ clock })),
      fc.record({
        sun: fc.constantFrom('sunrise' as const, 'sunset' as const),
        offset: fc.integer({ min: -360, max: 360 }),
      }),
    );
    const place = fc.record({
      latitude: fc.double({ min: -90, max: 90, noNaN: true }),
      longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    });
    const timezone = fc.constantFrom(
      'UTC',
      'Pacific/Kiritimati',
      'America/New_York',
      'Antarctica/Troll',
      'Asia/Kathmandu',
    );
    const day = fc
      .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    fc.assert(
      fc.property(end, end, place, timezone, day, (from, to, position, zone, date) => {
        const open = planDay({ from, to, days: EVERY_DAY, timezone: zone, position }, date);
        if (open === null) return;
        const length = open.to.getTime() - open.from.getTime();
        assert.ok(length >= 60_000 && length <= 48 * 3_600_000, `${open.from} ${open.to}`);
      }),
      { numRuns: 500 },
    );
  });

  it('open on their days only, and not where nobody knows the sun', () => {
    assert.equal(opened('08:00', '18:00', '2026-01-15', { days: [6, 7] }), null);
    assert.ok(opened('08:00', '18:00', '2026-01-18', { days: [7] }));
    assert.ok(opened('08:00', '18:00', '2026-01-19', { days: [1] }));
    assert.equal(opened('sunrise', '18:00', '2026-01-15', { position: null }), null);
  });

  it('know which day it is at the camera', () => {
    assert.equal(dayOf(new Date('2026-01-15T23:30:00Z'), 'Europe/Berlin'), '2026-01-16');
    assert.equal(dayOf(new Date('2026-01-15T02:30:00Z'), 'America/New_York'), '2026-01-14');
  });
});
