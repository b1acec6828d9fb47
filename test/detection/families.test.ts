import assert from 'node:assert/strict';
import { FAMILIES } from '../../detection/families/table.ts';
import type { FamilyName } from '../../detection/manifest.ts';
import { placementOf } from '../../detection/pixels/placement.ts';
import { createInputs, type Tensor } from '../../detection/pixels/tensor.ts';
import { overlap } from '../../domain/detector.ts';
import { manifestOf } from '../hosting/models.ts';

const SOURCE = { width: 1_000, height: 500 };
const made = (family: FamilyName, more = {}) =>
  manifestOf(family, new Uint8Array(), { input: { width: 640, height: 640 }, ...more });

const floats = (dims: number[], rows: number[][]): Tensor => ({
  type: 'float32',
  data: Float32Array.from(rows.flat()),
  dims,
});

/** As bytes, three for each pixel. */
const plain = (width: number, height: number) => ({
  ...{ resize: 'stretch', layout: 'nhwc', input: { width, height } },
  normalisation: { scale: 1 },
});

/** Of what a pixel of a result covers. */
function meanOf(
  data: Buffer,
  from: { width: number; height: number },
  to: { width: number; height: number },
  { x, y, c }: { x: number; y: number; c: number },
): number {
  const across = from.width / to.width;
  const down = from.height / to.height;
  let sum = 0;
  for (let j = Math.floor(y * down); j < (y + 1) * down && j < from.height; j += 1) {
    const high = Math.min((y + 1) * down, j + 1) - Math.max(y * down, j);
    for (let i = Math.floor(x * across); i < (x + 1) * across && i < from.width; i += 1) {
      const wide = Math.min((x + 1) * across, i + 1) - Math.max(x * across, i);
      sum += high * wide * (data[(j * from.width + i) * 3 + c] ?? Number.NaN);
    }
  }
  return sum / (across * down);
}

describe('families of detectors', () => {
  it('YOLOv5: a score is the product, boxes of one class that overlap are one, others stay', () => {
    const manifest = made('yolov5');
    const placement = placementOf(SOURCE, manifest);
    assert.deepEqual([placement.left, placement.top, placement.scaled.height], [0, 160, 320]);
    const rows = [
      [320, 320, 64, 64, 0.9, 0.1, 0.8, 0.2],
      [322, 320, 64, 64, 0.9, 0.1, 0.7, 0.2],
      [320, 320, 64, 64, 0.9, 0.9, 0.1, 0.2],
      [100, 200, 10, 10, 0.2, 0.2, 0.1, 0.1],
      [100, 200, 10, 10, Number.NaN, 1, 1, 1],
      [0, 160, 100, 100, 0.5, 1, 0, 0],
    ];
    const boxes = FAMILIES.yolov5.boxes({ output: floats([1, 6, 8], rows) }, placement, manifest);
    assert.deepEqual(boxes, [
      { classId: 0, score: 0.81, box: [0.45, 0.4, 0.1, 0.2] },
      { classId: 1, score: 0.72, box: [0.45, 0.4, 0.1, 0.2] },
      // Cut off at the edge of the picture, not at that of the input.
      { classId: 0, score: 0.5, box: [0, 0, 0.0781, 0.1563] },
    ]);
  });

  it('YOLOv9: columns, no objectness', () => {
    const manifest = made('yolov9', { resize: 'stretch' });
    const columns = [
      [320, 64],
      [320, 64],
      [64, 32],
      [64, 32],
      [0.1, 0.9],
      [0.6, 0.1],
      [0.2, 0.04],
    ];
    const boxes = FAMILIES.yolov9.boxes(
      { out: floats([1, 7, 2], columns) },
      placementOf(SOURCE, manifest),
      manifest,
    );
    assert.deepEqual(
      boxes.map(({ classId, score }) => [classId, score]),
      [
        [0, 0.9],
        [1, 0.6],
      ],
    );
  });

  it('YOLOv10: everything once, classes that do not exist are left out', () => {
    const manifest = made('yolov10', { resize: 'stretch' });
    const rows = [
      [0, 0, 64, 64, 0.9, 2],
      [0, 0, 64, 64, 0.8, 2],
      [0, 0, 64, 64, 0.7, 9],
      [9, 9, 9, 9, 0.7, 1],
    ];
    const boxes = FAMILIES.yolov10.boxes(
      { out: floats([1, 4, 6], rows) },
      placementOf(SOURCE, manifest),
      manifest,
    );
    assert.deepEqual(
      boxes.map(({ score, box }) => [score, ...box]),
      [
        [0.9, 0, 0, 0.1, 0.1],
        [0.8, 0, 0, 0.1, 0.1],
      ],
    );
  });

  it('pads to a multiple of the stride only, where a model takes that', () => {
    const manifest = made('yolov5', { input: { width: 1_280, height: 1_280, stride: 64 } });
    const { width, height, top, scaled } = placementOf({ width: 1_200, height: 803 }, manifest);
    assert.deepEqual([width, height, scaled.height, top], [1_280, 896, 857, 19]);
  });

  it('averages by the letter when shrinking, keeps edges when enlarging', () => {
    const grey = (values: number[], width: number, height: number) =>
      ({ data: Buffer.from(values), width, height, channels: 1 }) as const;
    const reds = (values: number[], to: number): number[] => {
      const manifest = made('classifier', { ...plain(to, 16), kernel: 'area' });
      const input = createInputs(manifest)(grey(values, values.length, 1));
      return Array.from(input.tensor.data.subarray(0, to * 3), Number).filter((_, i) => i % 3 === 0);
    };
    const again = (values: number[], times: number) => Array(times).fill(values).flat();
    assert.deepEqual(reds(again([0, 90, 240], 8), 16), again([30, 190], 8));
    assert.deepEqual(reds([0, 100], 16).slice(0, 9), [0, 0, 0, 0, 6, 19, 31, 44, 56]);
    const half = (count: number) => [...again([255], count), ...again([0], count)];
    assert.deepEqual(reds(half(500), 16), half(8));
  });

  it('rounds as exact numbers do, but for a byte in a hundred by one', () => {
    for (const [width, height] of [
      [300, 203],
      [301, 203],
    ] as const) {
      const data = Buffer.from(
        Array.from({ length: width * height * 3 }, (_, i) => (i * i * 31 + i * 7) % 256),
      );
      for (const size of [
        { width: 149, height: 101 },
        { width: 40, height: 19 },
        { width: 299, height: 95 },
        { width: 280, height: 150 },
        { width: 160, height: 116 },
      ]) {
        const manifest = made('classifier', { ...plain(size.width, size.height), kernel: 'area' });
        const { tensor } = createInputs(manifest)({ data, width, height, channels: 3 });
        let differ = 0;
        for (const [at, value] of Array.from(tensor.data, Number).entries()) {
          const pixel = Math.floor(at / 3);
          const place = { x: pixel % size.width, y: Math.floor(pixel / size.width), c: at % 3 };
          const off = Math.abs(value - meanOf(data, { width, height }, size, place));
          assert.ok(off < 0.53, `${off} at ${JSON.stringify(place)} of ${size.width} of ${width}`);
          if (off > 0.5) differ += 1;
        }
        assert.ok(differ <= tensor.data.length * 0.01, `${differ} bytes of ${size.width}`);
      }
    }
  });

  it('writes planes or pixels, normalised, grey around the picture', () => {
    const pixels = { data: Buffer.from([10, 20, 30, 40, 50, 60]), width: 2, height: 1, channels: 3 } as const;
    const manifest = (layout: string) =>
      manifestOf('yolov5', new Uint8Array(), {
        layout,
        input: { width: 16, height: 16 },
        normalisation: { scale: 1, mean: [1, 2, 3], std: [1, 2, 3] },
      });
    const planar = createInputs(manifest('nchw'))(pixels).tensor;
    const mixed = createInputs(manifest('nhwc'))(pixels).tensor;
    assert.deepEqual(
      [planar.dims, mixed.dims],
      [
        [1, 3, 16, 16],
        [1, 16, 16, 3],
      ],
    );
    for (let i = 0; i < 256; i += 1) {
      for (const c of [0, 1, 2]) assert.equal(planar.data[c * 256 + i], mixed.data[i * 3 + c]);
    }
    assert.deepEqual([planar.data[0], planar.data[256], planar.data[512]], [113, 56, 37]);
    assert.deepEqual([planar.data[4 * 16], planar.data[256 + 4 * 16 + 15]], [9, 24]);
  });

  it('knows how much two boxes are the same', () => {
    assert.equal(overlap([0, 0, 0.5, 0.5], [0, 0, 0.5, 0.5]), 1);
    assert.equal(overlap([0, 0, 0.5, 0.5], [0.5, 0, 0.5, 0.5]), 0);
    assert.ok(Math.abs(overlap([0, 0, 0.4, 0.4], [0.2, 0, 0.4, 0.4]) - 1 / 3) < 1e-9);
  });
});
