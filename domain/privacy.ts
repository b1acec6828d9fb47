import type { Box } from './detection.ts';

/** Whether people are made unrecognisable in what a tenant's pictures are shown as. */
export interface Privacy {
  blurPeople: boolean;
  /** How far around a box, as a share of its size. */
  margin: number;
}

/** A box with a margin around it, within the picture. */
export function enlarged([x, y, width, height]: Box, margin: number): Box {
  const [left, top] = [Math.max(0, x - width * margin), Math.max(0, y - height * margin)];
  const right = Math.min(1, x + width * (1 + margin));
  const bottom = Math.min(1, y + height * (1 + margin));
  return [left, top, right - left, bottom - top];
}
