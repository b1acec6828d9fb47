import type { Refusal } from './detector.ts';

type Who = 'detector' | 'classifier';

/** What is said of a picture that a model cannot look at. */
export function crashed(who: Who, how: string): Refusal {
  return {
    ok: false,
    reason: 'detector_crashed',
    detail: `The ${who} died twice while looking at this picture (${how}).`,
  };
}

export function timedOut(who: Who, afterMs: number): Refusal {
  return {
    ok: false,
    reason: 'detector_timeout',
    detail: `The ${who} was stopped after ${afterMs / 1_000} seconds.`,
  };
}

export function outOfMemory(who: Who): Refusal {
  return { ok: false, reason: 'detector_memory', detail: `The ${who} needs more memory than it may use.` };
}
