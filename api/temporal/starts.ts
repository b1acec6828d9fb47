import type { Client } from '@temporalio/client';
import type { OutboxMessage } from '../../stores/outbox.ts';
import type { captureSession } from '../../workflows/captureSession.ts';
import type { correctClocks } from '../../workflows/correctClocks.ts';
import type { deleteTenant } from '../../workflows/deleteTenant.ts';
import type { deliverWebhook } from '../../workflows/deliverWebhook.ts';
import type { exportDataset } from '../../workflows/exportDataset.ts';
import {
  batchWorkflowId,
  captureWorkflowId,
  correctionId,
  correctionUndoId,
  detectionFileWorkflowId,
  exportWorkflowId,
  importWorkflowId,
  purgeWorkflowId,
  repairAssetId,
  reprocessWorkflowId,
  tenantWorkflowId,
  webhookWorkflowId,
} from '../../workflows/ids.ts';
import type { importDetections } from '../../workflows/importDetections.ts';
import { captureChanged, itemsQueued, undoPurge, webhookCalled } from '../../workflows/messages.ts';
import type { processAssets } from '../../workflows/processAssets.ts';
import type { purgeAssets } from '../../workflows/purgeAssets.ts';
import type { Queue } from '../../workflows/queues.ts';
import type { repairAsset } from '../../workflows/repairAsset.ts';
import type { reprocessAssets } from '../../workflows/reprocessAssets.ts';
import type { runImport } from '../../workflows/runImport.ts';
import type { Searchable } from './searchable.ts';

const taskQueue: Queue = 'workflows';

/** Starting what runs already is fine. */
const ONCE = { taskQueue, workflowIdConflictPolicy: 'USE_EXISTING' } as const;

const importOf = (importId: string) => ({
  workflowId: importWorkflowId(importId),
  args: [{ importId }] as [{ importId: string }],
  staticSummary: 'Import',
  staticDetails: 'Lists a source and brings every image in. Batches are its children.',
});

const purgeOf = (purgeId: string) => ({
  workflowId: purgeWorkflowId(purgeId),
  args: [{ purgeId }] as [{ purgeId: string }],
  staticSummary: 'Purge',
  staticDetails: 'Hides assets, waits as long as that may be undone, then deletes them.',
});

const correctionOf = (id: string, workflowId: string) => ({
  workflowId,
  args: [id] as [string],
  staticSummary: 'Correction of clocks',
});

const captureOf = (sessionId: string) => ({
  workflowId: captureWorkflowId(sessionId),
  args: [{ sessionId }] as [{ sessionId: string }],
  staticSummary: 'Capture session',
  staticDetails: 'Takes pictures of a camera, and goes on whatever happens to it.',
});

/** What the workflow of each message is found by. Those without a state have none beside what Temporal says. */
const KINDS: Record<OutboxMessage['kind'], { kind: string; state?: string }> = {
  'run-import': { kind: 'import', state: 'processing' },
  'resume-import': { kind: 'import', state: 'processing' },
  'process-upload': { kind: 'upload' },
  'run-capture': { kind: 'capture', state: 'processing' },
  'capture-changed': { kind: 'capture', state: 'processing' },
  'run-purge': { kind: 'purge', state: 'hiding' },
  'undo-purge': { kind: 'purge', state: 'hiding' },
  'delete-tenant': { kind: 'tenant-deletion' },
  'deliver-webhook': { kind: 'webhook' },
  'repair-asset': { kind: 'repair' },
  reprocess: { kind: 'reprocess', state: 'processing' },
  'detect-again': { kind: 'detection', state: 'processing' },
  'run-export': { kind: 'export' },
  'import-detections': { kind: 'detections' },
  'correct-clocks': { kind: 'correction' },
  'restore-clocks': { kind: 'correction' },
};

/** Starts what a message of the outbox asks for. Everything is named by the id of its row, so asking twice is asking once. */
export async function startFor(
  { workflow }: Client,
  searchable: Searchable,
  message: OutboxMessage,
): Promise<void> {
  const about = { ...KINDS[message.kind], tenantId: message.tenantId, source: message.source ?? null };
  const caused = {
    // What is said in a log about a request and what a workflow did of it can be brought together.
    ...(message.requestId !== null && { memo: { request_id: message.requestId } }),
    ...(await searchable.of(about)),
  };
  switch (message.kind) {
    case 'run-import':
      await workflow.start<typeof runImport>('runImport', {
        ...caused,
        ...ONCE,
        ...importOf(message.importId),
      });
      break;
    case 'resume-import':
      // A signal, so that a run which is about to end goes on, and one that has ended begins anew.
      await workflow.signalWithStart<typeof runImport, []>('runImport', {
        ...caused,
        ...importOf(message.importId),
        taskQueue,
        signal: itemsQueued,
        signalArgs: [],
      });
      break;
    case 'process-upload':
      await workflow.start<typeof processAssets>('processAssets', {
        ...caused,
        ...ONCE,
        workflowId: batchWorkflowId(message.importId, 0),
        args: [{ importId: message.importId, batch: 0 }],
        staticSummary: 'Upload',
      });
      break;
    case 'run-capture':
      await workflow.start<typeof captureSession>('captureSession', {
        ...caused,
        ...ONCE,
        ...captureOf(message.subjectId),
      });
      break;
    case 'capture-changed':
      // A signal, so that a session whose workflow was lost begins again.
      await workflow.signalWithStart<typeof captureSession, []>('captureSession', {
        ...caused,
        ...captureOf(message.subjectId),
        taskQueue,
        signal: captureChanged,
      });
      break;
    case 'run-purge':
      await workflow.start<typeof purgeAssets>('purgeAssets', {
        ...caused,
        ...ONCE,
        ...purgeOf(message.subjectId),
      });
      break;
    case 'undo-purge':
      await workflow.signalWithStart<typeof purgeAssets, []>('purgeAssets', {
        ...caused,
        ...purgeOf(message.subjectId),
        taskQueue,
        signal: undoPurge,
      });
      break;
    case 'delete-tenant':
      await workflow.start<typeof deleteTenant>('deleteTenant', {
        ...caused,
        ...ONCE,
        workflowId: tenantWorkflowId(message.subjectId),
        args: [message.subjectId],
        staticSummary: 'Deletion of a tenant',
      });
      break;
    case 'deliver-webhook':
      // A signal, so that a run which waits for another try hears of what is new.
      await workflow.signalWithStart<typeof deliverWebhook, []>('deliverWebhook', {
        ...caused,
        taskQueue,
        workflowId: webhookWorkflowId(message.subjectId),
        args: [{ webhookId: message.subjectId }],
        signal: webhookCalled,
        staticSummary: 'Webhook',
        staticDetails: 'Sends the messages of one endpoint, and again what was not taken.',
      });
      break;
    case 'repair-asset':
      await workflow.start<typeof repairAsset>('repairAsset', {
        ...caused,
        ...ONCE,
        workflowId: repairAssetId(message.subjectId),
        args: [message.subjectId],
        staticSummary: 'Repair of an asset',
      });
      break;
    case 'reprocess':
      await workflow.start<typeof reprocessAssets>('reprocessAssets', {
        ...caused,
        ...ONCE,
        workflowId: reprocessWorkflowId(message.subjectId),
        args: [{ reprocessId: message.subjectId }],
        staticSummary: 'Reprocess',
        staticDetails: 'Brings renditions up to what their presets say now.',
      });
      break;
    case 'run-export':
      await workflow.start<typeof exportDataset>('exportDataset', {
        ...caused,
        ...ONCE,
        workflowId: exportWorkflowId(message.subjectId),
        args: [message.subjectId],
        staticSummary: 'Export',
        staticDetails: 'Collects what is known of many images, and writes it as one file.',
      });
      break;
    case 'import-detections':
      await workflow.start<typeof importDetections>('importDetections', {
        ...caused,
        ...ONCE,
        workflowId: detectionFileWorkflowId(message.subjectId),
        args: [message.subjectId],
        staticSummary: 'Detections of another program',
      });
      break;
    case 'detect-again':
      await workflow.start<typeof reprocessAssets>('reprocessAssets', {
        ...caused,
        ...ONCE,
        workflowId: reprocessWorkflowId(message.subjectId),
        args: [{ reprocessId: message.subjectId, what: 'detections' }],
        staticSummary: 'Detection',
        staticDetails: 'Lets a model look at what it has not seen.',
      });
      break;
    case 'correct-clocks':
      await workflow.start<typeof correctClocks>('correctClocks', {
        ...caused,
        ...ONCE,
        ...correctionOf(message.subjectId, correctionId(message.subjectId)),
      });
      break;
    case 'restore-clocks':
      await workflow.start<typeof correctClocks>('correctClocks', {
        ...caused,
        ...ONCE,
        ...correctionOf(message.subjectId, correctionUndoId(message.subjectId)),
      });
      break;
  }
}
