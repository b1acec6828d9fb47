import type { QualityMemory } from '../domain/camera.ts';
import { type Background, checkLuma, createBackground, type Luma, spreadOf } from './luma.ts';

export const QUALITY_FLAGS = ['black', 'frozen', 'blurred', 'tampered'] as const;
export type QualityFlag = (typeof QUALITY_FLAGS)[number];

export interface QualityOptions {
  /** So many pictures in a row that are the same: no sensor is without noise. */
  frozenAfter?: number;
  /** Variance of the Laplacian below which a picture is blurred. Depends on scene and size: raise it for a rich scene. */
  sharpness?: number;
  /** So many pictures in a row that have nothing to do with the scene before. */
  tamperedAfter?: number;
  /** After so many of those the scene is taken for the new one. */
  acceptAfter?: number;
}

export interface QualityWatch {
  /** @returns what is wrong with the picture, after those before it */
  look(luma: Luma): QualityFlag[];
  memory(): QualityMemory;
}

const BLACK = { mean: 24, deviation: 6 };
/** Below this correlation two pictures show different scenes: the same one, in other light, stays above 0.8. */
const SAME_SCENE = 0.4;
const FOLLOW = 0.05;

/** Mean square of a picture's second differences about their mean (Pech-Pacheco 2000): little in one that is out of focus. */
export function laplacianVariance({ data, width, height }: Luma): number {
  const values: number[] = [];
  const at = (x: number, y: number) => data[y * width + x] ?? 0;
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      values.push(at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4 * at(x, y));
    }
  }
  return spreadOf(values).variance;
}

/** Pearson's coefficient: 1 for the same structure whatever the light. 0 where one of them has none. */
function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [first, second] = [spreadOf(a), spreadOf(b)];
  if (first.variance < 1 || second.variance < 1) return 0;
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += ((a[i] ?? 0) - first.mean) * ((b[i] ?? 0) - second.mean);
  return sum / a.length / Math.sqrt(first.variance * second.variance);
}

/** Whether no pixel differs by more than what encoding the same picture twice makes of it. */
const isSame = (a: Uint8Array, b: Uint8Array) =>
  a.length === b.length && a.every((value, i) => Math.abs(value - (b[i] ?? 0)) <= 1);

/**
 * Watches what a camera delivers. Flags are for people to look at: no picture is thrown away for one.
 * @param before what another watch of the same pictures remembered
 */
export function createQualityWatch(
  options: QualityOptions = {},
  before: QualityMemory | null = null,
): QualityWatch {
  const { frozenAfter = 10, sharpness = 20, tamperedAfter = 5, acceptAfter = 600 } = options;
  let previous = before?.previous ?? null;
  let scene: Background | null = before?.scene ? createBackground(before.scene) : null;
  let same = before?.same ?? 1;
  let strange = before?.strange ?? 0;

  function isFrozen(data: Uint8Array): boolean {
    same = previous !== null && isSame(previous, data) ? same + 1 : 1;
    // The first of a row stays, so that a slow drift of less than noise adds up.
    if (same === 1) previous = Uint8Array.from(data);
    return same >= frozenAfter;
  }

  function isTampered(data: Uint8Array): boolean {
    if (scene === null || scene.data.length !== data.length) {
      scene = createBackground(data);
      strange = 0;
      return false;
    }
    if (correlation(scene.data, data) >= SAME_SCENE) {
      strange = 0;
      scene.follow(data, FOLLOW);
      return false;
    }
    strange += 1;
    // Nothing to recognise in it: a camera that began in the dark has no scene yet.
    if (strange >= acceptAfter || spreadOf(scene.data).variance < 1) {
      scene.follow(data, 1);
      strange = 0;
    }
    return strange >= tamperedAfter;
  }

  return {
    look(luma) {
      checkLuma(luma);
      const { data } = luma;
      const { mean, variance } = spreadOf(data);
      const black = mean < BLACK.mean && Math.sqrt(variance) < BLACK.deviation;
      const found: Record<QualityFlag, boolean> = {
        black,
        frozen: isFrozen(data),
        blurred: !black && laplacianVariance(luma) < sharpness,
        tampered: isTampered(data),
      };
      return QUALITY_FLAGS.filter((flag) => found[flag]);
    },
    memory: () => ({ previous, scene: scene?.data ?? null, same, strange }),
  };
}
