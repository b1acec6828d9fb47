import assert from 'node:assert/strict';
import { isZone, placeIn } from '../../domain/zone.ts';
import { parseClock } from '../../imaging/exif/clock.ts';

const at = (zone: string, clock: string) => new Date(placeIn(zone, parseClock(clock)!).instant).toISOString();

describe('placeIn', () => {
  it('knows summer and winter time', () => {
    assert.equal(at('Europe/Berlin', '2021-07-01 12:00:00'), '2021-07-01T10:00:00.000Z');
    assert.equal(at('Europe/Berlin', '2021-01-01 12:00:00'), '2021-01-01T11:00:00.000Z');
    assert.equal(at('America/New_York', '2021-07-01 12:00:00'), '2021-07-01T16:00:00.000Z');
    assert.equal(at('Asia/Kathmandu', '2021-07-01 12:00:00'), '2021-07-01T06:15:00.000Z');
    assert.equal(at('Pacific/Kiritimati', '2021-07-01 12:00:00'), '2021-06-30T22:00:00.000Z');
    assert.equal(at('UTC', '2021-07-01 12:00:00'), '2021-07-01T12:00:00.000Z');
  });

  it('reads the hour that is skipped in spring as a clock that nobody changed would show it', () => {
    assert.equal(at('Europe/Berlin', '2021-03-28 01:59:59'), '2021-03-28T00:59:59.000Z');
    assert.equal(at('Europe/Berlin', '2021-03-28 02:30:00'), '2021-03-28T01:30:00.000Z');
    assert.equal(at('Europe/Berlin', '2021-03-28 03:00:00'), '2021-03-28T01:00:00.000Z');
    assert.equal(at('America/New_York', '2021-03-14 02:30:00'), '2021-03-14T07:30:00.000Z');
  });

  it('takes the first of the two hours of autumn', () => {
    assert.equal(at('Europe/Berlin', '2021-10-31 02:30:00'), '2021-10-31T00:30:00.000Z');
    assert.equal(at('Europe/Berlin', '2021-10-31 03:00:00'), '2021-10-31T02:00:00.000Z');
    assert.equal(at('America/New_York', '2021-11-07 01:30:00'), '2021-11-07T05:30:00.000Z');
    assert.equal(at('Australia/Lord_Howe', '2021-04-04 01:45:00'), '2021-04-03T14:45:00.000Z');
  });

  it('keeps fractions of a second', () => {
    assert.equal(
      new Date(placeIn('Europe/Paris', parseClock('2021-07-01 12:00:00', '25')!).instant).toISOString(),
      '2021-07-01T10:00:00.250Z',
    );
  });

  it('knows which zones exist', () => {
    assert.equal(isZone('Europe/Berlin'), true);
    assert.equal(isZone('Mars/Olympus'), false);
    assert.equal(isZone(''), false);
  });

  it('tells when a reading never was, or was twice', () => {
    const change = (clock: string) => placeIn('Europe/Berlin', parseClock(clock)!).change;
    assert.equal(change('2021-03-28 02:30:00'), 'gap');
    assert.equal(change('2021-10-31 02:30:00'), 'overlap');
    assert.equal(change('2021-03-28 01:59:59'), null);
    assert.equal(change('2021-10-31 03:00:00'), null);
    assert.equal(change('2021-07-01 12:00:00'), null);
  });
});
