import { ActivityCancellationType, proxyActivities, type RetryPolicy } from '@temporalio/workflow';
import type {
  AuditActivities,
  BackfillActivities,
  CaptureActivities,
  CaptureBookkeeping,
  CheckActivities,
  CompareActivities,
  CorrectionActivities,
  DetectActivities,
  DetectionFileActivities,
  ExportActivities,
  FetchActivities,
  ImportActivities,
  PullActivities,
  PurgeActivities,
  RenderActivities,
  RenditionActivities,
  RepairActivities,
  ReprocessActivities,
  ReprocessBookkeeping,
  StoreActivities,
  TenantActivities,
  WindowActivities,
} from '../activities/contracts.ts';
import type { Queue } from './queues.ts';

/**
 * For trouble of our own parts (a worker died, Postgres restarts): for ever, because the items are fine and nobody
 * should have to do anything. Trouble of one item is counted in its row and ends there after its tries, with the
 * delays of `ITEM_RETRY_DELAYS_MS` that the activity asks for itself.
 */
const untilItWorks: RetryPolicy = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' };

/** A listing that cannot be read ends its import: about five minutes of patience for a source that restarts. */
const listing: RetryPolicy = {
  initialInterval: '2s',
  backoffCoefficient: 2,
  maximumInterval: '60s',
  maximumAttempts: 9,
};

/** Four beats: long enough for a starved event loop, short enough that a killed worker's batch goes on soon. */
const HEARTBEAT = '8s';

const io: Queue = 'io';
const cpu: Queue = 'cpu';
const renditions: Queue = 'renditions';
const inference: Queue = 'inference';
const capture: Queue = 'capture';

export const fetching = proxyActivities<FetchActivities>({
  taskQueue: io,
  // A batch of slow files, each with its own deadline of a minute or so.
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: HEARTBEAT,
  retry: untilItWorks,
});

export const rendering = proxyActivities<RenderActivities>({
  taskQueue: cpu,
  // A whole batch of pictures that each use up their decode time, twice, and the batch before it.
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: HEARTBEAT,
  retry: untilItWorks,
});

export const making = proxyActivities<RenditionActivities>({
  taskQueue: renditions,
  // One picture that uses up its decode time, twice; whoever asked is told to come back long before.
  startToCloseTimeout: '90s',
  scheduleToCloseTimeout: '3 minutes',
  heartbeatTimeout: HEARTBEAT,
  // The next request asks again.
  retry: { initialInterval: '1s', maximumAttempts: 3 },
});

export const remaking = proxyActivities<ReprocessActivities>({
  taskQueue: renditions,
  // A range of pictures that each use up their decode time twice, and wait for everybody else's before.
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: HEARTBEAT,
  retry: untilItWorks,
});

export const reprocessing = proxyActivities<ReprocessBookkeeping>({
  taskQueue: io,
  // One short transaction, above the deadline of the database.
  startToCloseTimeout: '30s',
  retry: untilItWorks,
});

export const detecting = proxyActivities<DetectActivities>({
  taskQueue: inference,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: HEARTBEAT,
  retry: untilItWorks,
});

export const detectingAgain = proxyActivities<BackfillActivities>({
  taskQueue: inference,
  // A range of pictures for a model of ten seconds each, behind everybody else's.
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: HEARTBEAT,
  retry: untilItWorks,
});

export const checking = proxyActivities<CheckActivities>({
  taskQueue: inference,
  // Opening a large model, twice when its process dies; behind the batches of two imports.
  startToCloseTimeout: '7 minutes',
  scheduleToCloseTimeout: '15 minutes',
  heartbeatTimeout: HEARTBEAT,
  retry: untilItWorks,
});

export const storing = proxyActivities<StoreActivities>({
  taskQueue: io,
  // One transaction and a few deletes; the database's own deadline is far below.
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: HEARTBEAT,
  retry: untilItWorks,
});

export const listings = proxyActivities<Pick<ImportActivities, 'listPage'>>({
  taskQueue: io,
  // One directory, of up to 100,000 entries.
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: HEARTBEAT,
  retry: listing,
});

export const bookkeeping = proxyActivities<Omit<ImportActivities, 'listPage'>>({
  taskQueue: io,
  // One short transaction, above the deadline of the database.
  startToCloseTimeout: '30s',
  retry: untilItWorks,
});

export const pulling = proxyActivities<Pick<PullActivities, 'beginPull'>>({
  taskQueue: io,
  // One short transaction, above the deadline of the database.
  startToCloseTimeout: '30s',
  retry: untilItWorks,
});

export const trying = proxyActivities<Pick<PullActivities, 'trySource'>>({
  taskQueue: io,
  // A listing and a few files, while somebody waits for the answer.
  startToCloseTimeout: '90s',
  heartbeatTimeout: HEARTBEAT,
  retry: { maximumAttempts: 1 },
});

export const comparing = proxyActivities<CompareActivities>({
  taskQueue: renditions,
  // Somebody waits for the answer, and the whole workflow has little more time than this.
  startToCloseTimeout: '18s',
  heartbeatTimeout: HEARTBEAT,
  retry: { initialInterval: '1s', maximumAttempts: 3 },
});

export const purging = proxyActivities<Omit<PurgeActivities, 'hidePurge' | 'unhidePurge' | 'deletePurged'>>({
  taskQueue: io,
  // One transaction over a manifest of up to 200,000 rows, above the deadline of the database.
  startToCloseTimeout: '60s',
  retry: untilItWorks,
});

export const sweepingOut = proxyActivities<
  Pick<PurgeActivities, 'hidePurge' | 'unhidePurge' | 'deletePurged'>
>({
  taskQueue: io,
  // A whole manifest of rows, or 200 assets in a slow store; what is done is found in the rows.
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: HEARTBEAT,
  retry: untilItWorks,
});

export const repairing = proxyActivities<RepairActivities>({
  taskQueue: renditions,
  // One picture that uses up its decode time, twice, behind those that somebody waits for.
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: HEARTBEAT,
  retry: untilItWorks,
});

export const tenancy = proxyActivities<
  Pick<TenantActivities, 'quietTenant' | 'closeLostImports' | 'removeTenant'>
>({
  taskQueue: io,
  // One transaction, above the deadline of the database.
  startToCloseTimeout: '60s',
  retry: untilItWorks,
});

export const removing = proxyActivities<
  Pick<TenantActivities, 'hideTenant' | 'removeTenantObjects' | 'removeTenantRows'>
>({
  taskQueue: io,
  // Millions of objects or rows; another attempt finds what is left.
  startToCloseTimeout: '12 hours',
  heartbeatTimeout: HEARTBEAT,
  retry: untilItWorks,
});

export const auditing = proxyActivities<AuditActivities>({
  taskQueue: io,
  // Every byte of a large library is read.
  startToCloseTimeout: '3 days',
  heartbeatTimeout: '1 minute',
  retry: untilItWorks,
});

export const correcting = proxyActivities<CorrectionActivities>({
  taskQueue: io,
  // A million images in batches of a second or less; a lost attempt goes on at the batch where it stopped.
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: HEARTBEAT,
  retry: untilItWorks,
});

/** How often a camera is tried again is the session's own decision, which knows what went wrong. */
const once: RetryPolicy = { maximumAttempts: 1 };

export const capturing = proxyActivities<Pick<CaptureActivities, 'captureStint'>>({
  taskQueue: capture,
  // A stream that nothing happens to goes on for ever; once in a while its session begins anew.
  startToCloseTimeout: '30 days',
  // No limit on its wait for a worker: sessions beyond the number of streams wait for a free one.
  heartbeatTimeout: HEARTBEAT,
  // It hands over what it has first.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: once,
});

export const shooting = proxyActivities<Pick<CaptureActivities, 'captureShot'>>({
  taskQueue: capture,
  // One connection with its deadlines, and a store that is away for a moment.
  startToCloseTimeout: '4 minutes',
  heartbeatTimeout: HEARTBEAT,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: once,
});

export const probing = proxyActivities<Pick<CaptureActivities, 'probeCamera'>>({
  taskQueue: capture,
  // Somebody waits for the answer for half a minute, a free worker included.
  scheduleToCloseTimeout: '28s',
  startToCloseTimeout: '28s',
  heartbeatTimeout: HEARTBEAT,
  retry: once,
});

export const watching = proxyActivities<Pick<CaptureActivities, 'watchStint'>>({
  taskQueue: capture,
  // As long as somebody looks; then he, or the next one, asks again.
  startToCloseTimeout: '12 hours',
  // Who looks does not wait for longer than this for a free worker.
  scheduleToStartTimeout: '20s',
  heartbeatTimeout: HEARTBEAT,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: once,
});

export const captureBookkeeping = proxyActivities<CaptureBookkeeping>({
  taskQueue: io,
  // One short transaction, above the deadline of the database.
  startToCloseTimeout: '30s',
  retry: untilItWorks,
});

export const exporting = proxyActivities<Pick<ExportActivities, 'openExport' | 'failExport'>>({
  taskQueue: io,
  // One short transaction, above the deadline of the database.
  startToCloseTimeout: '30s',
  retry: untilItWorks,
});

export const windowing = proxyActivities<WindowActivities>({
  taskQueue: io,
  // One short transaction, above the deadline of the database.
  startToCloseTimeout: '30s',
  retry: untilItWorks,
});

export const exportWriting = proxyActivities<Pick<ExportActivities, 'collectPart' | 'writeExport'>>({
  taskQueue: io,
  // A million images read twice and packed; a lost attempt begins the file anew, never its parts.
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: HEARTBEAT,
  retry: untilItWorks,
});

export const detectionFiles = proxyActivities<DetectionFileActivities>({
  taskQueue: io,
  // A million pictures in batches of a second or less; a lost attempt goes on at the batch where it stopped.
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: HEARTBEAT,
  retry: untilItWorks,
});
