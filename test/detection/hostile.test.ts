import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import type { Detector, Model } from '../../detection/detector.ts';
import type { FamilyName, Manifest } from '../../detection/manifest.ts';
import { createDetector } from '../../detection/pool.ts';
import { Failure, type FailureType } from '../../domain/failures.ts';
import { brightBlobs, putModel, randomModel } from '../hosting/models.ts';
import { onnxModel } from '../hosting/onnx.ts';

const NEVER = new AbortController().signal;

const images = { name: 'images', dims: [1, 3, 128, 128] };
const one = (name: string, data: Float32Array, external?: string) => ({
  name,
  dims: [data.length],
  data,
  ...(external !== undefined && { external }),
});

/** Its only node makes of the picture a tensor of these sizes. */
const asLargeAs = (sizes: number[]) =>
  onnxModel({
    inputs: [images],
    outputs: [{ name: 'output', dims: ['a', 'b', 'c'] }],
    tensors: [{ name: 'sizes', dims: [sizes.length], data: BigInt64Array.from(sizes.map(BigInt)) }],
    nodes: [{ op: 'ConstantOfShape', inputs: ['sizes'], outputs: ['output'] }],
  });

const withTensor = (external?: string, dims?: number[]) =>
  onnxModel({
    inputs: [images],
    outputs: [{ name: 'output', dims: [1, 3, 128, 128] }],
    tensors: [{ ...one('more', Float32Array.of(1), external), ...(dims !== undefined && { dims }) }],
    nodes: [{ op: 'Add', inputs: ['images', 'more'], outputs: ['output'] }],
  });

interface Row {
  what: string;
  bytes: Buffer;
  family?: FamilyName;
  more?: Partial<Record<keyof Manifest, unknown>>;
  type: FailureType;
  says: RegExp;
}

const whole = randomModel('yolov5', 1);
const other = (op: string) =>
  onnxModel({
    inputs: [images],
    outputs: [images],
    tensors: [],
    nodes: [{ op, inputs: ['images'], outputs: ['y'] }],
  });

/** Each graph in an attribute of the only node of the one around it. */
function graphsInGraphs(count: number): Buffer {
  const wrapped = (field: number, inner: Buffer): Buffer => {
    const length: number[] = [];
    for (let left = inner.length; ; left >>>= 7) {
      if (left < 0x80) {
        length.push(left);
        break;
      }
      length.push((left & 0x7f) | 0x80);
    }
    return Buffer.concat([Buffer.from([field * 8 + 2, ...length]), inner]);
  };
  let graph: Buffer = Buffer.alloc(0);
  for (let i = 0; i < count; i += 1) graph = wrapped(1, wrapped(5, wrapped(6, graph)));
  return wrapped(7, graph);
}

const ROWS: readonly Row[] = [
  { what: 'nothing', bytes: Buffer.alloc(0), type: 'model_unreadable', says: /./ },
  {
    what: 'a text',
    bytes: Buffer.from('<html>Not found</html>'),
    type: 'model_unreadable',
    says: /protobuf|early/,
  },
  { what: 'noise', bytes: Buffer.from(whole.map((b) => b ^ 0xa5)), type: 'model_unreadable', says: /./ },
  {
    what: 'half of a model',
    bytes: whole.subarray(0, whole.length / 2),
    type: 'model_unreadable',
    says: /early/,
  },
  { what: 'all but a byte', bytes: whole.subarray(0, -1), type: 'model_unreadable', says: /early/ },
  {
    what: 'a length of 2 GiB',
    bytes: Buffer.from([0x3a, 0xff, 0xff, 0xff, 0xff, 0x07, 1]),
    type: 'model_unreadable',
    says: /early/,
  },
  {
    what: 'graphs in graphs',
    bytes: graphsInGraphs(1_000),
    type: 'model_unreadable',
    says: /deep/,
  },
  {
    what: 'an input without dimensions',
    bytes: onnxModel({
      inputs: [{ ...images, dims: [] }],
      outputs: [{ ...images, name: 'y', dims: [] }],
      tensors: [],
      nodes: [{ op: 'Identity', inputs: ['images'], outputs: ['y'] }],
    }),
    type: 'model_mismatch',
    says: /four dimensions/,
  },
  {
    what: 'an operator that nobody knows',
    bytes: other('Nonsense'),
    type: 'model_unreadable',
    says: /Nonsense/,
  },
  {
    what: 'a result of 4 GB',
    bytes: asLargeAs([1, 1_000_000, 1_000]),
    type: 'model_too_large',
    says: /memory/,
  },
  {
    what: 'a result beyond all numbers',
    bytes: asLargeAs([2 ** 31, 2 ** 31, 2 ** 31]),
    type: 'model_mismatch',
    says: /./,
  },
  {
    what: 'numbers that claim 2 GB',
    bytes: withTensor(undefined, [536_870_912]),
    type: 'model_unreadable',
    says: /./,
  },
  { what: 'numbers in /etc/passwd', bytes: withTensor('/etc/passwd'), type: 'model_unsafe', says: /passwd/ },
  {
    what: 'numbers above the directory',
    bytes: withTensor('../../secret.bin'),
    type: 'model_unsafe',
    says: /secret/,
  },
  {
    what: 'numbers in memory',
    bytes: withTensor('*/_ORT_MEM_ADDR_/*'),
    type: 'model_unsafe',
    says: /MEM_ADDR/,
  },
  {
    what: 'another input size',
    bytes: whole,
    more: { input: { width: 640, height: 640 } },
    type: 'model_mismatch',
    says: /128.*640/,
  },
  { what: 'another layout', bytes: whole, more: { layout: 'nhwc' }, type: 'model_mismatch', says: /nhwc/ },
  {
    what: 'other classes',
    bytes: whole,
    more: { classes: ['a', 'b'] },
    type: 'model_mismatch',
    says: /2 classes/,
  },
  {
    what: 'YOLOv9 as YOLOv5',
    bytes: randomModel('yolov9', 1),
    family: 'yolov5',
    type: 'model_mismatch',
    says: /yolov9/,
  },
  { what: 'YOLOv5 as YOLOv9', bytes: whole, family: 'yolov9', type: 'model_mismatch', says: /yolov5/ },
  { what: 'YOLOv5 as YOLOv10', bytes: whole, family: 'yolov10', type: 'model_mismatch', says: /\[1, N, 6\]/ },
  { what: 'YOLOv5 as RT-DETR', bytes: whole, family: 'rtdetr', type: 'model_mismatch', says: /./ },
  {
    what: 'bytes for input',
    bytes: onnxModel({
      inputs: [{ ...images, type: 'uint8' }],
      outputs: [{ ...images, name: 'y', type: 'uint8' }],
      tensors: [],
      nodes: [{ op: 'Identity', inputs: ['images'], outputs: ['y'] }],
    }),
    type: 'model_mismatch',
    says: /float32/,
  },
];

describe('models that are not what they should be', function () {
  this.timeout(180_000);
  let dir: string;
  let detector: Detector;
  let picture: string;
  let good: Model;

  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'hostile-'));
    detector = createDetector({ sessions: 1, memoryMib: 1_536, timeoutMs: 30_000 });
    good = await putModel(path.join(dir, 'good'), 'yolov5', brightBlobs(128));
    picture = path.join(dir, 'white.png');
    await sharp({ create: { width: 64, height: 64, channels: 3, background: '#ffffff' } }).toFile(picture);
  });
  after(async () => {
    await detector.close();
    await rm(dir, { recursive: true });
  });

  async function refused(model: Model, type: FailureType, says: RegExp): Promise<void> {
    await assert.rejects(detector.open(model, NEVER), (error: unknown) => {
      assert.ok(error instanceof Failure, String(error));
      assert.equal(error.type, type, error.message);
      assert.match(error.message, says);
      assert.ok(!error.message.includes(dir), `paths are nobody's business: ${error.message}`);
      return true;
    });
    const run = await detector.detect(good, picture, NEVER);
    assert.ok(run.ok && run.boxes.length > 0, 'the next model works');
  }

  for (const { what, bytes, family = 'yolov5', more, type, says } of ROWS) {
    it(`${what}: ${type}`, async () => {
      const place = path.join(dir, what.replaceAll(/\W+/g, '-'));
      await refused(await putModel(place, family, bytes, more), type, says);
    });
  }

  it('a file beyond 2 GiB: model_too_large', async () => {
    const model = await putModel(path.join(dir, 'huge'), 'yolov5', whole);
    // Nothing of it lies on the disk.
    await truncate(model.path, 2 ** 31 + 1);
    await refused(model, 'model_too_large', /2 GiB/);
  });

  it('scores that are no numbers are no boxes', async () => {
    const bytes = onnxModel({
      inputs: [images],
      outputs: [{ name: 'output', dims: ['a', 'b', 'c'] }],
      tensors: [{ name: 'sizes', dims: [3], data: BigInt64Array.from([1n, 10n, 8n]) }],
      nodes: [
        { op: 'ConstantOfShape', inputs: ['sizes'], outputs: ['zeros'] },
        { op: 'Div', inputs: ['zeros', 'zeros'], outputs: ['output'] },
      ],
    });
    const model = await putModel(path.join(dir, 'no-numbers'), 'yolov5', bytes);
    const run = await detector.detect(model, picture, NEVER);
    assert.ok(run.ok, JSON.stringify(run));
    assert.deepEqual(run.boxes, []);
  });

  it('a file that was changed: model_damaged; one that is gone: model_missing', async () => {
    const model = await putModel(path.join(dir, 'changed'), 'yolov5', whole);
    await appendFile(model.path, 'x');
    await refused(model, 'model_damaged', /SHA-256/);
    await refused(
      { ...model, path: `${model.path}.gone`, manifest: { ...model.manifest, sha256: 'f'.repeat(64) } },
      'model_missing',
      /not there/,
    );
  });
});
