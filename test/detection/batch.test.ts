import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { batchOf } from '../../detection/child/batch.ts';
import { openSession } from '../../detection/child/session.ts';
import { FAMILY_NAMES } from '../../detection/manifest.ts';
import type { FoundBox } from '../../domain/detector.ts';
import type { Pixels } from '../../imaging/pixels.ts';
import { putModel, randomModel } from '../hosting/models.ts';
import { onnxModel } from '../hosting/onnx.ts';

/** Shares of a picture, and scores. */
const CLOSE = 1e-3;

/** Colours by chance, of any size. */
function noisy(width: number, height: number, seed: number): Pixels {
  let state = seed;
  const data = Buffer.from(
    Array.from({ length: width * height * 3 }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    }),
  );
  return { data, width, height, channels: 3 };
}

const PICTURES = [
  noisy(200, 150, 1),
  noisy(60, 90, 2),
  noisy(128, 128, 3),
  noisy(31, 17, 4),
  noisy(90, 300, 5),
];

function same(one: readonly FoundBox[], other: readonly FoundBox[], what: string): void {
  assert.ok(one.length > 0, `${what}: a comparison of nothing proves nothing`);
  assert.equal(one.length, other.length, what);
  const left = [...other];
  for (const box of one) {
    const at = left.findIndex(
      ({ classId, score, box: sides }) =>
        classId === box.classId &&
        Math.abs(score - box.score) < CLOSE &&
        sides.every((side, i) => Math.abs(side - (box.box[i] ?? 9)) < CLOSE),
    );
    assert.notEqual(at, -1, `${what}: ${JSON.stringify(box)}`);
    left.splice(at, 1);
  }
}

describe('several pictures in one call', function () {
  this.timeout(120_000);
  let dir: string;
  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'batch-'));
  });
  after(() => rm(dir, { recursive: true }));

  for (const [index, family] of FAMILY_NAMES.entries()) {
    for (const size of ['n', 4] as const) {
      it(`${family}: as one by one, of a model that takes ${size === 'n' ? 'any number' : 'four at once'}`, async () => {
        const bytes = randomModel(family, 50 + index, 128, 128, size);
        const model = await putModel(path.join(dir, `${family}-${size}`), family, bytes, { batch: 4 });
        const alone = await putModel(
          path.join(dir, `${family}-${size}-alone`),
          family,
          randomModel(family, 50 + index),
        );
        const together = await openSession(model.path, model.manifest, 1);
        const single = await openSession(alone.path, alone.manifest, 1);
        assert.deepEqual([together.opened.batch, single.opened.batch], [4, 1]);
        const wanted: FoundBox[][] = [];
        for (const picture of PICTURES) {
          wanted.push(...(await single.detect([picture])).map(({ boxes }) => boxes));
        }
        for (const some of [PICTURES.slice(0, 4), PICTURES.slice(1, 4), PICTURES.slice(4)]) {
          const seen = await together.detect(some);
          assert.equal(seen.length, some.length);
          for (const [i, { boxes }] of seen.entries()) {
            const at = PICTURES.indexOf(some[i]!);
            same(boxes, wanted[at]!, `picture ${at}`);
          }
        }
      });
    }
  }

  it('classify many parts of one picture as one by one', async () => {
    const more = { batch: 3 };
    const model = await putModel(
      path.join(dir, 'parts'),
      'classifier',
      randomModel('classifier', 9, 128, 128, 'n'),
      more,
    );
    const parts = Array.from({ length: 7 }, (_, i) => [i / 10, i / 20, 0.3, 0.2 + i / 20] as const);
    const together = await openSession(model.path, model.manifest, 1);
    const single = await openSession(model.path, { ...model.manifest, batch: 1 }, 1);
    const [picture] = PICTURES as [Pixels];
    const [many, each] = [await together.classify(picture, parts), await single.classify(picture, parts)];
    assert.equal(many.each.length, 7);
    for (const [i, answers] of many.each.entries()) {
      for (const [j, { classId, score }] of answers.entries()) {
        const other = each.each[i]![j]!;
        assert.ok(classId === other.classId && Math.abs(score - other.score) < CLOSE, `${i} ${j}`);
      }
    }
  });

  it('of different sizes within the model go in calls of their own', async () => {
    // The mean of each colour, of a picture of any size.
    const bytes = onnxModel({
      inputs: [{ name: 'images', dims: ['n', 3, 'height', 'width'] }],
      outputs: [{ name: 'logits', dims: ['n', 3] }],
      tensors: [],
      nodes: [
        { op: 'GlobalAveragePool', inputs: ['images'], outputs: ['means'] },
        { op: 'Flatten', inputs: ['means'], outputs: ['logits'] },
      ],
    });
    const model = await putModel(path.join(dir, 'strides'), 'classifier', bytes, {
      ...{ batch: 4, layout: 'nchw', resize: 'letterbox', classes: ['red', 'green', 'blue'] },
      input: { width: 128, height: 128, stride: 32 },
    });
    const session = await openSession(model.path, model.manifest, 1);
    const lying = [noisy(200, 150, 1), noisy(150, 200, 2), noisy(100, 75, 3), noisy(64, 64, 4)];
    const together = await session.detect(lying);
    for (const [i, picture] of lying.entries()) {
      const [alone] = await session.detect([picture]);
      same(together[i]!.boxes, alone!.boxes, String(i));
    }
  });

  const MIB = 2 ** 20;
  const rows: readonly [string, Parameters<typeof batchOf>, ReturnType<typeof batchOf>][] = [
    ['one at a time where the model says so', [1, 8, 'cuda', MIB], { most: 1, exactly: null }],
    ['one at a time on a processor', ['n', undefined, 'cpu', MIB], { most: 1, exactly: null }],
    ['eight on a graphics card', [-1, undefined, 'cuda', MIB], { most: 8, exactly: null }],
    ['what the manifest says', ['n', 5, 'cpu', MIB], { most: 5, exactly: null }],
    ['no more than there is room for', ['n', 64, 'cpu', 20 * MIB], { most: 6, exactly: null }],
    ['one, however large', ['n', 4, 'cpu', 500 * MIB], { most: 1, exactly: null }],
    ['exactly what the model takes', [4, 2, 'cpu', MIB], { most: 4, exactly: 4 }],
    ['none of a model that takes far too many', [64, undefined, 'cpu', 20 * MIB], null],
  ];
  for (const [what, given, batch] of rows) {
    it(`are ${what}`, () => assert.deepEqual(batchOf(...given), batch));
  }

  it('are not given to a model that takes them and answers for one', async () => {
    // Its input may have any number of pictures; its numbers are always put into one.
    const bytes = randomModel('yolov9', 3, 128, 128, 'n');
    const flat = Buffer.alloc(8);
    const broken = replaceOnce(bytes, Buffer.concat([flat, le(7n)]), Buffer.concat([le(1n), le(7n)]));
    const ask = { batch: 4 };
    const asked = await putModel(path.join(dir, 'asked'), 'yolov9', broken, ask);
    await assert.rejects(openSession(asked.path, asked.manifest, 1), { type: 'model_mismatch' });
    const free = await putModel(path.join(dir, 'free'), 'yolov9', broken);
    const session = await openSession(free.path, free.manifest, 1, 'cpu');
    assert.equal(session.opened.batch, 1);
  });
});

const le = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
};

function replaceOnce(bytes: Buffer, from: Buffer, to: Buffer): Buffer {
  const at = bytes.indexOf(from);
  assert.ok(at > 0 && bytes.indexOf(from, at + 1) === -1, 'once');
  return Buffer.concat([bytes.subarray(0, at), to, bytes.subarray(at + from.length)]);
}
