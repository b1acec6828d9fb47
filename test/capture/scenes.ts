import type { Luma } from '../../capture/luma.ts';

const WIDTH = 64;
const HEIGHT = 48;

/** Deterministic noise in [-1, 1). */
export function createNoise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

export const draw = (value: (x: number, y: number) => number): Luma => ({
  width: WIDTH,
  height: HEIGHT,
  data: Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
    Math.min(255, Math.max(0, Math.round(value(i % WIDTH, Math.floor(i / WIDTH))))),
  ),
});

/** A yard: sky, ground, trees; the same for the same seed. */
export function yard(seed: number): (x: number, y: number) => number {
  const noise = createNoise(seed);
  const texture = Array.from({ length: WIDTH * HEIGHT }, () => noise() * 30);
  const trees = Array.from({ length: 6 }, () => 32 + noise() * 30);
  return (x, y) => {
    const ground = y > 26 ? 90 : 170;
    const tree = trees.some((at) => Math.abs(x - at) < 3 && y > 10 && y < 34) ? -60 : 0;
    return ground + tree + (texture[y * WIDTH + x] ?? 0);
  };
}

/** As a sensor sees it: brighter or darker, with noise. */
export function seen(scene: (x: number, y: number) => number, noise: () => number, light = 1): Luma {
  return draw((x, y) => scene(x, y) * light + noise() * 3);
}
