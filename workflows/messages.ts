import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { ImportProgress } from '../domain/import.ts';

/** What a running import answers to. Asking for what is already so changes nothing. */
export const importProgress = defineQuery<ImportProgress>('progress');
export const pauseImport = defineUpdate<ImportProgress>('pause');
export const resumeImport = defineUpdate<ImportProgress>('resume');
export const cancelImport = defineUpdate<ImportProgress>('cancel');
/** Answers how many failed items got another round. */
export const retryFailedItems = defineUpdate<number>('retry-failed');
