import type { Pixels } from '../../imaging/pixels.ts';
import type { Manifest } from '../manifest.ts';
import { type Placement, placementOf } from './placement.ts';
import { resample } from './resample.ts';

/** Numbers as a model takes and gives them. */
export interface Tensor {
  type: string;
  data: Float32Array | BigInt64Array | Int32Array | Float64Array;
  dims: readonly number[];
}

/** What is around a letterboxed picture. */
const GREY = 114;

export interface Input {
  tensor: Tensor;
  placement: Placement;
}

/** Makes inputs of pictures. The numbers of one are overwritten by the next. */
export type MakeInput = (pixels: Pixels) => Input;

export function createInputs(manifest: Manifest): MakeInput {
  const { layout, normalisation, kernel } = manifest;
  const tables: Tables = [tableOf(normalisation, 0), tableOf(normalisation, 1), tableOf(normalisation, 2)];
  let data = new Float32Array(0);

  return (pixels) => {
    const placement = placementOf(pixels, manifest);
    const { width, height, cut, scaled } = placement;
    const plane = width * height;
    if (data.length !== plane * 3) data = new Float32Array(plane * 3);
    const whole = scaled.width === width && scaled.height === height;
    const rgb =
      cut.width === scaled.width &&
      cut.height === scaled.height &&
      pixels.channels === 3 &&
      cut.width === pixels.width
        ? pixels.data.subarray(cut.top * cut.width * 3)
        : resample(pixels, cut, scaled, kernel);
    // Either planes after each other, or three values for each pixel.
    const [next, step] = layout === 'nchw' ? [plane, 1] : [1, 3];
    if (!whole) {
      for (const [n, table] of tables.entries()) fill(data, n * next, step, plane, table[GREY] as number);
    }
    for (let y = 0; y < scaled.height; y += 1) {
      const to = ((placement.top + y) * width + placement.left) * step;
      lookUp(rgb, y * scaled.width * 3, scaled.width, tables, data, to, next, step);
    }
    const dims = layout === 'nchw' ? [1, 3, height, width] : [1, height, width, 3];
    return { tensor: { type: 'float32', data, dims }, placement };
  };
}

type Tables = readonly [red: Float32Array, green: Float32Array, blue: Float32Array];

/** Brings a row of pixels into the numbers of the model. */
function lookUp(
  rgb: Uint8Array,
  begin: number,
  count: number,
  [red, green, blue]: Tables,
  data: Float32Array,
  to: number,
  next: number,
  step: number,
): void {
  const end = begin + count * 3;
  for (let from = begin, at = to; from < end; from += 3, at += step) {
    data[at] = red[rgb[from] as number] as number;
    data[at + next] = green[rgb[from + 1] as number] as number;
    data[at + 2 * next] = blue[rgb[from + 2] as number] as number;
  }
}

function fill(data: Float32Array, first: number, step: number, count: number, value: number): void {
  if (step === 1) data.fill(value, first, first + count);
  else for (let i = 0, at = first; i < count; i += 1, at += step) data[at] = value;
}

function tableOf({ scale, mean, std }: Manifest['normalisation'], channel: number): Float32Array {
  return Float32Array.from(
    { length: 256 },
    (_, value) => (value * scale - (mean[channel] ?? 0)) / (std[channel] ?? 1),
  );
}
