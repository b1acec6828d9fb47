import type { BatchRef } from './batch.ts';
import { BATCH_SIZE, LARGE_BATCH_SIZE, SMALL_BATCHES } from './limits.ts';

/**
 * How the slots of an import are cut into batches. 1: all alike, in histories of before. 2: an import begins with small
 * ones, so that there is something to decode and to see soon, and goes on with large ones, because each costs the same
 * orchestration.
 */
export type BatchGrid = 1 | 2;

/** Where the large ones begin. */
const LARGE_FROM = SMALL_BATCHES * BATCH_SIZE;

/** @returns the slots of a batch: [from, to) */
export function batchSlots(grid: BatchGrid, batch: number): [from: number, to: number] {
  if (grid === 1 || batch < SMALL_BATCHES) return [batch * BATCH_SIZE, (batch + 1) * BATCH_SIZE];
  const from = LARGE_FROM + (batch - SMALL_BATCHES) * LARGE_BATCH_SIZE;
  return [from, from + LARGE_BATCH_SIZE];
}

/** @returns the batch that a slot belongs to */
export function batchAt(grid: BatchGrid, slot: number): number {
  if (grid === 1 || slot < LARGE_FROM) return Math.floor(slot / BATCH_SIZE);
  return SMALL_BATCHES + Math.floor((slot - LARGE_FROM) / LARGE_BATCH_SIZE);
}

/** @returns how many batches hold so many slots */
export function batchesFor(grid: BatchGrid, slots: number): number {
  return slots === 0 ? 0 : batchAt(grid, slots - 1) + 1;
}

export function slotsOf(ref: BatchRef): [from: number, to: number] {
  return ref.slots ?? batchSlots(1, ref.batch);
}
