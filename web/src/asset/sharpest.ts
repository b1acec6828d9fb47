import type { Asset } from '../api/types.ts';

/** Formats that every browser shows. */
const SHOWN: readonly string[] = ['jpeg', 'png', 'webp', 'gif', 'avif'];
/** The widest picture that is made on the fly for whoever asks. */
export const WIDEST = 2_048;
/** A little blur is not worth some megabytes. */
const ENOUGH = 1.15;

/**
 * What to show of an image that is drawn so many device pixels wide beyond what its zoom rendition has: the original,
 * or a larger rendition where a browser cannot show that. `null`: the zoom rendition is as sharp as it gets.
 * @param larger address of a rendition as wide as any
 */
export function sharpestUrl(asset: Asset, pixels: number, larger: string): string | null {
  const zoom = asset.renditions.find(({ preset }) => preset === 'zoom');
  if (zoom === undefined || asset.width === null || asset.width <= zoom.width) return null;
  if (pixels <= zoom.width * ENOUGH) return null;
  if (asset.format !== null && SHOWN.includes(asset.format)) return asset.storage_url;
  return zoom.width >= WIDEST ? null : larger;
}
