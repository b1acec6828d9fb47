import { Context } from '@temporalio/activity';
import type { CaptureOrder } from '../../domain/camera.ts';
import { Failure } from '../../domain/failures.ts';
import type { Stint } from '../../stores/cameras/stints.ts';
import type { CaptureEnd } from '../contracts.ts';

/** Why a stint ends that went well. */
export type Ending = Extract<CaptureEnd['end'], 'over' | 'changed' | 'handed-back'>;

/** What ends a capture that nothing is wrong with. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  readonly ending: Ending;

  constructor(ending: Ending) {
    super(`stopped: ${ending}`);
    this.ending = ending;
  }
}

/** What is left to do. */
export interface Goal {
  frames: number;
  /** `null`: as long as nobody ends it. */
  ms: number | null;
}

/** @param age of the session, in milliseconds */
export function goalOf(order: CaptureOrder, { frames, ageMs }: Pick<Stint, 'frames' | 'ageMs'>): Goal {
  const { frameCount, durationSeconds } = order;
  return {
    frames: frameCount === undefined ? Number.POSITIVE_INFINITY : frameCount - frames,
    ms: durationSeconds == null ? null : durationSeconds * 1_000 - ageMs,
  };
}

export const isReached = ({ frames, ms }: Goal): boolean => frames <= 0 || (ms !== null && ms <= 0);

/** The longest that a timer can wait; no capture goes on for so long without its settings being looked at anew. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * A signal that is aborted with `Stopped` when the workflow says so, the worker stops, or the time is over; or with
 * anything else by whoever calls `stop`.
 */
export function whenToStop(
  stopping: AbortSignal,
  ms: number | null,
): Disposable & { signal: AbortSignal; stop(reason: unknown): void } {
  const { cancellationSignal } = Context.current();
  const controller = new AbortController();
  const stop = (reason: unknown): void => controller.abort(reason);
  const onStopping = (): void => stop(new Stopped('handed-back'));
  const onCancelled = (): void => stop(new Stopped(stopping.aborted ? 'handed-back' : 'changed'));
  stopping.addEventListener('abort', onStopping, { once: true });
  cancellationSignal.addEventListener('abort', onCancelled, { once: true });
  if (stopping.aborted) onStopping();
  if (cancellationSignal.aborted) onCancelled();
  const timer =
    ms === null || ms > MAX_TIMER_MS
      ? undefined
      : setTimeout(() => stop(new Stopped('over')), Math.max(0, ms));
  return {
    signal: controller.signal,
    stop,
    [Symbol.dispose]() {
      clearTimeout(timer);
      stopping.removeEventListener('abort', onStopping);
      cancellationSignal.removeEventListener('abort', onCancelled);
    },
  };
}

/** @returns why the camera was lost. @throws what is no word about a camera */
export function lostBy(error: unknown): { type: Failure['type']; detail: string } {
  if (error instanceof Failure) return { type: error.type, detail: error.message };
  throw error;
}
