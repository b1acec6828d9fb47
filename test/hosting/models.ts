import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Model } from '../../detection/detector.ts';
import type { FamilyName, Manifest } from '../../detection/manifest.ts';
import { parseManifest } from '../../detection/manifest.ts';
import { type ModelSpec, type NodeSpec, onnxModel, type TensorSpec } from './onnx.ts';

/** Pixels of the input that make one proposal. */
const CELL = 16;
const CLASSES = ['animal', 'person', 'vehicle'];

/** The same numbers on every machine, between -1 and 1. */
function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

export interface Grid {
  width: number;
  height: number;
  layout?: 'nchw' | 'nhwc';
  /** Pictures that it takes at once; a name: any number. Default 1. */
  batch?: number | string;
  /** Weights of one channel of the convolution: `[red, green, blue]` for every pixel of a cell, and what is added. */
  weigh(channel: number): { weights: (at: number) => number; bias: number };
  channels: number;
  /** What becomes of channel `c` of cell `x`, `y`, a number from 0 to 1: `share × scale + offset`. */
  place(c: number, x: number, y: number): { scale: number; offset: number };
}

/** A convolution over cells, a sigmoid, and a line for each channel of each cell: `values` is `[batch, channels, cells]`. */
function gridNodes(grid: Grid): { nodes: NodeSpec[]; tensors: TensorSpec[]; cells: number } {
  const [across, down] = [grid.width / CELL, grid.height / CELL];
  const cells = across * down;
  const each = 3 * CELL * CELL;
  const weights = new Float32Array(grid.channels * each);
  const bias = new Float32Array(grid.channels);
  const scale = new Float32Array(grid.channels * cells);
  const offset = new Float32Array(grid.channels * cells);
  for (let c = 0; c < grid.channels; c += 1) {
    const { weights: weight, bias: add } = grid.weigh(c);
    bias[c] = add;
    for (let i = 0; i < each; i += 1) weights[c * each + i] = weight(i);
    for (let cell = 0; cell < cells; cell += 1) {
      const line = grid.place(c, cell % across, Math.floor(cell / across));
      scale[c * cells + cell] = line.scale;
      offset[c * cells + cell] = line.offset;
    }
  }
  const planar = grid.layout === 'nhwc' ? 'planar' : 'images';
  const transpose: NodeSpec[] =
    grid.layout === 'nhwc'
      ? [{ op: 'Transpose', inputs: ['images'], outputs: ['planar'], attributes: { perm: [0, 3, 1, 2] } }]
      : [];
  const attributes = { kernel_shape: [CELL, CELL], strides: [CELL, CELL] };
  return {
    cells,
    tensors: [
      { name: 'weights', dims: [grid.channels, 3, CELL, CELL], data: weights },
      { name: 'bias', dims: [grid.channels], data: bias },
      { name: 'flat', dims: [3], data: BigInt64Array.from([0n, BigInt(grid.channels), BigInt(cells)]) },
      { name: 'scale', dims: [1, grid.channels, cells], data: scale },
      { name: 'offset', dims: [1, grid.channels, cells], data: offset },
    ],
    nodes: [
      ...transpose,
      { op: 'Conv', inputs: [planar, 'weights', 'bias'], outputs: ['seen'], attributes },
      { op: 'Sigmoid', inputs: ['seen'], outputs: ['shares'] },
      { op: 'Reshape', inputs: ['shares', 'flat'], outputs: ['rows'] },
      { op: 'Mul', inputs: ['rows', 'scale'], outputs: ['scaled'] },
      { op: 'Add', inputs: ['scaled', 'offset'], outputs: ['values'] },
    ],
  };
}

const turned = (from: string, to: string): NodeSpec => ({
  op: 'Transpose',
  inputs: [from],
  outputs: [to],
  attributes: { perm: [0, 2, 1] },
});

const images = ({ width, height, layout, batch = 1 }: Grid) => ({
  name: 'images',
  dims: layout === 'nhwc' ? [batch, height, width, 3] : [batch, 3, height, width],
});

/**
 * Weights by chance, so that every pixel counts. So small that the last bit of a pixel, in which libraries that enlarge
 * differ, stays below the third decimal of a score.
 */
export function randomGrid(
  width: number,
  height: number,
  seed: number,
): Pick<Grid, 'width' | 'height' | 'weigh'> {
  const next = noise(seed);
  return { width, height, weigh: () => ({ weights: () => next() * 0.03, bias: next() }) };
}

const BOX = (size: number) => (c: number, x: number, y: number) => {
  const lines = [
    { scale: CELL * 2, offset: (x - 0.5) * CELL },
    { scale: CELL * 2, offset: (y - 0.5) * CELL },
    { scale: size, offset: CELL / 2 },
    { scale: size, offset: CELL / 2 },
  ];
  return lines[c] ?? { scale: 1, offset: 0 };
};

type Base = Pick<Grid, 'width' | 'height' | 'weigh' | 'batch'>;

/** Tiny models of each family: they propose a box for each cell. */
export const BUILD: Readonly<Record<FamilyName, (base: Base) => ModelSpec>> = {
  yolov5(base) {
    const grid: Grid = { ...base, channels: 8, place: BOX(CELL * 3) };
    const { nodes, tensors, cells } = gridNodes(grid);
    return {
      inputs: [images(grid)],
      outputs: [{ name: 'output', dims: [base.batch ?? 1, cells, 8] }],
      tensors,
      nodes: [...nodes, turned('values', 'output')],
    };
  },
  yolov9(base) {
    const grid: Grid = { ...base, channels: 7, place: BOX(CELL * 3) };
    const { nodes, tensors, cells } = gridNodes(grid);
    return {
      inputs: [images(grid)],
      outputs: [{ name: 'values', dims: [base.batch ?? 1, 7, cells] }],
      tensors,
      nodes,
    };
  },
  yolov10(base) {
    const place: Grid['place'] = (c, x, y) =>
      [
        ...[x, y].map((at) => ({ scale: 6, offset: at * CELL - 3 })),
        ...[x, y].map((at) => ({ scale: CELL * 2, offset: (at + 1) * CELL })),
        ...[
          { scale: 1, offset: 0 },
          { scale: 0, offset: (x + y) % 3 },
        ],
      ][c]!;
    const grid: Grid = { ...base, channels: 6, place };
    const { nodes, tensors, cells } = gridNodes(grid);
    return {
      inputs: [images(grid)],
      outputs: [{ name: 'output', dims: [base.batch ?? 1, cells, 6] }],
      tensors,
      nodes: [...nodes, turned('values', 'output')],
    };
  },
  rtdetr(base) {
    const place: Grid['place'] = (c, x, y) =>
      [
        { scale: CELL / base.width, offset: ((x - 0.5) * CELL) / base.width },
        { scale: CELL / base.height, offset: ((y - 0.5) * CELL) / base.height },
        { scale: (CELL * 2) / base.width, offset: ((x + 1) * CELL) / base.width },
        { scale: (CELL * 2) / base.height, offset: ((y + 1) * CELL) / base.height },
        { scale: 1, offset: 0 },
      ][c]!;
    const grid: Grid = { ...base, channels: 5, place };
    const { nodes, tensors, cells } = gridNodes(grid);
    const labels = Float32Array.from({ length: cells }, (_, i) => i % 3);
    const batch = base.batch ?? 1;
    return {
      inputs: [images(grid), { name: 'orig_target_sizes', dims: [batch, 2], type: 'int64' }],
      outputs: [
        { name: 'labels', dims: [batch, cells], type: 'int64' },
        { name: 'boxes', dims: [batch, cells, 4] },
        { name: 'scores', dims: [batch, cells] },
      ],
      tensors: [
        ...tensors,
        { name: 'which', dims: [1, cells], data: labels },
        { name: 'nothing', dims: [1], data: Float32Array.from([0]) },
        { name: 'parts', dims: [2], data: BigInt64Array.from([4n, 1n]) },
        { name: 'middle', dims: [1], data: BigInt64Array.from([1n]) },
      ],
      nodes: [
        ...nodes,
        { op: 'Split', inputs: ['values', 'parts'], outputs: ['corners', 'sure'], attributes: { axis: 1 } },
        { op: 'Squeeze', inputs: ['sure', 'middle'], outputs: ['scores'] },
        turned('corners', 'shares4'),
        // 1 is FLOAT.
        { op: 'Cast', inputs: ['orig_target_sizes'], outputs: ['size'], attributes: { to: 1 } },
        { op: 'Concat', inputs: ['size', 'size'], outputs: ['size4'], attributes: { axis: 1 } },
        { op: 'Unsqueeze', inputs: ['size4', 'middle'], outputs: ['sizes'] },
        { op: 'Mul', inputs: ['shares4', 'sizes'], outputs: ['boxes'] },
        // As often as there are pictures. 7 is INT64.
        { op: 'Mul', inputs: ['scores', 'nothing'], outputs: ['zeros'] },
        { op: 'Add', inputs: ['zeros', 'which'], outputs: ['names'] },
        { op: 'Cast', inputs: ['names'], outputs: ['labels'], attributes: { to: 7 } },
      ],
    };
  },
  classifier(base) {
    const grid: Grid = {
      ...base,
      layout: 'nhwc',
      channels: 12,
      place: (c) => ({ scale: 2, offset: ((c * 7) % 12) / 3 }),
    };
    const { nodes, tensors } = gridNodes(grid);
    return {
      inputs: [images(grid)],
      outputs: [{ name: 'logits', dims: [base.batch ?? 1, 12] }],
      tensors,
      nodes: [
        ...nodes,
        { op: 'ReduceMean', inputs: ['values'], outputs: ['logits'], attributes: { axes: [2], keepdims: 0 } },
      ],
    };
  },
};

/** What the tiny models of a family are described by. */
export function manifestOf(
  family: FamilyName,
  bytes: Uint8Array,
  more: Partial<Record<keyof Manifest, unknown>> = {},
): Manifest {
  const detr = family === 'rtdetr';
  const species = Array.from({ length: 12 }, (_, i) => `species ${i}`);
  return parseManifest({
    name: `tiny-${family}`,
    version: '1.0.0',
    file: `${family}.onnx`,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    family,
    input: { width: 128, height: 128 },
    ...(family === 'classifier' && { layout: 'nhwc' }),
    resize: detr || family === 'classifier' ? 'stretch' : 'letterbox',
    kernel: detr ? 'bilinear' : 'area',
    classes: family === 'classifier' ? species : CLASSES,
    thresholds: { typical: 0.2, conservative: 0.05 },
    licence: 'CC0-1.0',
    ...more,
  });
}

/** Puts a model and its manifest into a directory, as somebody would who got it from elsewhere. */
export async function putModel(
  dir: string,
  family: FamilyName,
  bytes: Uint8Array,
  more: Partial<Record<keyof Manifest, unknown>> = {},
): Promise<Model & { manifestPath: string }> {
  await mkdir(dir, { recursive: true });
  const manifest = manifestOf(family, bytes, more);
  const file = path.join(dir, manifest.file);
  const manifestPath = path.join(dir, `${path.parse(manifest.file).name}.json`);
  await writeFile(file, bytes);
  await writeFile(manifestPath, JSON.stringify(manifest));
  return { path: file, manifest, manifestPath };
}

/** Finds what is bright: an animal in every cell that is nearly white, seen as a YOLOv5 model sees. */
export function brightBlobs(side = 256, batch: number | string = 1): Buffer {
  const each = 3 * CELL * CELL;
  return onnxModel(
    BUILD.yolov5({
      ...{ width: side, height: side, batch },
      weigh: (c) => {
        // How sure it is grows steeply where a cell is brighter than 0.8; it is always an animal, one cell wide.
        if (c === 4) return { weights: () => 40 / each, bias: -32 };
        const fixed = [0, 0, -1.609, -1.609, 0, 4, -4, -4][c]!;
        return { weights: () => 0, bias: fixed };
      },
    }),
  );
}

export const randomModel = (
  family: FamilyName,
  seed: number,
  width = 128,
  height = 128,
  batch: number | string = 1,
): Buffer => onnxModel(BUILD[family]({ ...randomGrid(width, height, seed), batch }));

/**
 * Tells colours: its first class for what is red, its second for what is blue, a bit of both for what is neither. The
 * others get next to nothing.
 */
export function colourClassifier(classes: number, side = 32): Buffer {
  const plane = CELL * CELL;
  const base = {
    width: side,
    height: side,
    // Of red, green and blue: one is taken for the class, its opposite against it.
    weigh: (c: number) => ({
      weights: (at: number) => {
        const colour = Math.floor(at / plane);
        if (c > 1 || colour === 1) return 0;
        return ((c === 0) === (colour === 0) ? 20 : -20) / plane;
      },
      bias: c > 1 ? -6 : 0,
    }),
  };
  const grid: Grid = {
    ...base,
    layout: 'nhwc',
    channels: classes,
    place: () => ({ scale: 12, offset: 0 }),
  };
  const { nodes, tensors } = gridNodes(grid);
  return onnxModel({
    inputs: [images(grid)],
    outputs: [{ name: 'logits', dims: [1, classes] }],
    tensors,
    nodes: [
      ...nodes,
      { op: 'ReduceMean', inputs: ['values'], outputs: ['logits'], attributes: { axes: [2], keepdims: 0 } },
    ],
  });
}
