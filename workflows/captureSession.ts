import {
  ActivityFailure,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { CaptureCounts, CaptureEnd, CapturePlan } from '../activities/contracts.ts';
import type { CaptureLoss, CaptureProgress, SessionState } from '../domain/camera.ts';
import { captureBackoffMs } from '../domain/captureBackoff.ts';
import { FAILURES, type FailureType } from '../domain/failures.ts';
import { describeFailure } from './failure.ts';
import { captureChanged, captureProgress } from './messages.ts';
import { capturing, captureBookkeeping as rows, shooting } from './proxies.ts';
import { tellState } from './searchable.ts';

export interface CaptureSessionInput {
  sessionId: string;
  /** Events of one run; fewer in tests. */
  eventsPerRun?: number;
  /** Set by continue-as-new. */
  carried?: { failed: number; dueAt: number };
}

export type CaptureSessionEnd = Extract<SessionState, 'completed' | 'stopped' | 'failed'> | 'gone';

/** A picture of a long interval is about twelve events: far below the 4,096 where the server suggests a new run. */
const EVENTS_PER_RUN = 2_000;
/** How long a camera that does not answer is tried for pictures that are to be of now. */
const ONE_OFF_PATIENCE_MS = 15 * 60_000;
/** Timers are not longer than what a person would call for ever, and durations are. */
const LONGEST_WAIT_MS = 30 * 86_400_000;

/** States that somebody looks for. */
const TOLD: readonly SessionState[] = ['paused', 'needs_attention', 'completed', 'stopped', 'failed'];

type Trouble = { type: FailureType | 'worker_lost'; detail: string };

const WORKER_LOST = { type: 'worker_lost', detail: 'The worker that captured it was lost.' } as const;
const NEVER_SEEN: Trouble = {
  type: 'source_timeout',
  detail: 'No picture came in the time that was given.',
};

/**
 * The entity behind a capture session: keeps a connection to its camera open, or makes one for each picture of a long
 * interval, and begins again whatever ends it.
 *
 * Guarantee: while it is open and wanted, either somebody captures, or its ledger has an open gap that says since when
 * the camera is not seen and why. It ends when its frames are counted, its time is over, or somebody ends it. It can be
 * stopped at any point, even lost, and started anew: what is wanted is read from Postgres each time.
 */
export async function captureSession({
  sessionId,
  eventsPerRun = EVENTS_PER_RUN,
  carried,
}: CaptureSessionInput): Promise<CaptureSessionEnd> {
  const progress: CaptureProgress = {
    state: 'pending',
    frames: 0,
    dropped: 0,
    lastFrameAt: null,
    nextTryAt: null,
    failure: null,
  };
  let changed = false;
  let work = new CancellationScope();
  /** Tries that went wrong in a row. */
  let failed = carried?.failed ?? 0;
  /** When the next picture of a long interval is due. */
  let dueAt = carried?.dueAt ?? 0;
  /** When the time of the session is over. */
  let endsAt = Number.POSITIVE_INFINITY;
  let lastTrouble: Trouble | null = null;

  setHandler(captureProgress, () => progress);
  setHandler(captureChanged, () => {
    changed = true;
    work.cancel();
  });

  const show = (
    state: SessionState,
    nextTryMs: number | null = null,
    failure: Trouble | null = null,
  ): void => {
    progress.state = state;
    progress.nextTryAt = nextTryMs === null ? null : new Date(Date.now() + nextTryMs).toISOString();
    progress.failure = failure;
    // Not each picture and each wait for the next: those would be two events each.
    tellState(TOLD.includes(state) ? state : 'processing');
    const why = failure === null ? '' : `: ${failure.detail} (${failure.type})`;
    setCurrentDetails(`**${state}**${why}; ${progress.frames} frames`);
  };
  const count = (counts: CaptureCounts | null): void => {
    if (counts !== null) Object.assign(progress, counts);
  };
  const isRunFull = (): boolean =>
    workflowInfo().historyLength >= eventsPerRun || workflowInfo().continueAsNewSuggested;

  /** Waits until then, or until its time is over; not at all when somebody wants something else. */
  const wait = async (until: number): Promise<void> => {
    const ms = Math.ceil(Math.min(until, endsAt, Date.now() + LONGEST_WAIT_MS) - Date.now());
    if (ms > 0) await condition(() => changed, ms);
  };

  const end = async (
    state: Exclude<CaptureSessionEnd, 'gone'>,
    failure?: Trouble,
  ): Promise<CaptureSessionEnd> => {
    await rows.endCapture.executeWithOptions(
      { summary: state },
      failure === undefined ? [sessionId, state] : [sessionId, state, failure],
    );
    show(state);
    return state;
  };

  const lose = (loss: CaptureLoss): Promise<void> =>
    rows.loseCapture.executeWithOptions({ summary: `${loss.state}: ${loss.reason}` }, [sessionId, loss]);

  const capture = async (take: CapturePlan['take']): Promise<CaptureEnd> => {
    try {
      work = new CancellationScope();
      return await work.run(() =>
        take === 'shot'
          ? shooting.captureShot.executeWithOptions({ summary: 'one picture' }, [sessionId])
          : capturing.captureStint.executeWithOptions({ summary: 'capture' }, [sessionId]),
      );
    } catch (error) {
      // It had not begun.
      if (isCancellation(error)) return { end: 'changed', counts: null };
      const isLost = error instanceof ActivityFailure && error.cause instanceof TimeoutFailure;
      const failure = isLost ? WORKER_LOST : describeFailure(error);
      return { end: 'lost', failure, seen: false, counts: null };
    }
  };

  /** What comes after trouble: a wait that grows, or one for a person. @returns how the session ends, if it does */
  const recover = async (trouble: Trouble, plan: CapturePlan): Promise<CaptureSessionEnd | null> => {
    const { type, detail } = trouble;
    lastTrouble = trouble;
    if (type === 'tenant_gone') return end('failed', trouble);
    if (type !== 'worker_lost' && !FAILURES[type].retry) {
      failed = 0;
      await lose({ reason: type, detail, state: 'needs_attention', nextTryMs: null });
      show('needs_attention', null, trouble);
      await wait(Number.POSITIVE_INFINITY);
      return null;
    }
    if (plan.isOneOff && plan.ageMs >= ONE_OFF_PATIENCE_MS && type !== 'worker_lost')
      return end('failed', trouble);
    // Another worker takes over at once; sessions whose workers are lost again and again wait like others.
    const nextTryMs = type === 'worker_lost' && failed === 0 ? 0 : captureBackoffMs(failed, Math.random());
    const state = nextTryMs === 0 ? 'connecting' : 'waiting';
    failed += 1;
    await lose({ reason: type, detail, state, nextTryMs });
    show(state, nextTryMs, trouble);
    await wait(Date.now() + nextTryMs);
    return null;
  };

  const carryOn = async (): Promise<CaptureSessionEnd> => {
    let plan: CapturePlan | null = null;
    for (;;) {
      if (isRunFull()) {
        return await continueAsNew<typeof captureSession>({
          sessionId,
          ...(eventsPerRun !== EVENTS_PER_RUN && { eventsPerRun }),
          carried: { failed, dueAt },
        });
      }
      if (plan === null || changed || Date.now() >= endsAt) {
        changed = false;
        plan = await rows.planCapture.executeWithOptions({ summary: 'what is wanted' }, [sessionId]);
        if (plan === null) return 'gone';
        count(plan.counts);
        endsAt = plan.leftMs === null ? Number.POSITIVE_INFINITY : Date.now() + plan.leftMs;
        if (plan.wanted === 'stopped') return end('stopped');
        if (plan.isOver)
          return plan.counts.lastFrameAt === null
            ? end('failed', lastTrouble ?? NEVER_SEEN)
            : end('completed');
        if (changed) continue;
        if (plan.wanted === 'paused') {
          await lose({ reason: 'paused', detail: null, state: 'paused', nextTryMs: null });
          show('paused');
          await wait(Number.POSITIVE_INFINITY);
          plan = null;
          continue;
        }
        dueAt = plan.take === 'shot' ? Math.max(dueAt, Date.now() + plan.dueInMs) : 0;
      }
      if (dueAt > Date.now()) {
        show('waiting', dueAt - Date.now());
        await wait(dueAt);
        // Somebody wants something else, or its time is over.
        if (changed || Date.now() < dueAt) continue;
      }
      show('capturing');
      const result = await capture(plan.take);
      count(result.counts);
      if (result.end === 'next') {
        failed = 0;
        dueAt = Date.now() + result.inMs;
        continue;
      }
      if (result.end === 'lost') {
        if (result.seen) failed = 0;
        const ended = await recover(result.failure, plan);
        if (ended !== null) return ended;
      }
      plan = null;
    }
  };

  try {
    return await carryOn();
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return CancellationScope.nonCancellable(() => end('stopped'));
  }
}
