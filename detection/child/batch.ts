import type { Outputs } from '../families/family.ts';
import type { Tensor } from '../pixels/tensor.ts';
import type { Provider } from '../providers.ts';

/** Pictures of one call where nobody says how many: more at once cost a processor more time each, not less. */
const DEFAULT: Readonly<Record<Provider, number>> = { cpu: 1, cuda: 8 };
/** What their numbers may take. */
const MOST_BYTES = 128 * 2 ** 20;

/** How many pictures a model is given in one call. */
export interface Batch {
  most: number;
  /** It takes exactly so many; `null`: up to as many. */
  exactly: number | null;
}

/**
 * @param size of the first dimension of the model's input; a name or a size below 1 is free
 * @param wanted by the manifest
 * @param pictureBytes of the numbers of one picture
 * @returns `null`: it takes more at once than there is room for
 */
export function batchOf(
  size: number | string | undefined,
  wanted: number | undefined,
  provider: Provider,
  pictureBytes: number,
): Batch | null {
  const room = Math.max(1, Math.floor(MOST_BYTES / pictureBytes));
  if (typeof size === 'number' && size > 1) return size > room ? null : { most: size, exactly: size };
  if (size === 1) return { most: 1, exactly: null };
  return { most: Math.min(wanted ?? DEFAULT[provider], room), exactly: null };
}

/** Puts inputs of one picture each behind one another. */
export interface Joint {
  put(at: number, tensor: Tensor): void;
  tensor(): Tensor;
}

/** @param like what each of them looks like; the numbers of those that never come are nothing */
export function createJoint(count: number, like: Tensor): Joint {
  const each = like.data.length;
  const data = new (like.data.constructor as new (length: number) => Tensor['data'])(count * each);
  return {
    put: (at, tensor) => (data as Float32Array).set(tensor.data as Float32Array, at * each),
    tensor: () => ({ type: like.type, data, dims: [count, ...like.dims.slice(1)] }),
  };
}

/**
 * What a model gave for each of its pictures.
 * @param count of all that it was given @param wanted the first of them
 * @returns `null`: some output is not one of so many pictures
 */
export function outputsOfEach(outputs: Outputs, count: number, wanted: number): Outputs[] | null {
  if (count === 1) return [outputs];
  const entries = Object.entries(outputs);
  if (entries.some(([, { dims }]) => dims[0] !== count)) return null;
  return Array.from({ length: wanted }, (_, at) =>
    Object.fromEntries(
      entries.map(([name, { type, data, dims }]) => {
        const each = data.length / count;
        const part = data.subarray(at * each, (at + 1) * each) as Tensor['data'];
        return [name, { type, data: part, dims: [1, ...dims.slice(1)] }];
      }),
    ),
  );
}
