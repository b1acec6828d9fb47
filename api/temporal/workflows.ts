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
import type { compareImages } from '../../workflows/compareImages.ts';
import type { correctClocks } from '../../workflows/correctClocks.ts';
import type { deleteTenant } from '../../workflows/deleteTenant.ts';
import {
  batchWorkflowId,
  compareWorkflowId,
  correctionId,
  correctionUndoId,
  importWorkflowId,
  purgeWorkflowId,
  repairAssetId,
  reprocessWorkflowId,
  tenantWorkflowId,
  testSourceId,
} from '../../workflows/ids.ts';
import type { makeRendition } from '../../workflows/makeRendition.ts';
import {
  cancelImport,
  cancelReprocess,
  itemsQueued,
  pauseImport,
  pauseReprocess,
  type ResumeOptions,
  resumeImport,
  resumeReprocess,
  undoPurge,
} from '../../workflows/messages.ts';
import type { processAssets } from '../../workflows/processAssets.ts';
import type { purgeAssets } from '../../workflows/purgeAssets.ts';
import type { Queue } from '../../workflows/queues.ts';
import type { repairAsset } from '../../workflows/repairAsset.ts';
import type { reprocessAssets } from '../../workflows/reprocessAssets.ts';
import type { runImport } from '../../workflows/runImport.ts';
import type { testSource } from '../../workflows/testSource.ts';

const QUEUE: Queue = 'workflows';
/** How long somebody waits for a comparison. */
const COMPARE_SECONDS = 20;
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
  check(): Promise<void>;
}

/** `late`: it goes on, or Temporal could not be asked. */
export type Making = { end: 'made' } | { end: 'late' } | { end: 'failed'; type: string; detail: string };

export function createWorkflowControl(client: Client): WorkflowControl {
  const importStart = (importId: string) => ({
    taskQueue: QUEUE,
    workflowId: importWorkflowId(importId),
    args: [{ importId }] as [{ importId: string }],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    staticSummary: 'Import',
    staticDetails: 'Lists a source and brings every image in. Batches are its children.',
  });

  const purgeStart = (purgeId: string) => ({
    taskQueue: QUEUE,
    workflowId: purgeWorkflowId(purgeId),
    args: [{ purgeId }] as [{ purgeId: string }],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    staticSummary: 'Purge',
    staticDetails: 'Hides assets, waits as long as that may be undone, then deletes them.',
  });

  return {
    async start(message) {
      if (message.kind === 'run-purge') {
        await client.workflow.start<typeof purgeAssets>('purgeAssets', purgeStart(message.subjectId));
        return;
      }
      if (message.kind === 'undo-purge') {
        const { workflowIdConflictPolicy: _, ...start } = purgeStart(message.subjectId);
        await client.workflow.signalWithStart<typeof purgeAssets, []>('purgeAssets', {
          ...start,
          signal: undoPurge,
        });
        return;
      }
      if (message.kind === 'delete-tenant') {
        await client.workflow.start<typeof deleteTenant>('deleteTenant', {
          taskQueue: QUEUE,
          workflowId: tenantWorkflowId(message.subjectId),
          args: [message.subjectId],
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: 'Deletion of a tenant',
        });
        return;
      }
      if (message.kind === 'repair-asset') {
        await client.workflow.start<typeof repairAsset>('repairAsset', {
          taskQueue: QUEUE,
          workflowId: repairAssetId(message.subjectId),
          args: [message.subjectId],
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: 'Repair of an asset',
        });
        return;
      }
      if (message.kind === 'reprocess') {
        const { subjectId } = message;
        await client.workflow.start<typeof reprocessAssets>('reprocessAssets', {
          taskQueue: QUEUE,
          workflowId: reprocessWorkflowId(subjectId),
          args: [{ reprocessId: subjectId }],
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: 'Reprocess',
          staticDetails: 'Brings renditions up to what their presets say now.',
        });
        return;
      }
      if (message.kind === 'correct-clocks' || message.kind === 'restore-clocks') {
        await client.workflow.start<typeof correctClocks>('correctClocks', {
          taskQueue: QUEUE,
          workflowId:
            message.kind === 'correct-clocks'
              ? correctionId(message.subjectId)
              : correctionUndoId(message.subjectId),
          args: [message.subjectId],
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: 'Correction of clocks',
        });
        return;
      }
      const { kind, importId } = message;
      if (kind === 'run-import') {
        await client.workflow.start<typeof runImport>('runImport', importStart(importId));
        return;
      }
      if (kind === 'resume-import') {
        // A signal, so that a run which is about to end goes on, and one that has ended begins anew.
        const { workflowIdConflictPolicy: _, ...start } = importStart(importId);
        await client.workflow.signalWithStart<typeof runImport, []>('runImport', {
          ...start,
          signal: itemsQueued,
          signalArgs: [],
        });
        return;
      }
      await client.workflow.start<typeof processAssets>('processAssets', {
        taskQueue: QUEUE,
        workflowId: batchWorkflowId(importId, 0),
        args: [{ importId, batch: 0 }],
        workflowIdConflictPolicy: 'USE_EXISTING',
        staticSummary: 'Upload',
      });
    },
    async control(importId, what, options) {
      try {
        const handle = client.workflow.getHandle(importWorkflowId(importId));
        if (what === 'resume') return await handle.executeUpdate(resumeImport, { args: [options] });
        return await handle.executeUpdate(CONTROLS[what]);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return null;
        // The workflow ended before it could take the update.
        if (error instanceof WorkflowUpdateFailedError) return null;
        throw error;
      }
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
    async controlReprocess(id, what) {
      try {
        const handle = client.workflow.getHandle(reprocessWorkflowId(id));
        return await handle.executeUpdate(REPROCESS_CONTROLS[what]);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError || error instanceof WorkflowUpdateFailedError) return null;
        throw error;
      }
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
