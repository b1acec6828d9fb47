import assert from 'node:assert/strict';
import fc from 'fast-check';
import sharp from 'sharp';
import { bounded } from '../../../imaging/exif/bounded.ts';
import { readExif } from '../../../imaging/exif/read.ts';
import { cleanText, namedValues } from '../../../imaging/exif/values.ts';

const blank = () => sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } });

const CAMERA = {
  IFD0: { Make: '  Reconyx ', Model: 'HF2X', DateTime: '2021:06:01 00:00:00' },
  IFD2: {
    DateTimeOriginal: '2021:05:31 08:25:38',
    OffsetTimeOriginal: '+02:00',
    SubSecTimeOriginal: '250',
    FNumber: '28/10',
    ISOSpeedRatings: '400',
  },
  IFD3: {
    GPSLatitudeRef: 'S',
    GPSLatitude: '33/1 51/1 3000/100',
    GPSLongitudeRef: 'W',
    GPSLongitude: '70/1 30/1 0/1',
    GPSDateStamp: '2021:05:31',
    GPSTimeStamp: '6/1 25/1 30/1',
  },
};

describe('readExif', () => {
  for (const format of ['jpeg', 'png', 'webp', 'avif'] as const) {
    it(`reads camera, clock and place from ${format}`, async () => {
      const found = readExif(await blank().withExif(CAMERA).toFormat(format).toBuffer());
      assert.deepEqual([found.make, found.model], ['Reconyx', 'HF2X']);
      assert.deepEqual(found.clock, {
        dateTime: '2021:05:31 08:25:38',
        subSeconds: '250',
        offset: '+02:00',
        gpsDate: '2021:05:31',
        gpsTime: '06:25:30',
      });
      assert.ok(Math.abs(found.position!.latitude + 33.858_333) < 1e-5);
      assert.ok(Math.abs(found.position!.longitude + 70.5) < 1e-9);
      assert.equal(found.values['Make'], 'Reconyx');
      assert.equal(found.values['ISOSpeedRatings'], 400);
      assert.match(String(found.values['FNumber']), /2\.8/);
    });
  }

  it('keeps the place out of the values, so that it can be withheld in one spot', async () => {
    const { values } = readExif(await blank().withExif(CAMERA).jpeg().toBuffer());
    assert.deepEqual(
      Object.keys(values).filter((name) => /latitude|longitude/i.test(name)),
      [],
    );
    assert.ok(!JSON.stringify(values).includes('33.85'));
  });

  it('takes exact zero and places off the globe as no place', async () => {
    const at = async (latitude: string, longitude: string) => {
      const IFD3 = {
        GPSLatitudeRef: 'N',
        GPSLatitude: latitude,
        GPSLongitudeRef: 'E',
        GPSLongitude: longitude,
      };
      return readExif(await blank().withExif({ IFD3 }).jpeg().toBuffer()).position;
    };
    assert.equal(await at('0/1 0/1 0/1', '0/1 0/1 0/1'), null);
    assert.equal(await at('91/1 0/1 0/1', '10/1 0/1 0/1'), null);
    assert.equal(await at('45/1 0/1 0/1', '181/1 0/1 0/1'), null);
    assert.equal(await at('1/0 0/1 0/1', '10/1 0/1 0/1'), null);
    assert.deepEqual(await at('0/1 0/1 0/1', '10/1 0/1 0/1'), { latitude: 0, longitude: 10 });
  });

  it('falls back to the other clocks of the camera', async () => {
    const IFD2 = { DateTimeOriginal: '0000:00:00 00:00:00', DateTimeDigitized: '2021:05:31 08:25:38' };
    assert.equal(
      readExif(await blank().withExif({ IFD2 }).jpeg().toBuffer()).clock.dateTime,
      '2021:05:31 08:25:38',
    );
    const { clock } = readExif(
      await blank()
        .withExif({ IFD0: { DateTime: '2021:06:01 00:00:00' } })
        .jpeg()
        .toBuffer(),
    );
    assert.equal(clock.dateTime, '2021:06:01 00:00:00');
  });

  it('never throws, whatever the bytes', async () => {
    const file = await blank().withExif(CAMERA).jpeg().toBuffer();
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { maxLength: 30 }), (changes) => {
        const bent = Buffer.from(file);
        for (const [at, value] of changes) bent[at] = value;
        const { values } = readExif(bent);
        assertStorable(values);
      }),
      { numRuns: 300 },
    );
    assert.deepEqual(readExif(Buffer.alloc(0)).values, {});
  });
});

describe('namedValues', () => {
  it('are few, short, finite and storable, whatever the tags hold', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string(),
          fc.record({
            value: fc.anything(),
            description: fc.oneof(
              fc.string({ unit: 'binary', maxLength: 900 }),
              fc.double(),
              fc.constant('\ud800\0x'),
            ),
          }),
          { maxKeys: 200 },
        ),
        (exif) => assertStorable(namedValues({ exif })),
      ),
      { numRuns: 200 },
    );
    const many = Object.fromEntries(
      Array.from({ length: 500 }, (_, i) => [`Tag${i}`, { description: 'x'.repeat(999) }]),
    );
    assert.equal(Object.keys(namedValues({ exif: many })).length, 120);
  });

  it('leave out blobs, pointers and nested structures', () => {
    const tag = (description: unknown, value: unknown = description) => ({ description, value });
    const values = namedValues({
      exif: {
        MakerNote: tag('[Raw maker note data]'),
        'Exif IFD Pointer': tag(238),
        StripOffsets: tag('8, 16'),
        OffsetTimeOriginal: tag('+02:00'),
        UserComment: tag('\x01\x02\x03\x04\x05ab\x06\x07'),
        Orientation: tag('right-top', 6),
        'undefined-59932': tag('x'),
        Gain: tag(Number.NaN),
      },
      xmp: {
        History: { value: [{ value: {}, attributes: {} }], attributes: {}, description: 'action: saved' },
        subject: { value: [{ value: 'deer', attributes: {} }], attributes: {}, description: 'deer' },
      },
    });
    assert.deepEqual(values, { OffsetTimeOriginal: '+02:00', Orientation: 'right-top', subject: 'deer' });
  });

  it('keep text of any script and cut it between characters', () => {
    assert.equal(cleanText('  Fähe\tam\nBau  '), 'Fähe am Bau');
    assert.equal(cleanText('తెలుగు'), 'తెలుగు');
    const cut = cleanText('🦊'.repeat(300))!;
    assert.equal(Array.from(cut).length, 200);
    assert.ok(cut.endsWith('🦊…'));
    assert.equal(cleanText('\0\0\0'), null);
    assert.equal(cleanText('never gnp\u202egpj.exe, said it'), 'never gnp gpj.exe, said it');
  });
});

describe('bounded', () => {
  it('stops work that does not end', () => {
    const started = Date.now();
    assert.throws(
      () =>
        bounded(() => {
          for (;;);
        }, 50),
      { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' },
    );
    assert.ok(Date.now() - started < 5_000);
  });

  it('hands results and errors through', () => {
    assert.equal(
      bounded(() => 7, 1000),
      7,
    );
    assert.throws(() => bounded(() => assert.fail('mine'), 1000), /mine/);
  });
});

function assertStorable(values: Record<string, string | number>): void {
  assert.ok(Object.keys(values).length <= 120);
  for (const [name, value] of Object.entries(values)) {
    assert.ok(name.length <= 60);
    if (typeof value === 'number') assert.ok(Number.isFinite(value));
    else {
      assert.ok(Array.from(value).length <= 200);
      assert.equal(Buffer.from(value, 'utf8').toString('utf8'), value, 'half a surrogate pair');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: Postgres refuses NUL, terminals the rest
      assert.doesNotMatch(value, /[\u0000-\u001f\u007f-\u009f]/);
    }
  }
}
