import assert from 'node:assert/strict';
import { isPlausible, parseClock, parseOffset, written } from '../../../imaging/exif/clock.ts';

describe('clock readings', () => {
  it('are read in the spellings that cameras and programs use', () => {
    for (const text of [
      '2021:05:31 08:25:38',
      '2021-05-31T08:25:38',
      '2021/05/31 08:25:38',
      '2021:05:31 8:25:38',
      '2021:05:31  08:25:38+02:00',
    ]) {
      assert.equal(written(parseClock(text)!), '2021-05-31T08:25:38', text);
    }
  });

  it('that no calendar or clock has are refused', () => {
    for (const text of [
      '0000:00:00 00:00:00',
      '    :  :     :  :  ',
      '2021:13:01 00:00:00',
      '2021:02:30 00:00:00',
      '2021:02:28 24:00:00',
      '2021:02:28 12:60:00',
      '2021:02:28 12:00:60',
      '1979:12:31 23:59:59',
      '2021:00:10 00:00:00',
      '2021:05:31',
      'yesterday',
      '',
    ]) {
      assert.equal(parseClock(text), null, text);
    }
    assert.notEqual(parseClock('2020:02:29 00:00:00'), null);
  });

  it('take fractions of any length', () => {
    assert.equal(parseClock('2021:05:31 08:25:38', '5')?.millisecond, 500);
    assert.equal(parseClock('2021:05:31 08:25:38', '123456')?.millisecond, 123);
    assert.equal(parseClock('2021:05:31 08:25:38', ' 07 ')?.millisecond, 70);
    assert.equal(parseClock('2021:05:31 08:25:38', 'x')?.millisecond, 0);
  });

  it('offsets are those that exist on Earth', () => {
    assert.equal(parseOffset('+02:00'), 7_200_000);
    assert.equal(parseOffset('-0330'), -12_600_000);
    assert.equal(parseOffset('Z'), 0);
    for (const text of ['+15:00', '+02:75', '02:00', '   :  ', ''])
      assert.equal(parseOffset(text), null, text);
  });

  it('from the future or before digital cameras are not plausible', () => {
    const now = Date.UTC(2024, 5, 1);
    assert.equal(isPlausible(Date.UTC(2024, 5, 2), now), true);
    assert.equal(isPlausible(Date.UTC(2024, 5, 4), now), false);
    assert.equal(isPlausible(Date.UTC(1970, 0, 1), now), false);
    assert.equal(isPlausible(Number.NaN, now), false);
  });
});
