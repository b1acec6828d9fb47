/** What counts as looking alike. Distances are Hamming distances between 64-bit perceptual hashes. */

/** "The same picture, edited" ends here; beyond it, unlike pictures begin to match. */
export const MAX_DISTANCE = 10;
/** The same picture, saved again or scaled, and hardly ever another one. */
export const DEFAULT_DISTANCE = 6;

/**
 * The distances that groups are kept for. A hash marks what is above its median, so 32 of its bits are set and two
 * hashes differ in an even number of bits: odd distances would give the same groups as the even ones below them.
 */
export const GROUP_DISTANCES = [0, 2, 4, 6, 8, 10] as const;
export type GroupDistance = (typeof GROUP_DISTANCES)[number];

/** A hash with fewer bits set is that of a picture with next to nothing to see, which looks like all others of its kind. */
export const LEAST_BITS = 8;

/** @param hash 16 hex digits */
export function saysSomething(hash: string): boolean {
  return bitCount(BigInt(`0x${hash}`)) >= LEAST_BITS;
}

/** @param a, b 16 hex digits each */
export function hammingDistance(a: string, b: string): number {
  return bitCount(BigInt(`0x${a}`) ^ BigInt(`0x${b}`));
}

function bitCount(value: bigint): number {
  let count = 0;
  for (let rest = value; rest > 0n; rest &= rest - 1n) count += 1;
  return count;
}

/** What the choice of the picture to keep looks at. */
export interface KeeperFacts {
  id: number;
  width: number;
  height: number;
  bytes: number;
  /** Whether the file says where it was taken, or with what. */
  hasMetadata: boolean;
}

export const KEEPER_REASONS = ['most_pixels', 'most_bytes', 'has_metadata', 'oldest'] as const;
export type KeeperReason = (typeof KEEPER_REASONS)[number];

/** Best first: most pixels, then bytes, then metadata, then the oldest. */
export function byWorth(a: KeeperFacts, b: KeeperFacts): number {
  return (
    b.width * b.height - a.width * a.height ||
    b.bytes - a.bytes ||
    Number(b.hasMetadata) - Number(a.hasMetadata) ||
    a.id - b.id
  );
}

/** What sets the best picture apart from the second best. */
export function keeperReason(best: KeeperFacts, second: KeeperFacts): KeeperReason {
  if (best.width * best.height !== second.width * second.height) return 'most_pixels';
  if (best.bytes !== second.bytes) return 'most_bytes';
  return best.hasMetadata === second.hasMetadata ? 'oldest' : 'has_metadata';
}
