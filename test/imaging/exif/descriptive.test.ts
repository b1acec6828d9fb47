import assert from 'node:assert/strict';
import sharp from 'sharp';
import { readExif } from '../../../imaging/exif/read.ts';

const blank = () => sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } });

const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
  xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" xmp:Rating="4" xmp:CreateDate="2021-05-31T08:25:38+02:00" aux:SerialNumber="H600">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Fox at dawn</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">${'Long. '.repeat(100)}</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>Ada</rdf:li><rdf:li>Grace</rdf:li></rdf:Seq></dc:creator>
<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">CC BY</rdf:li></rdf:Alt></dc:rights>
<dc:subject><rdf:Bag><rdf:li>fox</rdf:li><rdf:li>snow, deep</rdf:li><rdf:li>fox</rdf:li></rdf:Bag></dc:subject>
</rdf:Description></rdf:RDF></x:xmpmeta>`;

describe('what people wrote about a picture', () => {
  it('is read from XMP', async () => {
    const { descriptive, dates, serial } = readExif(await blank().withXmp(XMP).jpeg().toBuffer());
    assert.equal(descriptive.title, 'Fox at dawn');
    assert.equal(descriptive.description, 'Long. '.repeat(100).trim());
    assert.equal(descriptive.creator, 'Ada; Grace');
    assert.equal(descriptive.copyright, 'CC BY');
    assert.equal(descriptive.rating, 4);
    assert.deepEqual(descriptive.keywords, ['fox', 'snow, deep']);
    assert.equal(dates.xmp, '2021-05-31T08:25:38+02:00');
    assert.equal(serial, 'H600');
  });

  it('is read from EXIF where nobody wrote XMP, with the height and the serial number', async () => {
    const found = readExif(
      await blank()
        .withExif({
          IFD0: { ImageDescription: 'Hare', Artist: 'Ada', Copyright: 'hers' },
          IFD2: { BodySerialNumber: 'A7-001' },
          IFD3: { GPSAltitude: '1234/1', GPSAltitudeRef: '0' },
        })
        .jpeg()
        .toBuffer(),
    );
    assert.deepEqual(found.descriptive, {
      title: null,
      description: 'Hare',
      keywords: [],
      rating: null,
      creator: 'Ada',
      copyright: 'hers',
    });
    assert.equal(found.serial, 'A7-001');
    assert.equal(found.altitude, 1234);
  });

  it('takes a serial number of zeroes as none', async () => {
    const IFD2 = { BodySerialNumber: '000000' };
    assert.equal(readExif(await blank().withExif({ IFD2 }).jpeg().toBuffer()).serial, null);
  });
});
