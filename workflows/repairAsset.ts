import type { RepairEnd } from '../activities/contracts.ts';
import { repairing } from './proxies.ts';

/**
 * Makes the renditions of an asset anew from its original.
 *
 * Guarantee: the asset is shown and its original untouched all the while, whatever comes of it.
 * @param assetUid UUID of the asset
 */
export async function repairAsset(assetUid: string): Promise<RepairEnd> {
  return repairing.repairRenditions.executeWithOptions({ summary: 'make renditions anew' }, [assetUid]);
}
