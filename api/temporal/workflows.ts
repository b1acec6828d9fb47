import {
  type Client,
  isGrpcServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import type { RenditionOrder } from '../../domain/batch.ts';
import type { CompareAnswer, CompareRequest } from '../../domain/comparison.ts';
import type { ImportProgress } from '../../domain/import.ts';
import type { ReprocessProgress } from '../../domain/reprocess.ts';
import type { OutboxMessage } from '../../stores/outbox.ts';
import type { checkModel } from '../../workflows/checkModel.ts';
import type { compareImages } from '../../workflows/compareImages.ts';
import {
  checkModelId,
  compareWorkflowId,
  importWorkflowId,
  reprocessWorkflowId,
  testSourceId,
} from '../../workflows/ids.ts';
import type { makeRendition } from '../../workflows/makeRendition.ts';
import {
  cancelImport,
  cancelReprocess,
  pauseImport,
  pauseReprocess,
  type ResumeOptions,
  resumeImport,
  resumeReprocess,
} from '../../workflows/messages.ts';
import type { Queue } from '../../workflows/queues.ts';
import type { testSource } from '../../workflows/testSource.ts';
import { createSearchable } from './searchable.ts';
import { startFor } from './starts.ts';

const QUEUE: Queue = 'workflows';
/** How long somebody waits for a comparison. */
const COMPARE_SECONDS = 20;
/** How long somebody waits for a model to be opened. */
const CHECK_WAIT_MS = 25_000;
const CONTROLS = { pause: pauseImport, cancel: cancelImport } as const;
const REPROCESS_CONTROLS = {
  pause: pauseReprocess,
  resume: resumeReprocess,
  cancel: cancelReprocess,
} as const;
export type ReprocessControl = keyof typeof REPROCESS_CONTROLS;
export type ImportControl = keyof typeof CONTROLS | 'resume';

/** What the API asks of Temporal. Everything is named by the import's id, so asking twice is asking once. */
export interface WorkflowControl {
  start(message: OutboxMessage): Promise<void>;
  /** @returns `null` when the import is not running */
  control(importId: string, what: ImportControl, options?: ResumeOptions): Promise<ImportProgress | null>;
  /** Waits until a source was looked at. @returns `false` when that took too long */
  testSource(sourceId: string, files: number): Promise<boolean>;
  /** @returns `null` when the reprocess is not running */
  controlReprocess(id: string, what: ReprocessControl): Promise<ReprocessProgress | null>;
  /** Waits until a rendition was made, whoever asked for it first. Never rejects. */
  makeRendition(id: string, order: RenditionOrder, waitMs: number): Promise<Making>;
  /** Waits for a comparison. @returns `null` when that took too long, or nobody is there to do it */
  compare(id: string, request: CompareRequest): Promise<CompareAnswer | null>;
  /** Waits until a worker has opened a model. @returns `false`: it goes on, or nobody is there to do it */
  checkModel(modelId: number): Promise<boolean>;
  check(): Promise<void>;
}

/** `late`: it goes on, or Temporal could not be asked. */
export type Making = { end: 'made' } | { end: 'late' } | { end: 'failed'; type: string; detail: string };

export function createWorkflowControl(client: Client): WorkflowControl {
  const searchable = createSearchable(client);
  /** @returns `null` when there is nobody to take the update: it never ran, or ended before */
  async function ifRunning<T>(update: () => Promise<T>): Promise<T | null> {
    try {
      return await update();
    } catch (error) {
      if (error instanceof WorkflowNotFoundError || error instanceof WorkflowUpdateFailedError) return null;
      throw error;
    }
  }

  return {
    start: (message) => startFor(client, searchable, message),
    control(importId, what, options) {
      const handle = client.workflow.getHandle(importWorkflowId(importId));
      return ifRunning(() =>
        what === 'resume'
          ? handle.executeUpdate(resumeImport, { args: [options] })
          : handle.executeUpdate(CONTROLS[what]),
      );
    },
    async testSource(sourceId, files) {
      try {
        await client.workflow.execute<typeof testSource>('testSource', {
          taskQueue: QUEUE,
          workflowId: testSourceId(sourceId),
          args: [sourceId, files],
          workflowIdConflictPolicy: 'USE_EXISTING',
          // No worker may be there at all.
          workflowExecutionTimeout: '100s',
          staticSummary: 'Test of a source',
        });
        return true;
      } catch (error) {
        if (error instanceof WorkflowFailedError) return false;
        throw error;
      }
    },
    controlReprocess(id, what) {
      const handle = client.workflow.getHandle(reprocessWorkflowId(id));
      return ifRunning(() => handle.executeUpdate(REPROCESS_CONTROLS[what]));
    },
    async makeRendition(id, order, waitMs) {
      const made = client.workflow
        .execute<typeof makeRendition>('makeRendition', {
          taskQueue: QUEUE,
          workflowId: id,
          args: [order],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowExecutionTimeout: '4 minutes',
          staticSummary: 'Rendition on demand',
        })
        .then((): Making => ({ end: 'made' }), howItFailed);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<Making>((resolve) => {
        timer = setTimeout(() => resolve({ end: 'late' }), waitMs);
      });
      const end = await Promise.race([made, late]);
      clearTimeout(timer);
      return end;
    },
    async compare(id, request) {
      try {
        // The deadline ends a call that Temporal itself does not answer, the timeout a workflow that no worker takes.
        return await client.withDeadline(Date.now() + (COMPARE_SECONDS + 2) * 1_000, () =>
          client.workflow.execute<typeof compareImages>('compareImages', {
            taskQueue: QUEUE,
            workflowId: compareWorkflowId(id),
            args: [request],
            workflowExecutionTimeout: `${COMPARE_SECONDS}s`,
            staticSummary: 'Comparison',
          }),
        );
      } catch (error) {
        if (error instanceof WorkflowFailedError || isGrpcServiceError(error)) return null;
        throw error;
      }
    },
    async checkModel(modelId) {
      const checked = client.workflow
        .execute<typeof checkModel>('checkModel', {
          taskQueue: QUEUE,
          workflowId: checkModelId(modelId),
          args: [modelId],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowExecutionTimeout: '16 minutes',
          staticSummary: 'Check of a model',
        })
        .then(
          () => true,
          () => false,
        );
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<boolean>((resolve) => {
        timer = setTimeout(() => resolve(false), CHECK_WAIT_MS);
      });
      const inTime = await Promise.race([checked, late]);
      clearTimeout(timer);
      return inTime;
    },
    async check() {
      await client.connection.workflowService.getSystemInfo({});
    },
  };
}

function howItFailed(error: unknown): Making {
  if (!(error instanceof WorkflowFailedError)) return { end: 'late' };
  const cause = error.cause instanceof ActivityFailure ? error.cause.cause : error.cause;
  if (!(cause instanceof ApplicationFailure)) return { end: 'late' };
  return { end: 'failed', type: cause.type ?? 'internal_error', detail: cause.message };
}
