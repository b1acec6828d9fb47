import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { writeDarwinCore } from '../../interchange/write/darwinCore.ts';
import { writeDetectionsCsv } from '../../interchange/write/detectionsCsv.ts';
import { writeYolo } from '../../interchange/write/yolo.ts';
import { centralEntry, endOf } from '../../interchange/zip/records.ts';
import { type ZipEntry, zipFile } from '../../interchange/zip/zipFile.ts';
import { bytesOf, DATASET, IMAGES, recordsOf, textOf } from './records.ts';
import { unzipped } from './unzip.ts';

const all = recordsOf(IMAGES);
async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

describe('zip archives as they are made', () => {
  it('hold what was put in, in parts or at once', async () => {
    const content = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(content, { maxLength: 8 }), async (contents) => {
        const entries = contents.map((one, i): ZipEntry & { text: string } => ({
          name: `dir/ä ${i}.txt`,
          content: typeof one === 'string' ? one : each(one),
          text: typeof one === 'string' ? one : one.join(''),
        }));
        const found = await unzipped(await bytesOf(zipFile(each(entries), DATASET.createdAt)));
        assert.deepEqual(
          [...found],
          entries.map(({ name, text }) => [name, Buffer.from(text).toString('utf8')]),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('hold more entries than fit into sixteen bits', async () => {
    const many = (async function* (): AsyncGenerator<ZipEntry> {
      for (let i = 0; i < 66_000; i++) yield { name: `${i}`, content: String(i) };
    })();
    const found = await unzipped(await bytesOf(zipFile(many, DATASET.createdAt)));
    assert.equal(found.size, 66_000);
    assert.equal(found.get('65999'), '65999');
  });

  it('write places and sizes beyond 4 GiB in the fields made for them', () => {
    const large = 5 * 2 ** 30;
    const entry = centralEntry({
      ...{
        name: Buffer.from('a'),
        modifiedAt: new Date(0),
        offset: large,
        crc: 1,
        size: large + 1,
        packed: 7,
      },
      streamed: true,
    });
    assert.equal(entry.readUInt32LE(42), 0xffffffff);
    assert.equal(entry.readBigUInt64LE(46 + 1 + 4), BigInt(large + 1));
    assert.equal(entry.readBigUInt64LE(46 + 1 + 12), 7n);
    assert.equal(entry.readBigUInt64LE(46 + 1 + 20), BigInt(large));
    const end = endOf(3, large, 99);
    assert.equal(end.readUInt32LE(0), 0x06064b50);
    assert.equal(end.readBigUInt64LE(48), BigInt(large));
    assert.equal(end.readUInt32LE(56), 0x07064b50);
    assert.equal(end.readBigUInt64LE(64), BigInt(large + 99));
  });

  it('break with what they are made of, and stop it when nobody reads on', async () => {
    const broken = (async function* () {
      yield randomBytes(1000).toString('hex');
      throw new Error('The rows ended.');
    })();
    await assert.rejects(
      bytesOf(zipFile(each([{ name: 'a', content: broken }]), new Date())),
      /The rows ended/,
    );
    let stopped = false;
    const endless = (async function* () {
      try {
        for (;;) yield randomBytes(50_000).toString('hex');
      } finally {
        stopped = true;
      }
    })();
    let chunks = 0;
    // The first is the header, before anything of the content is read.
    for await (const _ of zipFile(each([{ name: 'a', content: endless }]), new Date()))
      if (++chunks === 3) break;
    // A reader that was waiting is told in a later turn.
    for (let i = 0; i < 50 && !stopped; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(stopped, true);
  });
});

describe('YOLO labels', () => {
  it('are files beside the names of the pictures', async () => {
    const files = await unzipped(await bytesOf(writeYolo(all, DATASET)));
    assert.equal(files.get('labels/north/100MEDIA/IMG_0001.txt'), '0 0.25 0.4 0.3 0.4\n');
    assert.equal(files.get('labels/north/100MEDIA/IMG_0001-16.txt'), '', 'the same name with another ending');
    assert.equal(files.get('labels/north/100MEDIA/IMG_0002.txt'), '1 0.5 0.5 1 1\n');
    assert.equal(files.get('labels/north/100MEDIA/IMG_0005.txt'), '');
    assert.equal(files.has('labels/north/100MEDIA/IMG_0006.txt'), false, 'nobody looked at it');
    for (const id of ['17', '18', '19']) {
      assert.equal(files.has(`labels/north/100MEDIA/IMG_00${id}.txt`), false, 'something is in it');
    }
    assert.equal(
      files.get('whole_pictures.csv'),
      [
        'file,label,score',
        'north/100MEDIA/IMG_0017.JPG,red fox,0.8',
        'north/100MEDIA/IMG_0018.JPG,person,0.9',
        'north/100MEDIA/IMG_0019.JPG,dachs,1',
        '',
      ].join('\r\n'),
    );
    assert.ok([...files.keys()].every((name) => !name.includes('..') && !name.startsWith('/')));
    const classes = files.get('classes.txt')!.trimEnd().split('\n');
    assert.deepEqual(classes.slice(0, 3), ['red fox', 'person', 'vehicle']);
    assert.match(files.get('data.yaml')!, /names:\n {2}0: "red fox"\n {2}1: "person"\n/);
    for (const [name, text] of files) {
      if (!name.startsWith('labels/')) continue;
      for (const line of text.split('\n').filter((one) => one !== '')) {
        const [id, ...sides] = line.split(' ').map(Number);
        assert.ok(
          id! < classes.length && sides.length === 4 && sides.every((side) => side >= 0 && side <= 1),
          line,
        );
      }
    }
  });
});

describe('Darwin Core archives', () => {
  it('hold occurrences of animals, and say what their columns are', async () => {
    const files = await unzipped(await bytesOf(writeDarwinCore(all, DATASET)));
    assert.deepEqual([...files.keys()], ['meta.xml', 'occurrence.csv']);
    const lines = files.get('occurrence.csv')!.trimEnd().split('\r\n');
    const terms = lines[0]!.split(',');
    const meta = files.get('meta.xml')!;
    const fields = [
      ...meta.matchAll(/<field index="(\d+)" term="http:\/\/rs\.tdwg\.org\/dwc\/terms\/(\w+)"/g),
    ];
    assert.deepEqual(
      fields.map(([, index, term]) => [Number(index), term]),
      [...terms.entries()],
    );
    const value = (line: string, term: string) => line.split(',')[terms.indexOf(term)];
    const at = (id: string) => lines.filter((line) => line.startsWith(`tributary:${id}:`));
    // The name of the place is quoted and holds a comma, so columns are counted in the south.
    const [unnamed, zerda] = at('9');
    assert.equal(value(unnamed!, 'scientificName'), 'Animalia');
    assert.equal(value(unnamed!, 'vernacularName'), 'chevreuil');
    assert.equal(value(zerda!, 'eventDate'), '2026-05-01T12:29:53-09:30');
    assert.equal(at('10').length, 1);
    assert.match(
      at('10')[0]!,
      /,Vulpes vulpes,species,Animalia,Mammalia,Carnivora,Canidae,Vulpes,red fox,2,/,
    );
    for (const id of ['2', '4', '5', '6', '8']) assert.deepEqual(at(id), [], id);
    assert.match(at('14')[0]!, /verified by human/);
    assert.match(
      at('17')[0]!,
      /,Vulpes vulpes,species,Animalia,Mammalia,Carnivora,Canidae,Vulpes,red fox,,speciesnet,/,
      'of a picture as a whole, nobody counted',
    );
    assert.deepEqual(at('18'), [], 'somebody');
    assert.equal(at('20').length, 1);
  });
});

describe('the table of detections', () => {
  it('has a line for each box, and one for pictures without', async () => {
    const text = await textOf(writeDetectionsCsv(all));
    // Of one picture there is a doubtful box, and what is said of it as a whole.
    const boxes = IMAGES.reduce((sum, { boxes: list }) => sum + Math.max(list?.length ?? 0, 1), 1);
    assert.equal(text.trimEnd().split('\r\n').length, boxes + 1);
    const columns = text.split('\r\n')[0]!.split(',').length;
    const blank = text.split('\r\n').find((line) => line.startsWith('5,'))!;
    // One comma stands in the quoted name of the place.
    assert.equal(blank.split(',').length, columns + 1);
    const whole = text.split('\r\n').filter((line) => line.startsWith('19,'));
    assert.match(whole[0]!, /,animal,0\.07,0\.1,0\.2,0\.3,0\.4,,,,,machine,md_v5a,/);
    assert.match(whole[1]!, /,animal,1,,,,,,,dachs,1,machine,speciesnet,/);
    assert.match(text, /,"'=Ann, ""B\."""/, 'a text that a spreadsheet would run');
  });
});
