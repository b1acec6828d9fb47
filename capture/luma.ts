/** Brightness, one byte a pixel, row by row. Small: a picture scaled down to some 64 x 48 is enough for all that is done here. */
export interface Luma {
  data: Uint8Array;
  width: number;
  height: number;
}

/** @throws RangeError when its parts do not fit together */
export function checkLuma({ data, width, height }: Luma): void {
  if (width < 3 || height < 3 || data.length !== width * height)
    throw new RangeError('A picture needs three rows and columns, and one byte for each pixel.');
}

export interface Spread {
  mean: number;
  variance: number;
}

export function spreadOf(values: ArrayLike<number>): Spread {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? 0;
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return { mean, variance: Math.max(0, squares / values.length - mean * mean) };
}

/** A picture that follows others slowly: the background of a scene. */
export interface Background {
  readonly data: Float32Array;
  /** @param share how far it goes towards the picture: 1 is all the way */
  follow(data: Uint8Array, share: number): void;
}

export function createBackground(first: ArrayLike<number>): Background {
  const data = Float32Array.from(first);
  return {
    data,
    follow(next, share) {
      for (let i = 0; i < data.length; i += 1)
        data[i] = (data[i] ?? 0) * (1 - share) + (next[i] ?? 0) * share;
    },
  };
}
