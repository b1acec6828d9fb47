import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import {
  type MegaDetectorHeader,
  type ReadImage,
  readMegaDetector,
  readMegaDetectorHeader,
} from '../../interchange/read/megadetector.ts';
import type { ReadProblem } from '../../interchange/read/values.ts';
import type { ImageRecord } from '../../interchange/records.ts';
import { writeMegaDetector } from '../../interchange/write/megadetector.ts';
import { judge, withScratch } from './python.ts';
import { anyImages, DATASET, IMAGES, openBytes, recordsOf, textOf } from './records.ts';

const written = (images: readonly ImageRecord[]) => textOf(writeMegaDetector(recordsOf(images), DATASET));

async function readBack(text: string, pieces?: number) {
  const open = openBytes(text, pieces);
  const header = await readMegaDetectorHeader(open);
  const found: (ReadImage | ReadProblem)[] = [];
  for await (const one of readMegaDetector(open, header)) found.push(one);
  return { header, found };
}

describe('MegaDetector output', () => {
  describe('by the published rules', () => {
    let python = false;
    before(async () => {
      python = await promisify(execFile)('python3', ['--version']).then(
        () => true,
        () => false,
      );
    });

    const validate = (images: readonly ImageRecord[]) =>
      withScratch(async (dir) => {
        const file = path.join(dir, 'out.json');
        await writeFile(file, await written(images));
        return judge('python3', 'megadetector.py', file);
      });

    it('is valid, whatever the pictures show', async function () {
      if (!python) this.skip();
      assert.deepEqual(await validate(IMAGES), []);
    });

    it('is valid without pictures', async function () {
      if (!python) this.skip();
      assert.deepEqual(await validate([]), []);
    });

    it('is seen through when it is not', async function () {
      if (!python) this.skip();
      const text = (await written(IMAGES)).replace('"conf":1.0', '"conf":1').replace('"1.6"', '1.6');
      const wrong = await withScratch(async (dir) => {
        await writeFile(path.join(dir, 'out.json'), text);
        return judge('python3', 'megadetector.py', path.join(dir, 'out.json'));
      });
      assert.equal((wrong as string[]).length, 2);
    });
  });

  it('writes whole scores as floats, and what was not looked at as failures', async () => {
    const text = await written(IMAGES);
    const document = JSON.parse(text);
    assert.match(text, /"conf":1\.0,"bbox":\[0\.0,0\.0,1\.0,1\.0\]/);
    assert.deepEqual(document.images[4], { file: 'north/100MEDIA/IMG_0005.JPG', detections: [] });
    assert.deepEqual(document.images[5], {
      file: 'north/100MEDIA/IMG_0006.JPG',
      failure: 'Not looked at',
      detections: null,
    });
    assert.equal(document.info.format_version, '1.6');
    assert.equal(document.info.detector_metadata.typical_detection_threshold, 0.2);
    assert.equal(document.classification_categories['0'], 'red fox');
  });

  it('says of a picture as a whole what a classifier says, in a detection that covers it', async () => {
    const { images, classification_categories: names } = JSON.parse(await written(IMAGES));
    const at = (id: number) =>
      images[id - 1].detections.map((one: { category: string; conf: number; bbox: number[] }) => [
        one.category,
        one.conf,
        one.bbox.join(' '),
        ...((one as { classifications?: [string, number][] }).classifications ?? []).map(([id, score]) => [
          names[id],
          score,
        ]),
      ]);
    assert.deepEqual(at(17), [['1', 0.8, '0 0 1 1', ['red fox', 0.8], ['cat family', 0.15]]]);
    assert.deepEqual(at(18), [['2', 0.9, '0 0 1 1', ['human', 0.9]]]);
    assert.deepEqual(at(19), [
      ['1', 0.07, '0.1 0.2 0.3 0.4'],
      ['1', 1, '0 0 1 1', ['dachs', 1]],
    ]);
    assert.equal(at(20).length, 1, 'where a box says more');
  });

  it('is read back as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(anyImages, fc.integer({ min: 1, max: 200 }), async (images, pieces) => {
        const { found } = await readBack(await written(images), pieces);
        const near = (a: number, b: number, by: number) => assert.ok(Math.abs(a - b) <= by, `${a} ${b}`);
        assert.equal(found.length, images.length);
        for (const [i, one] of found.entries()) {
          const { file, boxes } = images[i]!;
          assert.ok(one.kind === 'image', JSON.stringify(one));
          assert.equal(one.file, file);
          assert.equal(one.boxes?.length, boxes?.length);
          for (const [j, read] of (one.boxes ?? []).entries()) {
            const box = boxes![j]!;
            near(read.score, box.score, 0.0005);
            for (const side of [0, 1, 2, 3] as const) near(read.box[side], box.box[side], 0.0001);
            assert.deepEqual(
              read.classifications.map(({ label }) => label).sort(),
              box.classifications.map(({ label }) => label).sort(),
            );
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  describe('of other programs', () => {
    const file = (members: string) =>
      `{"info":{"format_version":"1.0"},"detection_categories":{"1":"animal","2":"person","3":"vehicle","4":"red deer","0":"empty"},${members}}`;

    it('is read whatever their version put into it', async () => {
      const { header, found } = await readBack(
        `\ufeff${file(`"images":[
          {"file":"a\\\\b.jpg","max_detection_conf":0.9,"detections":[{"category":"1","conf":1,"bbox":[0,0,1,1]}]},
          {"file":"c.jpg","failure":"Failure image access"},
          {"file":"d.jpg","detections":null,"failure":"Failure infer"},
          {"file":"e.jpg","detections":[],"failure":null},
          {"file":"f.jpg","detections":[{"category":"7","conf":0.9,"bbox":[0,0,1,1]},{"category":"0","conf":0.9,"bbox":[0,0,1,1]}]},
          {"file":"g.jpg","detections":[{"category":"4","conf":0.5,"bbox":[-0.001,0.5,0.2,0.505]},{"category":"2","conf":0.8,"bbox":[0.1,0.1,0.1,0.1]}]}
        ],"classification_categories":{"0":"fox"},"more":{"deep":[1,{"images":[2]}]}`)}`,
        7,
      );
      assert.deepEqual([...(header satisfies MegaDetectorHeader).species], [['0', 'fox']]);
      assert.deepEqual(
        found.map((one) =>
          one.kind === 'image' ? [one.file, one.boxes?.map(({ label }) => label) ?? one.failure] : one,
        ),
        [
          ['a/b.jpg', ['animal']],
          ['c.jpg', 'Failure image access'],
          ['d.jpg', 'Failure infer'],
          ['e.jpg', []],
          ['f.jpg', []],
          ['g.jpg', ['person', 'animal']],
        ],
      );
      const last = found.at(-1);
      assert.ok(last?.kind === 'image');
      assert.deepEqual(last.boxes?.[1]?.classifications, [{ label: 'red deer', score: 0.5 }]);
      assert.deepEqual(last.boxes[1].box, [0, 0.5, 0.199, 0.5]);
    });

    it('goes on behind what it cannot take', async () => {
      const { found } = await readBack(
        file(`"images":[
          {"file":"a.jpg","detections":[{"category":"1","conf":NaN,"bbox":[0,0,1,1]}]},
          7, {"detections":[]}, {"file":"v.mp4","frame_rate":25,"detections":[]}, {"file":"b.jpg","detections":{}},
          {"file":"c.jpg","detections":[
            {"category":"1","conf":2,"bbox":[0,0,1,1]}, {"category":"1","conf":0.5,"bbox":[0,0,2,1]},
            {"category":"1","conf":0.5,"bbox":[0,0,1]}, 5,
            {"category":"1","conf":0.5,"bbox":[0,0,1,1],"classifications":[["9",0.5]]},
            {"category":"1","conf":0.5,"bbox":[0,0,1,1]}]}
        ]`),
      );
      const problems = found.filter((one) => one.kind === 'problem').map(({ where }) => where);
      assert.deepEqual(problems, [
        ...['images[0]', 'images[1]', 'images[2]', 'v.mp4', 'b.jpg'],
        ...['c.jpg', 'c.jpg', 'c.jpg', 'c.jpg', 'c.jpg'],
      ]);
      const images = found.filter((one) => one.kind === 'image');
      assert.deepEqual(
        images.map(({ file: name, boxes }) => [name, boxes?.length]),
        [['c.jpg', 1]],
      );
    });

    const hopeless: readonly [string, string, RegExp][] = [
      ['nothing', '', /empty/],
      ['a list', '[]', /not a JSON object/],
      ['a page', '<html>', /not a JSON object/],
      ['another object', '{"a":1}', /no list "images"/],
      ['pictures that are no list', file('"images":{}'), /no list "images"/],
      ['half of it', file('"images":[{"file":"a.jpg"}]').slice(0, -20), /ends before it is complete/],
      ['more behind it', `${file('"images":[]')} x`, /follows its end/],
      ['a comma too many', file('"images":[1,]'), /not valid JSON/],
      ['members without names', '{1:2}', /named members/],
      ['a list without an end', `${file('"images":[1')}`, /cannot be read|not valid JSON|ends before/],
    ];
    for (const [what, text, why] of hopeless) {
      it(`is refused: ${what}`, async () => {
        await assert.rejects(readBack(text), (error: Error & { type?: string }) => {
          assert.equal(error.type, 'bad_dataset');
          assert.match(error.message, why);
          return true;
        });
      });
    }

    it('never breaks the reader, however it is damaged', async () => {
      const text = await written(IMAGES);
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: text.length }),
          fc.integer({ min: 0, max: 40 }),
          fc.string({ maxLength: 5 }),
          async (at, cut, put) => {
            try {
              await readBack(text.slice(0, at) + put + text.slice(at + cut), 500);
            } catch (error) {
              assert.equal((error as { type?: string }).type, 'bad_dataset', String(error));
            }
          },
        ),
        { numRuns: 300 },
      );
    });
  });
});
