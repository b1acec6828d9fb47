import assert from 'node:assert/strict';
import { written } from '../../../imaging/exif/clock.ts';
import { timeInName } from '../../../imaging/exif/fileName.ts';

const LOCAL: Record<string, string> = {
  'IMG_20210531_082538.jpg': '2021-05-31T08:25:38',
  'IMG20210531082538.jpg': '2021-05-31T08:25:38',
  '20210531_082538(0).jpg': '2021-05-31T08:25:38',
  '2021-05-31 08.25.38.jpg': '2021-05-31T08:25:38',
  'Screenshot_20210531-082538_Maps.png': '2021-05-31T08:25:38',
  'Screenshot 2021-05-31 at 08.25.38.png': '2021-05-31T08:25:38',
  'signal-2021-05-31-082538.jpeg': '2021-05-31T08:25:38',
  'WIN_20210531_08_25_38_Pro.jpg': '2021-05-31T08:25:38',
  'Station7__CamB__2021-05-31__08-25-38(2).JPG': '2021-05-31T08:25:38',
  'Cam_00_20210531082538.jpg': '2021-05-31T08:25:38',
  '192.168.1.64_01_20210531082538123_MOTION_DETECTION.jpg': '2021-05-31T08:25:38',
  '2021-05-31T08-25-38.png': '2021-05-31T08:25:38',
};

const UTC: Record<string, string> = {
  'PXL_20210531_062538123.jpg': '2021-05-31T06:25:38',
  '20210531T062538Z.jpg': '2021-05-31T06:25:38',
};

const NONE = [
  'RCNX0001.JPG',
  'IMG_0001.JPG',
  'DSCN4711.JPG',
  'EK000001.JPG',
  // Agouti: the time of the import, not of the picture.
  '20200709131425-RCNX0001.JPG',
  'IMG-20210531-WA0001.jpg',
  '20211331_082538.jpg',
  '20210531_252538.jpg',
  '120210531082538.jpg',
  'scan 1234567890123456789.png',
  '',
];

describe('timeInName', () => {
  for (const [name, expected] of Object.entries(LOCAL)) {
    it(`${name} is local time`, () => {
      const named = timeInName(name);
      assert.deepEqual([named && written(named.clock), named?.isUtc], [expected, false]);
    });
  }
  for (const [name, expected] of Object.entries(UTC)) {
    it(`${name} is UTC`, () => {
      const named = timeInName(name);
      assert.deepEqual([named && written(named.clock), named?.isUtc], [expected, true]);
    });
  }
  for (const name of NONE) it(`"${name}" tells no time`, () => assert.equal(timeInName(name), null));

  it('keeps milliseconds', () => {
    assert.equal(timeInName('PXL_20210531_062538123.jpg')?.clock.millisecond, 123);
  });
});
