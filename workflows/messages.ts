import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { CaptureProgress } from '../domain/camera.ts';
import type { ImportProgress } from '../domain/import.ts';
import type { ReprocessProgress } from '../domain/reprocess.ts';

export interface ResumeOptions {
  /** Give up the items that waited for help. */
  skip: boolean;
}

export interface PurgeProgress {
  phase: 'hiding' | 'waiting' | 'deleting' | 'undoing' | 'over';
  deleted: number;
}

/** What a running import answers to. Asking for what is already so changes nothing. */
export const importProgress = defineQuery<ImportProgress>('progress');
export const pauseImport = defineUpdate<ImportProgress>('pause');
/** Also ends a wait for help; with `skip`, by giving up the items that waited. */
export const resumeImport = defineUpdate<ImportProgress, [ResumeOptions | undefined]>('resume');
export const cancelImport = defineUpdate<ImportProgress>('cancel');
/** Answers how many failed items got another round. Kept for imports that are open; `items-queued` took its place. */
export const retryFailedItems = defineUpdate<number>('retry-failed');

export const purgeProgress = defineQuery<PurgeProgress>('progress');
/** Look at once whether the purge is to be undone; the row says so. */
export const undoPurge = defineSignal('undo');
/** Rows got another round: the import does not end before it has looked for them. Needs no worker to be sent. */
export const itemsQueued = defineSignal('items-queued');

export const captureProgress = defineQuery<CaptureProgress>('captureProgress');
/** Look at the row of the session again: what is wanted of it, its order, its camera or its credentials changed. */
export const captureChanged = defineSignal('captureChanged');

/** The same of a running reprocess. */
export const reprocessProgress = defineQuery<ReprocessProgress>('progress');
export const pauseReprocess = defineUpdate<ReprocessProgress>('pause');
export const resumeReprocess = defineUpdate<ReprocessProgress>('resume');
export const cancelReprocess = defineUpdate<ReprocessProgress>('cancel');

/** There is something new to send, or something changed about where it is sent. */
export const webhookCalled = defineSignal('webhookCalled');
