import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { frameName, type Stamp, stampFrame } from '../../capture/stamp.ts';
import { readExif } from '../../imaging/exif/read.ts';
import { whenTaken } from '../../imaging/exif/taken.ts';

const stamp = (more: Partial<Stamp> = {}): Stamp => ({
  frameId: randomUUID(),
  capturedAt: new Date('2026-07-04T12:34:56.789Z'),
  timezone: 'Europe/Berlin',
  camera: { id: randomUUID(), name: 'Waldrand Süd' },
  position: { latitude: -47.123456, longitude: 8.654321 },
  width: 64,
  height: 48,
  ...more,
});

const picture = () =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: '#3a7' } })
    .jpeg()
    .toBuffer();

const pixels = (jpeg: Buffer) => sharp(jpeg).raw().toBuffer();

describe('the stamp of a frame', () => {
  it('says where, when and by which camera, as our own reader understands it', async () => {
    const given = stamp();
    const facts = readExif(stampFrame(await picture(), given));
    assert.deepEqual([facts.make, facts.model, facts.serial], ['Tributary', 'Waldrand Süd', given.camera.id]);
    assert.ok(Math.abs(facts.position!.latitude - -47.123456) < 1e-6);
    assert.ok(Math.abs(facts.position!.longitude - 8.654321) < 1e-6);
    assert.equal(facts.values['ImageUniqueID'], given.frameId.replaceAll('-', ''));
    const taken = whenTaken(facts.clock, { fileName: 'x.jpg', modifiedAt: null, timezone: null });
    assert.deepEqual(taken, {
      capturedAt: '2026-07-04T12:34:56.789Z',
      capturedAtOrigin: 'exif-offset',
      capturedLocal: '2026-07-04T14:34:56',
      capturedOffset: 120,
      capturedConfidence: 'high',
      capturedFlags: [],
    });
  });

  for (const [zone, at, offset] of [
    [null, '2026-07-04T23:59:59.999Z', '+00:00'],
    ['Nowhere/Atall', '2026-01-01T00:00:00.000Z', '+00:00'],
    ['Asia/Kathmandu', '2026-01-01T00:00:00.001Z', '+05:45'],
    ['America/St_Johns', '2026-12-31T23:59:59.500Z', '-03:30'],
    // Both hours that the clocks show twice.
    ['Europe/Berlin', '2026-10-25T00:30:00.000Z', '+02:00'],
    ['Europe/Berlin', '2026-10-25T01:30:00.000Z', '+01:00'],
  ] as const) {
    it(`keeps the moment in ${zone} at ${at}`, async () => {
      const facts = readExif(
        stampFrame(await picture(), stamp({ timezone: zone, capturedAt: new Date(at) })),
      );
      assert.equal(facts.clock.offset, offset);
      const hints = {
        fileName: '',
        modifiedAt: null,
        timezone: null,
        now: Date.parse('2027-01-01T00:00:00Z'),
      };
      assert.equal(whenTaken(facts.clock, hints).capturedAt, at);
    });
  }

  it('leaves the picture alone, and takes the place of a stamp that was there', async () => {
    const plain = await picture();
    const stamped = stampFrame(plain, stamp());
    assert.deepEqual(await pixels(stamped), await pixels(plain));
    const other = stamp({ position: null, camera: { id: randomUUID(), name: 'other' } });
    const again = stampFrame(stamped, other);
    assert.deepEqual(again, stampFrame(plain, other));
    assert.equal(readExif(again).position, null);
    assert.equal((await sharp(again).metadata()).format, 'jpeg');
  });

  it('makes two pictures of two frames that look the same', async () => {
    const plain = await picture();
    const at = { capturedAt: new Date() };
    assert.notDeepEqual(stampFrame(plain, stamp(at)), stampFrame(plain, stamp(at)));
  });

  it('takes names of any length and bytes that are no picture for what they are', async () => {
    const long = stampFrame(await picture(), stamp({ camera: { id: randomUUID(), name: '🐗'.repeat(500) } }));
    assert.match(readExif(long).model ?? '', /^🐗{50}$/u);
    assert.throws(() => stampFrame(Buffer.from('no'), stamp()), RangeError);
    assert.throws(() => stampFrame(Buffer.from('GIF89a'), stamp()), RangeError);
    // Cut off right behind its head: nothing to read is no reason to fail.
    assert.ok(stampFrame(plainHead, stamp()).length > plainHead.length);
  });
});

const plainHead = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00]);

describe('the name of a frame', () => {
  it('is safe and sorts by time', () => {
    const at = new Date('2026-07-04T12:34:56.789Z');
    assert.equal(frameName('hide 3/../étang', at), 'hide-3-..-tang_20260704T123456789Z.jpg');
    assert.equal(frameName('..', at), 'camera_20260704T123456789Z.jpg');
    assert.ok(frameName('a', at) < frameName('a', new Date(at.getTime() + 1)));
    assert.ok(frameName('x'.repeat(5_000), at).length < 150);
  });
});
