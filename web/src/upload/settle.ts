import pLimit from 'p-limit';
import type { Asset } from '../api/types.ts';
import type { Settle } from './uploadState.ts';

/** Waits between looks at an asset, in milliseconds; the last is repeated until `MOST_LOOKS`. */
const DELAYS_MS = [700, 1_500, 3_000, 6_000, 12_000, 20_000] as const;
const MOST_LOOKS = 30;
/** However many files wait to become images, asking after them stays a trickle. */
const AT_ONCE = 2;

/**
 * Follows an uploaded asset until it is ready or will never be. Gives up in silence after some minutes.
 * @param noImage what is said of an asset that does not say why it failed
 */
export function createSettle(
  getAsset: (id: number) => Promise<Pick<Asset, 'status' | 'failure'>>,
  noImage: () => string,
  delaysMs: readonly number[] = DELAYS_MS,
): Settle {
  const limit = pLimit(AT_ONCE);
  return async (assetId) => {
    for (let look = 0; look < MOST_LOOKS; look += 1) {
      await pause(delaysMs[Math.min(look, delaysMs.length - 1)] ?? 0);
      // No answer says nothing about the image: the next look may find one.
      const asset = await limit(() => getAsset(assetId)).catch(() => null);
      if (asset?.status === 'ready') return null;
      if (asset?.status === 'rejected' || asset?.status === 'failed') return reasonOf(asset.failure, noImage);
    }
    return null;
  };
}

function reasonOf(failure: Asset['failure'], noImage: () => string): string {
  if (failure === null) return noImage();
  return `${failure.title}. ${failure.advice}`;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
