/** The five ways an item can end. `pending` is the only state that is not final. */
export const OUTCOMES = ['stored', 'duplicate', 'skipped', 'rejected', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type ItemState = Outcome | 'pending';

/** `total = stored + duplicate + skipped + rejected + failed + pending`, always counted from rows. */
export type Counts = Record<ItemState, number> & { total: number };

/** Share of items in a final state, 0–100; 100 only when the listing is complete and nothing is pending. */
export function progressPercent(counts: Counts, listingComplete: boolean): number {
  if (counts.total === 0) return listingComplete ? 100 : 0;
  const done = counts.total - counts.pending;
  if (listingComplete && counts.pending === 0) return 100;
  return Math.min(99.9, Math.round((done / counts.total) * 1000) / 10);
}
