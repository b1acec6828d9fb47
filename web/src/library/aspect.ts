import type { Image } from '../api/types.ts';
import { placeholderAspect } from './placeholder.ts';

/** Width divided by height, from the best that is known of a picture; a square when nothing is. */
export function aspectOf(image: Pick<Image, 'width' | 'height' | 'thumbhash'>): number {
  if (image.width !== null && image.height !== null && image.height > 0) return image.width / image.height;
  return (image.thumbhash === null ? null : placeholderAspect(image.thumbhash)) ?? 1;
}
