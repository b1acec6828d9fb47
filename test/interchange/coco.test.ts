import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type CocoPart, readCoco } from '../../interchange/read/coco.ts';
import { writeCoco } from '../../interchange/write/coco.ts';
import { formatTools, judge, withScratch } from './python.ts';
import { DATASET, IMAGES, openBytes, recordsOf, textOf } from './records.ts';

const written = () => textOf(writeCoco(recordsOf(IMAGES), DATASET));

async function readBack(text: string, pieces?: number): Promise<CocoPart[]> {
  const parts: CocoPart[] = [];
  for await (const part of readCoco(openBytes(text, pieces))) parts.push(part);
  return parts;
}

describe('COCO Camera Traps', () => {
  it('loads in pycocotools', async function () {
    const python = await formatTools();
    if (python === null) return this.skip();
    const loaded = (await withScratch(async (dir) => {
      const file = path.join(dir, 'coco.json');
      await writeFile(file, await written());
      return judge(python, 'coco.py', file);
    })) as {
      names: Record<string, string>;
      images: Record<string, [string, number[] | undefined][]>;
      large: number;
    };
    assert.equal(loaded.names['0'], 'empty');
    assert.equal(Object.keys(loaded.images).length, IMAGES.length);
    assert.deepEqual(loaded.images['1'], [['red fox', [204.8, 307.2, 614.4, 614.4]]]);
    assert.deepEqual(loaded.images['2'], [['person', [0, 0, 2048, 1536]]]);
    assert.deepEqual(loaded.images['3'], [['vehicle', [204.8, 307.2, 614.4, 614.4]]]);
    assert.deepEqual(loaded.images['4'], [['empty', null]], 'doubtful boxes are left out');
    assert.deepEqual(loaded.images['6'], [], 'not looked at');
    assert.deepEqual(
      loaded.images['9'],
      [
        ['chevreuil', null],
        ['vulpes zerda', null],
      ],
      'no size, no pixels',
    );
    const whole = ['17', '18', '19', '20'].map((id) => loaded.images[id]);
    assert.deepEqual(
      whole,
      [
        [['red fox', null]],
        [['person', null]],
        [['dachs', null]],
        [['european roe deer', [204.8, 307.2, 614.4, 614.4]]],
      ],
      'of pictures as a whole, without a box',
    );
    assert.ok(loaded.large > 5);
  });

  it('has the members of camera traps', async () => {
    const { images, info, annotations } = JSON.parse(await written());
    assert.deepEqual(info.version, '1.0');
    assert.deepEqual(images[9], {
      id: '10',
      file_name: 'north/100MEDIA/IMG_0010.JPG',
      ...{ width: 2048, height: 1536, datetime: '2026-05-01 22:00:00' },
      ...{ seq_id: 'seq-1', seq_num_frames: 2, frame_num: 0, location: 'loc-1' },
    });
    assert.equal(images[0].datetime, '2026-05-01 23:58:57', 'on the clock of the place');
    assert.equal(images[6].corrupt, true);
    const ids = annotations.map(({ id }: { id: string }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('is read back as it was written', async () => {
    for (const pieces of [1, 50, 1 << 20]) {
      const parts = await readBack(await written(), pieces);
      const count = (kind: string) => parts.filter((part) => part.kind === kind).length;
      assert.equal(count('problem'), 0);
      assert.equal(count('image'), IMAGES.length);
      const names = new Map(
        parts.flatMap((part) => (part.kind === 'category' ? [[part.id, part.name]] : [])),
      );
      const first = parts.find((part) => part.kind === 'annotation');
      assert.ok(first?.kind === 'annotation');
      assert.equal(names.get(first.categoryId), 'red fox');
      assert.deepEqual(first.box, { in: 'pixels', sides: [204.8, 307.2, 614.4, 614.4] });
    }
  });

  it('of others is read with what is special about it', async () => {
    const parts = await readBack(`{"annotations":[
      {"id":1,"image_id":5,"category_id":1,"bbox_relative":[0.1,0.1,0.2,0.2],"score":0.7},
      {"id":"x","image_id":5,"category_id":0}, {"id":3,"category_id":1}, {"id":4,"image_id":5,"category_id":1,"bbox":[1,2]}],
      "images":[{"id":5,"file_name":"a\\\\b.jpg","width":0,"height":null}, {"id":6}, []],
      "categories":[{"id":1,"name":"fox"},{"id":2}]}`);
    assert.deepEqual(parts, [
      {
        kind: 'annotation',
        id: '1',
        imageId: '5',
        categoryId: '1',
        box: { in: 'shares', sides: [0.1, 0.1, 0.2, 0.2] },
        score: 0.7,
      },
      { kind: 'annotation', id: 'x', imageId: '5', categoryId: '0', box: null, score: null },
      { kind: 'problem', where: 'annotations[2]', detail: 'It has no "image_id" or no "category_id".' },
      { kind: 'problem', where: 'annotations[3]', detail: 'Its box is not left, top, width and height.' },
      { kind: 'image', id: '5', file: 'a/b.jpg', width: null, height: null },
      { kind: 'problem', where: 'images[1]', detail: 'It has no "file_name".' },
      { kind: 'problem', where: 'images[2]', detail: 'It is not an object.' },
      { kind: 'category', id: '1', name: 'fox' },
      { kind: 'problem', where: 'categories[1]', detail: 'It has no "name".' },
    ]);
  });

  it('without one of its lists is refused', async () => {
    await assert.rejects(readBack('{"images":[],"categories":[]}'), /no list "annotations"/);
  });
});
