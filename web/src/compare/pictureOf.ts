import type { Asset } from '../api/types.ts';

/** The largest rendition of the whole picture. */
export function pictureOf(asset: Asset): string | null {
  return asset.renditions.find(({ preset }) => preset === 'zoom')?.url ?? asset.card_url;
}
