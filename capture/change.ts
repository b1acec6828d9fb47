import { type Background, checkLuma, createBackground, type Luma, spreadOf } from './luma.ts';

export interface ChangeOptions {
  /** How much brighter or darker than the background a pixel is that counts as changed, of 255. */
  difference?: number;
  /** Share of pixels that must have changed for the picture to count. */
  share?: number;
  /** After so many changed pictures in a row what they show is the background: a parked car is no event for ever. */
  resetAfter?: number;
}

export interface ChangeGate {
  /** @returns whether something in the scene changed, and which share of the pixels. The first picture has nothing to differ from. */
  look(luma: Luma): { changed: boolean; share: number };
}

/** How fast the background follows. At a picture a second, dusk takes it along. */
const FOLLOW = 0.1;

/**
 * Compares pictures of a still camera with a background that follows them. Light that changes everywhere alike, at once
 * (a cloud) or slowly (dusk), is no change: the common part of the difference is taken off first, as a factor and an
 * offset, since light multiplies.
 */
export function createChangeGate(options: ChangeOptions = {}): ChangeGate {
  const { difference = 25, share: wanted = 0.01, resetAfter = 120 } = options;
  let background: Background | null = null;
  let size = '';
  let inARow = 0;

  return {
    look(luma) {
      checkLuma(luma);
      const { data } = luma;
      const given = `${luma.width}x${luma.height}`;
      if (background === null || given !== size) {
        background = createBackground(data);
        size = given;
        inARow = 0;
        return { changed: false, share: 0 };
      }
      const now = spreadOf(data);
      const then = spreadOf(background.data);
      // Night has no contrast to scale by.
      const gain =
        then.variance < 1 ? 1 : Math.min(4, Math.max(0.25, Math.sqrt(now.variance / then.variance)));
      const differing = (factor: number) => {
        let count = 0;
        for (let i = 0; i < data.length; i += 1) {
          const expected = ((background?.data[i] ?? 0) - then.mean) * factor + now.mean;
          if (Math.abs((data[i] ?? 0) - expected) > difference) count += 1;
        }
        return count;
      };
      // Something large changes mean and contrast as well, so the kindest explanation counts.
      const share = Math.min(differing(1), differing(gain)) / data.length;
      const changed = share >= wanted;
      inARow = changed ? inARow + 1 : 0;
      if (inARow >= resetAfter) {
        background.follow(data, 1);
        inARow = 0;
      } else if (!changed) {
        background.follow(data, FOLLOW);
      }
      return { changed, share };
    },
  };
}
