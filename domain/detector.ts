import type { Box } from './detection.ts';

/** A box as a detector gives it, in the words of its model. */
export interface FoundBox {
  /** Index into the classes of the model. */
  classId: number;
  /** 0 to 1, three decimals. */
  score: number;
  /** Four decimals. */
  box: Box;
}

/** Boxes below this are noise for every model and every purpose; all others are kept, and shown above a threshold. */
export const MIN_SCORE = 0.05;
/** Boxes of one picture that are kept at most, the best ones. */
export const MAX_BOXES = 300;

/** How much two boxes are the same: shared area by area of both together, 0 to 1. */
export function overlap(one: Box, other: Box): number {
  const [left, top, width, height] = one;
  const [x, y, w, h] = other;
  const across = Math.min(left + width, x + w) - Math.max(left, x);
  const down = Math.min(top + height, y + h) - Math.max(top, y);
  if (across <= 0 || down <= 0) return 0;
  const shared = across * down;
  return shared / (width * height + w * h - shared);
}
