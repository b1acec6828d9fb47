import assert from 'node:assert/strict';
import {
  type ClockTags,
  NO_CLOCK,
  NO_DATES,
  type TakenHints,
  whenTaken,
} from '../../../imaging/exif/taken.ts';

const HINTS: TakenHints = {
  fileName: 'IMG_0001.JPG',
  modifiedAt: null,
  timezone: null,
  now: Date.UTC(2024, 0, 1),
};

function taken(tags: Partial<ClockTags>, hints: Partial<TakenHints> = {}) {
  const { capturedAt, capturedAtOrigin, capturedLocal } = whenTaken(
    { ...NO_CLOCK, ...tags },
    { ...HINTS, ...hints },
  );
  return [capturedAt, capturedAtOrigin, capturedLocal];
}

describe('whenTaken', () => {
  const dateTime = '2021:05:31 08:25:38';
  const local = '2021-05-31T08:25:38';
  const gps = { gpsDate: '2021:05:31', gpsTime: '06:25:30' };

  it('trusts the camera clock with its own offset above all', () => {
    const tags = { dateTime, subSeconds: '120', offset: '+02:00', ...gps };
    assert.deepEqual(taken(tags, { timezone: 'America/New_York' }), [
      '2021-05-31T06:25:38.120Z',
      'exif-offset',
      local,
    ]);
  });

  it('prefers the clock in the camera zone to GPS time, which is that of the last fix', () => {
    const stale = { gpsDate: '2021:05:31', gpsTime: '02:00:00' };
    assert.deepEqual(taken({ dateTime, ...stale }, { timezone: 'Europe/Berlin' }), [
      '2021-05-31T06:25:38.000Z',
      'exif-zone',
      local,
    ]);
  });

  it('lets GPS tell the zone and the clock the second when the zone is not known', () => {
    assert.deepEqual(taken({ dateTime, ...gps }), ['2021-05-31T06:25:38.000Z', 'exif-gps', local]);
    const nepal = { gpsDate: '2021:05:31', gpsTime: '02:40:36' };
    assert.deepEqual(taken({ dateTime, ...nepal }), ['2021-05-31T02:40:38.000Z', 'exif-gps', local]);
  });

  it('does not believe a GPS fix from another day', () => {
    const stale = { gpsDate: '2021:05:29', gpsTime: '06:25:30' };
    assert.deepEqual(taken({ dateTime, ...stale }), ['2021-05-31T08:25:38.000Z', 'exif-zone', local]);
    assert.deepEqual(taken({ dateTime, gpsDate: '0000:00:00', gpsTime: '00:00:00' })[1], 'exif-zone');
  });

  it('uses GPS alone when the clock was never set', () => {
    assert.deepEqual(taken({ dateTime: '0000:00:00 00:00:00', ...gps }), [
      '2021-05-31T06:25:30.000Z',
      'exif-gps',
      null,
    ]);
  });

  it('reads a clock without any zone as UTC', () => {
    assert.deepEqual(taken({ dateTime }), ['2021-05-31T08:25:38.000Z', 'exif-zone', local]);
    assert.deepEqual(taken({ dateTime }, { timezone: 'Mars/Olympus' }), [
      '2021-05-31T08:25:38.000Z',
      'exif-zone',
      local,
    ]);
  });

  it('falls back to the name, in the zone of the camera', () => {
    const fileName = 'Cam_00_20210531082538.jpg';
    assert.deepEqual(taken({}, { fileName, timezone: 'Europe/Berlin' }), [
      '2021-05-31T06:25:38.000Z',
      'file-name',
      local,
    ]);
    assert.deepEqual(taken({}, { fileName }), ['2021-05-31T08:25:38.000Z', 'file-name', local]);
    const pixel = { fileName: 'PXL_20210531_062538123.jpg', timezone: 'Europe/Berlin' };
    assert.deepEqual(taken({}, pixel), ['2021-05-31T06:25:38.123Z', 'file-name', null]);
  });

  it('then to the modification time, then to nothing', () => {
    const modifiedAt = '2022-02-02T02:02:02.000Z';
    assert.deepEqual(taken({}, { modifiedAt }), [modifiedAt, 'modified', null]);
    assert.deepEqual(taken({}, { modifiedAt: 'never' }), [null, null, null]);
    assert.deepEqual(taken({}), [null, null, null]);
  });

  it('passes over clocks that are wrong on their face', () => {
    const modifiedAt = '2022-02-02T02:02:02.000Z';
    for (const wrong of [
      '0000:00:00 00:00:00',
      '1970:01:01 00:00:00',
      '2031:01:01 00:00:00',
      '2021:13:01 00:00:00',
    ]) {
      assert.deepEqual(taken({ dateTime: wrong }, { modifiedAt }), [modifiedAt, 'modified', null], wrong);
    }
    assert.equal(taken({}, { fileName: 'IMG_20310101_000000.jpg', modifiedAt })[1], 'modified');
    assert.deepEqual(taken({}, { modifiedAt: '2031-01-01T00:00:00Z' }), [null, null, null]);
  });

  const whole = (tags: Partial<ClockTags>, hints: Partial<TakenHints> = {}, dates = NO_DATES) => {
    const found = whenTaken({ ...NO_CLOCK, ...tags }, { ...HINTS, ...hints }, dates);
    return [found.capturedAt, found.capturedOffset, found.capturedConfidence, found.capturedFlags.join()];
  };

  it('says the offset, how sure it is, and why not more', () => {
    const berlin = { timezone: 'Europe/Berlin' };
    assert.deepEqual(whole({ dateTime, offset: '-03:30' }), ['2021-05-31T11:55:38.000Z', -210, 'high', '']);
    assert.deepEqual(whole({ dateTime }, berlin), ['2021-05-31T06:25:38.000Z', 120, 'high', '']);
    assert.deepEqual(whole({ dateTime }), ['2021-05-31T08:25:38.000Z', null, 'low', 'no_zone']);
    assert.deepEqual(whole({}, { modifiedAt: '2022-02-02T02:02:02Z' }).slice(2), ['low', '']);
  });

  it('reads what no clock showed with the offset before the change, and what clocks showed twice as the first', () => {
    const berlin = { timezone: 'Europe/Berlin' };
    assert.deepEqual(whole({ dateTime: '2021:03:28 02:30:00' }, berlin), [
      '2021-03-28T01:30:00.000Z',
      60,
      'medium',
      'dst_gap',
    ]);
    assert.deepEqual(whole({ dateTime: '2021:10:31 02:30:00' }, berlin), [
      '2021-10-31T00:30:00.000Z',
      120,
      'medium',
      'dst_overlap',
    ]);
  });

  it('believes GPS against the zone when they differ by whole hours', () => {
    // The clock was left on winter time.
    const fresh = { gpsDate: '2021:05:31', gpsTime: '07:25:36' };
    assert.deepEqual(whole({ dateTime, ...fresh }, { timezone: 'Europe/Berlin' }), [
      '2021-05-31T07:25:38.000Z',
      60,
      'high',
      'zone_from_gps',
    ]);
  });

  it('takes the dates of programs before the name of the file', () => {
    const fileName = 'IMG_20230101_000000.jpg';
    const xmp = '2021-05-31T08:25:38.5+02:00';
    assert.deepEqual(whole({}, { fileName }, { xmp, iptc: null }).slice(0, 3), [
      '2021-05-31T06:25:38.500Z',
      120,
      'medium',
    ]);
    const iptc = '2021-05-31 08:25:38+0200';
    assert.equal(whole({}, { fileName }, { xmp: 'soon', iptc })[0], '2021-05-31T06:25:38.000Z');
    assert.equal(
      whole({}, { fileName }, { xmp: '2021-05-31T08:25', iptc: null })[0],
      '2021-05-31T08:25:00.000Z',
    );
    assert.equal(whole({}, { fileName }, { xmp: '2021-05-31', iptc: null })[0], '2023-01-01T00:00:00.000Z');
  });

  it('takes the day where the name has no more', () => {
    assert.deepEqual(whole({}, { fileName: 'IMG-20210531-WA0001.jpg', timezone: 'Europe/Berlin' }), [
      '2021-05-30T22:00:00.000Z',
      120,
      'low',
      'date_only',
    ]);
  });

  it('flags clocks that were never set, and goes on to the next witness', () => {
    const modifiedAt = '2022-02-02T02:02:02.000Z';
    for (const wrong of [
      '1970:01:01 00:00:00',
      '1980:01:01 00:12:00',
      '1989:12:30 00:00:00',
      '2024:01:03 00:00:00',
    ]) {
      assert.deepEqual(
        whole({ dateTime: wrong }, { modifiedAt }),
        [modifiedAt, null, 'low', 'suspect_clock'],
        wrong,
      );
      assert.deepEqual(whole({ dateTime: wrong }), [null, null, null, 'suspect_clock'], wrong);
    }
    for (const fine of ['1990:01:02 00:00:00', '2024:01:01 12:00:00', '0000:00:00 00:00:00']) {
      assert.ok(!String(whole({ dateTime: fine })[3]).includes('suspect'), fine);
    }
  });
});
