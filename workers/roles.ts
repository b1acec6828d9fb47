import type { Client } from '@temporalio/client';
import type { WorkerOptions } from '@temporalio/worker';
import { createAuditActivities } from '../activities/audit.ts';
import { createCaptureBookkeeping } from '../activities/captureSessions.ts';
import { createCheckActivities } from '../activities/checkModel.ts';
import { createCompareActivities } from '../activities/compare.ts';
import { createCorrectionActivities } from '../activities/corrections.ts';
import { createDetectActivities } from '../activities/detect.ts';
import { createBackfillActivities } from '../activities/detectAgain.ts';
import { createDetectionFileActivities } from '../activities/detectionFiles.ts';
import { createExportActivities } from '../activities/exports.ts';
import { createFetchActivities } from '../activities/fetch.ts';
import { createImportActivities } from '../activities/imports.ts';
import { createSourceOpener } from '../activities/openSource.ts';
import { createPullActivities } from '../activities/pulls.ts';
import { createPurgeActivities } from '../activities/purges.ts';
import { createRenderActivities } from '../activities/render.ts';
import { createRenditionActivities } from '../activities/renditions.ts';
import { createRepairActivities } from '../activities/repair.ts';
import { createReprocessActivities, createReprocessBookkeeping } from '../activities/reprocess.ts';
import { createStoreActivities } from '../activities/store.ts';
import { createTenantActivities } from '../activities/tenants.ts';
import { createWebhookActivities } from '../activities/webhooks/deliver.ts';
import { createWindowActivities } from '../activities/windows.ts';
import type { Config } from '../config.ts';
import type { Detector } from '../detection/detector.ts';
import type { ReachFailpoint } from '../domain/failpoints.ts';
import type { Decoder } from '../imaging/decoder.ts';
import { createRequestBudgets } from '../stores/budgets/requestBudgets.ts';
import { createSealer } from '../stores/credentials/sealer.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import type { Database } from '../stores/postgres/database.ts';
import { createReportSigner } from '../stores/purging/signature.ts';
import type { Queue } from '../workflows/queues.ts';
import { createWorkflowView } from './openWorkflows.ts';
import { createSources } from './sources.ts';
import { createWebhookClient } from './webhooks.ts';

export interface RoleDeps {
  config: Config;
  db: Database;
  /** The same one, for questions that take minutes. */
  patientDb: Database;
  client: Client;
  objects: ObjectStore;
  reached: ReachFailpoint;
  /** Aborted when the worker is to stop; activities that go on for days end then. */
  stopping: AbortSignal;
  /** The decoders of this process, which all queues share. */
  decoder(): Decoder;
  detector(): Detector;
  /** Path or code of the workflow bundle. */
  workflows: Pick<WorkerOptions, 'workflowsPath' | 'workflowBundle' | 'interceptors'>;
}

/** What a worker of one queue runs, and what it holds that must be closed after it. */
export interface Role {
  options: Omit<WorkerOptions, 'taskQueue' | 'connection' | 'namespace'>;
  close(): Promise<void>;
}

/** One entry for each queue but that of the cameras: activities, slots and the reason for their number. */
export const ROLES: Record<Exclude<Queue, 'capture'>, (deps: RoleDeps) => Role> = {
  workflows: ({ workflows }) => ({
    options: {
      ...workflows,
      // Enough for thousands of batches to pass through; each open import is one cached workflow.
      maxCachedWorkflows: 200,
      maxConcurrentWorkflowTaskExecutions: 20,
    },
    close: async () => {},
  }),
  io: ({ config, db, patientDb, client, objects, reached }) => {
    const sources = createSources(config, { db, objects });
    const sealer = createSealer(config.secrets.key, config.secrets.previous);
    const webhooks = createWebhookClient(config);
    const budgets = createRequestBudgets(db);
    const openSource = createSourceOpener({ db, sources: sources.registry, sealer, budgets });
    return {
      options: {
        activities: {
          ...createImportActivities({ db, objects, openSource, reached }),
          ...createFetchActivities({
            db,
            objects,
            openSource,
            scratchRoot: config.storage.scratchDir,
            maxFileBytes: config.maxFileBytes,
            reached,
          }),
          ...createPullActivities({
            db,
            openSource,
            scratchRoot: config.storage.scratchDir,
            maxFileBytes: config.maxFileBytes,
          }),
          ...createStoreActivities({ db, objects, reached }),
          ...createTenantActivities({ db, objects }),
          ...createPurgeActivities({
            db,
            objects,
            signer: createReportSigner(config.secrets.key, config.secrets.previous),
            purgeDays: config.purgeDays,
            reached,
          }),
          ...createAuditActivities({ db: patientDb, objects, workflows: createWorkflowView(client) }),
          ...createReprocessBookkeeping(db),
          ...createCorrectionActivities({ db }),
          ...createCaptureBookkeeping(db),
          ...createWindowActivities({ db }),
          ...createDetectionFileActivities({ db, objects }),
          ...createWebhookActivities({ db, sealer, client: webhooks, ...config.webhooks }),
          ...createExportActivities({
            db,
            objects,
            scratchRoot: config.storage.scratchDir,
            base: config.publicUrl ?? '',
          }),
        },
        // Waiting on networks and disks, six files each.
        maxConcurrentActivityTaskExecutions: 12,
      },
      close: async () => {
        await Promise.all([sources.close(), webhooks.close()]);
      },
    };
  },
  cpu: ({ config, db, objects, decoder, reached }) => ({
    options: {
      activities: createRenderActivities({
        db,
        objects,
        decoder: decoder(),
        scratchRoot: config.storage.scratchDir,
        reached,
      }),
      // One batch keeps all decoders busy; the second hides the gap between two batches.
      maxConcurrentActivityTaskExecutions: 2,
    },
    close: async () => {},
  }),
  renditions: ({ config, db, objects, decoder }) => {
    const parts = { db, objects, decoder: decoder(), scratchRoot: config.storage.scratchDir };
    return {
      options: {
        activities: {
          ...createRenditionActivities({ ...parts, flyLimits: config.flyLimits }),
          ...createCompareActivities(parts),
          ...createRepairActivities(parts),
          ...createReprocessActivities(parts),
        },
        // Not behind the batches of imports: somebody waits. The decoders decide who is next.
        maxConcurrentActivityTaskExecutions: 8,
      },
      close: async () => {},
    };
  },
  inference: ({ config, db, objects, decoder, detector }) => {
    const parts = {
      ...{ db, objects, decoder: decoder(), detector: detector() },
      ...{ scratchRoot: config.storage.scratchDir, modelsDir: config.modelsDir },
    };
    return {
      options: {
        activities: {
          ...createDetectActivities(parts),
          ...createBackfillActivities(parts),
          ...createCheckActivities(parts),
        },
        // One batch keeps all sessions busy; the second hides the gap between two batches.
        maxConcurrentActivityTaskExecutions: 2,
      },
      close: async () => {},
    };
  },
};
