import assert from 'node:assert/strict';
import { FAMILIES } from '../../detection/families/table.ts';
import type { FamilyName } from '../../detection/manifest.ts';
import { placementOf } from '../../detection/pixels/placement.ts';
import { resample } from '../../detection/pixels/resample.ts';
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
    const part = { left: 0, top: 0, width: 3, height: 1 };
    const red = (bytes: Uint8Array) => [...bytes].filter((_, i) => i % 3 === 0);
    const row = grey([0, 90, 240], 3, 1);
    assert.deepEqual(red(resample(row, part, { width: 2, height: 1 }, 'area')), [30, 190]);
    const two = { left: 0, top: 0, width: 2, height: 1 };
    assert.deepEqual(
      red(resample(grey([0, 100], 2, 1), two, { width: 4, height: 1 }, 'area')),
      [0, 25, 75, 100],
    );
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
