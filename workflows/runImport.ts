import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  allHandlersFinished,
  CancellationScope,
  ChildWorkflowCancellationType,
  condition,
  continueAsNew,
  isCancellation,
  ParentClosePolicy,
  patched,
  setCurrentDetails,
  setHandler,
  sleep,
  startChild,
  WorkflowIdReusePolicy,
  workflowInfo,
} from '@temporalio/workflow';
import type { ImportEnd, ImportPosition } from '../activities/contracts.ts';
import type { Attention } from '../domain/batch.ts';
import { type BatchGrid, batchAt, batchesFor, batchSlots } from '../domain/batchGrid.ts';
import { waitsForHelp } from '../domain/failures.ts';
import type { ImportProgress } from '../domain/import.ts';
import { BATCH_WINDOW } from '../domain/limits.ts';
import { describeFailure } from './failure.ts';
import { batchWorkflowId } from './ids.ts';
import {
  cancelImport,
  importProgress,
  itemsQueued,
  pauseImport,
  resumeImport,
  retryFailedItems,
} from './messages.ts';
import { processAssets } from './processAssets.ts';
import { bookkeeping, listings } from './proxies.ts';
import { childAttributes, tellState } from './searchable.ts';

export interface RunImportInput {
  importId: string;
  /** Set by continue-as-new. */
  carried?: {
    run: number;
    paused: boolean;
    nextBatch: number;
    /** 1 where it is not said. */
    grid?: BatchGrid;
    slots: number;
    listingComplete: boolean;
  };
}

/** About nine events a batch: the next run begins far below the 4,096 where the server suggests it. */
const BATCHES_PER_RUN = 250;

/**
 * The entity behind every import: lists the source into Postgres page by page and keeps a window of batches in flight.
 *
 * Guarantee: it ends when the listing is complete and every listed item is final, or when it was cancelled or the
 * listing failed for good, and then too every listed item is final. It can be stopped at any point, even lost, and
 * started anew: where to go on is read from Postgres.
 */
export async function runImport({ importId, carried }: RunImportInput): Promise<ImportEnd['state']> {
  const run = carried?.run ?? 1;
  // An import keeps its grid, because its batches are known by their numbers.
  const grid: BatchGrid = carried === undefined ? (patched('large-batches') ? 2 : 1) : (carried.grid ?? 1);
  let paused = carried?.paused ?? false;
  let cancelling = false;
  let slots = carried?.slots ?? 0;
  let listingComplete = carried?.listingComplete ?? false;
  let nextBatch = carried?.nextBatch ?? 0;
  let started = 0;
  let inFlight = 0;
  let failure: ImportEnd['error'];
  /** Whether somebody can be waited for. */
  let parks = false;
  let attention: Attention | null = null;
  let unparking = false;
  /** Whether items may have been given another round since rows were last looked at. */
  let queued = false;
  let listing = new CancellationScope();

  const progress = (): ImportProgress => ({
    paused,
    ...(attention !== null && { attention: { type: attention.type, detail: attention.detail } }),
    cancelling,
    listingComplete,
    slots,
    batchesStarted: nextBatch,
    batchesInFlight: inFlight,
    run,
  });
  const show = (): void => {
    const mode = cancelling
      ? 'cancelling'
      : attention
        ? `needs attention (${attention.type})`
        : paused
          ? 'paused'
          : 'running';
    tellState(attention !== null ? 'needs_attention' : mode === 'running' ? 'processing' : mode);
    setCurrentDetails(
      `**${mode}**: ${slots} items queued${listingComplete ? '' : ', still listing'}; ` +
        `batch ${nextBatch} of ${batchesFor(grid, slots)}, ${inFlight} in flight`,
    );
  };
  /** @returns the first batch with something left to do */
  const firstOpen = ({ firstOpenSlot, firstOpenBatch }: ImportPosition): number | null => {
    if (grid === 1) return firstOpenBatch;
    return firstOpenSlot === null ? null : batchAt(grid, firstOpenSlot);
  };
  const take = (position: ImportPosition): void => {
    // Answers may overtake each other; slots only ever grow.
    slots = Math.max(slots, position.slots);
    listingComplete ||= position.listingComplete;
    show();
  };

  /** Lets the import go on with what it waited for, at the first batch that is not finished. */
  const unpark = async (skip: boolean): Promise<void> => {
    if (unparking) return;
    unparking = true;
    const position = await bookkeeping.unparkImport.executeWithOptions({ summary: 'go on' }, [
      importId,
      skip,
    ]);
    nextBatch = firstOpen(position) ?? nextBatch;
    attention = null;
    unparking = false;
    take(position);
  };

  setHandler(importProgress, progress);
  setHandler(pauseImport, async () => {
    if (!cancelling && !paused && attention === null) {
      paused = true;
      show();
      await bookkeeping.setImportState.executeWithOptions({ summary: 'pause' }, [importId, 'paused']);
    }
    return progress();
  });
  setHandler(resumeImport, async (options) => {
    if (!cancelling && attention !== null) await unpark(options?.skip ?? false);
    else if (!cancelling && paused) {
      await bookkeeping.setImportState.executeWithOptions({ summary: 'resume' }, [importId, 'processing']);
      paused = false;
      show();
    }
    return progress();
  });
  setHandler(cancelImport, () => {
    cancelling = true;
    listing.cancel();
    show();
    return progress();
  });
  setHandler(retryFailedItems, async () => {
    if (cancelling) return 0;
    const position = await bookkeeping.requeueFailed.executeWithOptions({ summary: 'retry failed items' }, [
      importId,
    ]);
    take(position);
    return position.requeued;
  });

  setHandler(itemsQueued, () => {
    queued = true;
  });

  const listedOut = (): boolean => listingComplete || failure !== undefined || cancelling;
  const batchReady = (): boolean => {
    const [from, to] = batchSlots(grid, nextBatch);
    return from < slots && (listedOut() || to <= slots);
  };
  const runFull = (): boolean => started >= BATCHES_PER_RUN || workflowInfo().continueAsNewSuggested;

  const listAll = async (): Promise<void> => {
    while (!listingComplete && failure === undefined && !runFull()) {
      await condition(() => !paused || cancelling);
      if (cancelling) return;
      take(
        await listings.listPage.executeWithOptions({ summary: `list, from item ${slots} on` }, [importId]),
      );
    }
  };

  const runBatch = async (batch: number): Promise<void> => {
    const [from, to] = batchSlots(grid, batch);
    for (;;) {
      try {
        const child = await startChild(processAssets, {
          workflowId: batchWorkflowId(importId, batch),
          ...childAttributes('batch'),
          args: [{ importId, batch, ...(grid !== 1 && { slots: [from, to] }) }],
          staticSummary: `batch ${batch}: items ${from + 1} to ${Math.min(slots, to)}`,
          // A batch that began is finished, whatever becomes of its import.
          parentClosePolicy: ParentClosePolicy.ABANDON,
          cancellationType: ChildWorkflowCancellationType.ABANDON,
          workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        });
        const { parked } = await child.result();
        if (parked !== undefined) attention ??= parked;
        return;
      } catch (error) {
        // Left over from a run that was lost: wait for it, it works on the same rows.
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        await sleep('2s');
      }
    }
  };

  const work = async (): Promise<void> => {
    let listingDone = false;
    listing = new CancellationScope();
    const lister = listing
      .run(listAll)
      .catch((error: unknown) => {
        if (isCancellation(error)) cancelling ||= attention === null;
        else {
          const found = describeFailure(error);
          if (parks && waitsForHelp(found.type)) attention = found;
          else failure = found;
        }
      })
      .finally(() => {
        listingDone = true;
      });
    for (;;) {
      await condition(
        () =>
          cancelling ||
          attention !== null ||
          (runFull() && inFlight === 0) ||
          (!runFull() && !paused && inFlight < BATCH_WINDOW && batchReady()) ||
          (listingDone && inFlight === 0 && !batchReady()),
      );
      if (cancelling || attention !== null || runFull() || !batchReady()) break;
      const batch = nextBatch;
      nextBatch += 1;
      started += 1;
      inFlight += 1;
      show();
      void CancellationScope.nonCancellable(() => runBatch(batch))
        // A batch that was terminated from outside leaves its items pending; closing finds them and starts it again.
        .catch(() => {})
        .finally(() => {
          inFlight -= 1;
          show();
        });
    }
    await condition(() => inFlight === 0);
    // Its next page can be read later; a listing that waits to be tried again must not hold up what a person is asked for.
    if (attention !== null) listing.cancel();
    await lister;
  };

  /** Waits for what is needed, for days if need be. What runs is finished first. */
  const waitForHelp = async (needed: Attention): Promise<void> => {
    show();
    await bookkeeping.parkImport.executeWithOptions({ summary: `needs attention: ${needed.type}` }, [
      importId,
      needed,
    ]);
    const helped = (): boolean => cancelling || attention === null;
    if (needed.resumeInMs === undefined) await condition(helped);
    else if (!(await condition(helped, needed.resumeInMs))) await unpark(false);
    await condition(() => !unparking);
  };

  const close = async (state: ImportEnd['state']) => {
    const end = await bookkeeping.closeImport.executeWithOptions({ summary: `close as ${state}` }, [
      importId,
      failure === undefined ? { state } : { state, error: failure },
    ]);
    if (end.closed) tellState(state);
    return end;
  };

  try {
    const position = await bookkeeping.openImport.executeWithOptions({ summary: 'open' }, [importId]);
    take(position);
    paused = position.paused;
    parks = position.parks ?? false;
    nextBatch = firstOpen(position) ?? batchesFor(grid, slots);
    for (;;) {
      await work();
      await condition(allHandlersFinished);
      if (cancelling) break;
      if (attention !== null) {
        await waitForHelp(attention);
        if (cancelling) break;
        continue;
      }
      if (runFull()) {
        return await continueAsNew<typeof runImport>({
          importId,
          carried: { run: run + 1, paused, nextBatch, grid, slots, listingComplete },
        });
      }
      queued = false;
      const end = await close(failure === undefined ? 'completed' : 'failed');
      if (end.closed && !queued && allHandlersFinished())
        return failure === undefined ? 'completed' : 'failed';
      take(end);
      nextBatch = firstOpen(end) ?? nextBatch;
      await sleep('1s');
    }
  } catch (error) {
    if (!isCancellation(error)) throw error;
    cancelling = true;
  }
  return CancellationScope.nonCancellable(async () => {
    await condition(() => inFlight === 0 && allHandlersFinished());
    do {
      queued = false;
      await close('cancelled');
    } while (queued);
    return 'cancelled' as const;
  });
}
