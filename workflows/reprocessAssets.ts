import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type AssetRange,
  dueAfter,
  REPROCESS_WINDOW,
  type ReprocessProgress,
  type ReprocessSubject,
  type Step,
} from '../domain/reprocess.ts';
import { cancelReprocess, pauseReprocess, reprocessProgress, resumeReprocess } from './messages.ts';
import { detectingAgain, remaking, reprocessing } from './proxies.ts';
import { tellState } from './searchable.ts';

export interface ReprocessInput {
  reprocessId: string;
  /** What is made anew; default: renditions. */
  what?: ReprocessSubject;
  /** Set by continue-as-new. */
  carried?: { run: number; last?: Step };
}

/** About ten events a range: the next run begins far below the 4,096 where the server suggests it. */
const RANGES_PER_RUN = 200;

/**
 * Brings the renditions of many assets up to what their presets and the pipeline say now, or their boxes to what a
 * model says, in ranges of ids with a window of them in flight, behind whatever imports and people need.
 *
 * Guarantee: an asset is ready and shown throughout; it has what was made before until the new is stored. It can be
 * stopped at any point, even lost, and started anew: where to go on is read from Postgres, and what is as it should be
 * is not made again. Where people set a pace, no more images a minute are begun than they want, also after a restart.
 */
export async function reprocessAssets({
  reprocessId,
  what = 'renditions',
  carried,
}: ReprocessInput): Promise<'completed' | 'cancelled'> {
  const run = carried?.run ?? 1;
  let paused = false;
  let cancelling = false;
  let cursor = 0;
  let handedOut = 0;
  let started = 0;
  /** Set when there is nothing behind what was handed out. */
  let exhausted = false;
  /** In the order of their ids; the cursor only passes those that are done. */
  const open: (AssetRange & { done: boolean })[] = [];
  let advancing = false;
  let broken: unknown;
  /** The latest step that people set a pace for. */
  let last = carried?.last;

  const inFlight = (): number => open.filter(({ done }) => !done).length;
  const progress = (): ReprocessProgress => ({ paused, cancelling, cursor, rangesInFlight: inFlight(), run });
  const show = (): void => {
    const mode = cancelling ? 'cancelling' : paused ? 'paused' : 'running';
    tellState(mode === 'running' ? 'processing' : mode);
    setCurrentDetails(`**${mode}**: done up to asset ${cursor}, ${inFlight()} ranges in flight`);
  };

  setHandler(reprocessProgress, progress);
  setHandler(pauseReprocess, async () => {
    if (!cancelling && !paused) {
      paused = true;
      show();
      await reprocessing.setReprocessState.executeWithOptions({ summary: 'pause' }, [reprocessId, 'paused']);
    }
    return progress();
  });
  setHandler(resumeReprocess, async () => {
    if (!cancelling && paused) {
      await reprocessing.setReprocessState.executeWithOptions({ summary: 'resume' }, [
        reprocessId,
        'processing',
      ]);
      paused = false;
      show();
    }
    return progress();
  });
  setHandler(cancelReprocess, () => {
    cancelling = true;
    show();
    return progress();
  });

  /** Moves the cursor over every range that is done and has none before it that is not. */
  const passDone = async (): Promise<void> => {
    if (advancing) return;
    advancing = true;
    for (let first = open[0]; first?.done; first = open[0]) {
      let last = first;
      for (let next = open[1]; next?.done; next = open[1]) {
        open.shift();
        last = next;
      }
      await reprocessing.advance.executeWithOptions({ summary: `done up to asset ${last.upTo}` }, [
        reprocessId,
        last.upTo,
      ]);
      open.shift();
      cursor = last.upTo;
      show();
    }
    advancing = false;
  };

  const remake = async (range: AssetRange & { done: boolean }): Promise<void> => {
    const make = what === 'detections' ? detectingAgain.detectRange : remaking.reprocessRange;
    await make.executeWithOptions({ summary: `assets ${range.after + 1} to ${range.upTo}` }, [
      reprocessId,
      { after: range.after, upTo: range.upTo },
    ]);
    range.done = true;
    await passDone();
  };

  /** Waits until a step may begin. The pace is what it was when the step was asked for: at most one step ago. */
  const keepPace = async (images: number, imagesPerMinute: number): Promise<void> => {
    const waitMs = last === undefined ? 0 : dueAfter(last, imagesPerMinute) - Date.now();
    const over = (): boolean => cancelling || broken !== undefined;
    if (waitMs > 0) await condition(over, waitMs);
    await condition(() => over() || !paused);
    last = { at: Date.now(), images };
  };

  const runFull = (): boolean => started >= RANGES_PER_RUN || workflowInfo().continueAsNewSuggested;

  try {
    const position = await reprocessing.openReprocess.executeWithOptions({ summary: 'open' }, [reprocessId]);
    cursor = position.cursor;
    handedOut = cursor;
    // A pause may have come while the row was read.
    paused ||= position.state === 'paused';
    show();
    if (position.state === 'completed' || position.state === 'cancelled') return position.state;
    while (!exhausted && !runFull()) {
      await condition(() => cancelling || broken !== undefined || (!paused && inFlight() < REPROCESS_WINDOW));
      if (cancelling || broken !== undefined) break;
      const range = await reprocessing.nextRange.executeWithOptions({ summary: 'next assets' }, [
        reprocessId,
        handedOut,
      ]);
      if (range === null) {
        exhausted = true;
        break;
      }
      // Absent from what was asked for before there was a pace. Without one nothing is waited for, not even a turn of the
      // loop: the order of what runs side by side would be another one.
      if (range.imagesPerMinute == null) last = undefined;
      else {
        await keepPace(range.images, range.imagesPerMinute);
        if (cancelling || broken !== undefined) break;
      }
      handedOut = range.upTo;
      started += 1;
      const entry = { after: range.after, upTo: range.upTo, done: false };
      open.push(entry);
      show();
      void CancellationScope.nonCancellable(() => remake(entry)).catch((error: unknown) => {
        broken ??= error;
      });
    }
  } catch (error) {
    if (!isCancellation(error)) throw error;
    cancelling = true;
  }
  return CancellationScope.nonCancellable(async () => {
    await condition(() => broken !== undefined || (open.length === 0 && !advancing && allHandlersFinished()));
    if (broken !== undefined) throw broken;
    if (!cancelling && !exhausted) {
      const then = { run: run + 1, ...(last !== undefined && { last }) };
      return continueAsNew<typeof reprocessAssets>({ reprocessId, what, carried: then });
    }
    const state = cancelling ? 'cancelled' : 'completed';
    await reprocessing.setReprocessState.executeWithOptions({ summary: `close as ${state}` }, [
      reprocessId,
      state,
    ]);
    tellState(state);
    return state;
  });
}
