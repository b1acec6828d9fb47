import type { Point, Recipe } from '../domain/presets.ts';
import { fitInside, type Size } from './pixels.ts';

type Shape = Pick<Recipe, 'fit' | 'width' | 'height'>;

/** The box into which the whole picture is scaled before a recipe cuts or frames it. */
export function wholeBox(original: Size, { fit, width, height }: Shape): Size {
  if (fit !== 'cover') return { width, height };
  const scale = Math.min(1, Math.max(width / original.width, height / original.height));
  // Not rounded: fitting into it gives the same scale on both sides.
  return { width: original.width * scale, height: original.height * scale };
}

/** How large the whole picture is when a recipe is made of it. */
export function wholeSize(original: Size, recipe: Shape): Size {
  return fitInside(original, wholeBox(original, recipe));
}

export interface Window extends Size {
  left: number;
  top: number;
}

/** What a covering recipe cuts out of the whole: the box, or as much of it as there is, as near to `focus` as fits. */
export function cutAround(whole: Size, box: Size, focus: Point): Window {
  const [width, height] = [Math.min(box.width, whole.width), Math.min(box.height, whole.height)];
  const near = (share: number, all: number, part: number): number =>
    Math.max(0, Math.min(all - part, Math.round(share * all - part / 2)));
  return { width, height, left: near(focus.x, whole.width, width), top: near(focus.y, whole.height, height) };
}
