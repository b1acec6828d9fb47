import { isCancellation } from '@temporalio/workflow';
import type { Attention, BatchRef, BatchSummary, DetectResult } from '../domain/batch.ts';
import { describeFailure } from './failure.ts';
import { detecting, fetching, rendering, storing } from './proxies.ts';

const waiting = (parked: Attention | undefined): BatchSummary => (parked === undefined ? {} : { parked });

const NOTHING_SEEN: DetectResult = { state: 'skipped', reason: null };

/**
 * Carries one batch of items through fetch, render, detect and store.
 *
 * Guarantee: when it ends, however it ends, every item of the batch is in exactly one final state, but for those that
 * wait for a person, which it says. A bad item never stops its batch; each stage goes on at the item where a lost
 * attempt stopped.
 */
export async function processAssets(batch: BatchRef): Promise<BatchSummary> {
  const label = `batch ${batch.batch}`;
  try {
    const { fetched, ended, parked } = await fetching.fetchBatch.executeWithOptions(
      { summary: `fetch ${label}` },
      [batch],
    );
    if (fetched.length === 0) {
      if (ended.length === 0) return waiting(parked);
      const summary = await storing.storeBatch.executeWithOptions(
        { summary: `store ${label}: none fetched` },
        [batch, [], ended, NOTHING_SEEN],
      );
      return { ...summary, ...waiting(parked) };
    }
    const count = `${fetched.length} ${fetched.length === 1 ? 'picture' : 'pictures'}`;
    const render = await rendering.renderBatch.executeWithOptions({ summary: `render ${count}` }, [fetched]);
    const detection =
      render.rendered.length === 0
        ? NOTHING_SEEN
        : await detecting.detectBatch.executeWithOptions({ summary: `detect in ${count}` }, [
            render.rendered,
          ]);
    const summary = await storing.storeBatch.executeWithOptions({ summary: `store ${label}` }, [
      batch,
      render.rendered,
      [...ended, ...render.ended],
      detection,
    ]);
    return { ...summary, ...waiting(parked) };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return storing.abandonBatch.executeWithOptions({ summary: `give up ${label}` }, [
      batch,
      describeFailure(error),
    ]);
  }
}
