import type {
  Attention,
  BatchRef,
  BatchSummary,
  DetectResult,
  EndedItem,
  FetchedItem,
  FetchResult,
  RenderedItem,
  RenderResult,
  RenditionOrder,
} from '../domain/batch.ts';
import type { CameraLook, CaptureLoss, SessionState, SessionWanted } from '../domain/camera.ts';
import type { CompareAnswer, CompareRequest } from '../domain/comparison.ts';
import type { FailureType } from '../domain/failures.ts';
import type { ImportState } from '../domain/import.ts';
import type { AssetRange, NextRange, ReprocessState } from '../domain/reprocess.ts';

/** What the workflows may ask for, by queue. Payloads are ids and outcomes only. */

export interface ImportActivities {
  /** Marks the import as being worked on and says where to go on. Safe to call again at any point. */
  openImport(importId: string): Promise<ImportPosition & { paused: boolean; parks?: boolean }>;
  /** Reads one page of the source into `import_items`. */
  listPage(importId: string): Promise<ImportPosition>;
  /** Gives failed items another round behind all others. */
  requeueFailed(importId: string): Promise<ImportPosition & { requeued: number }>;
  /** Says what the import waits for. */
  parkImport(importId: string, attention: Attention): Promise<void>;
  /** Goes on where it was parked; `skip` ends the items that waited as failed. */
  unparkImport(importId: string, skip: boolean): Promise<ImportPosition>;
  setImportState(importId: string, state: ImportState): Promise<void>;
  /** Ends the import if no item is pending, else says where to go on. */
  closeImport(importId: string, end: ImportEnd): Promise<ImportPosition & { closed: boolean }>;
}

export interface ImportPosition {
  listingComplete: boolean;
  /** Slots given out so far. */
  slots: number;
  /** First slot with a pending item; `null` when nothing is pending. */
  firstOpenSlot: number | null;
  /** The small batch that it belongs to, for workflows that began before there were large ones. */
  firstOpenBatch: number | null;
}

export interface ImportEnd {
  state: Extract<ImportState, 'completed' | 'cancelled' | 'failed'>;
  error?: { type: FailureType; detail: string };
}

export interface FetchActivities {
  fetchBatch(batch: BatchRef): Promise<FetchResult>;
}

export interface RenderActivities {
  renderBatch(items: FetchedItem[]): Promise<RenderResult>;
}

export interface RenditionActivities {
  makeRendition(order: RenditionOrder): Promise<void>;
}

export interface ReprocessBookkeeping {
  /** Marks it as being worked on and says where to go on. */
  openReprocess(id: string): Promise<{ cursor: number; state: ReprocessState }>;
  /** @returns `null`: there are no more assets */
  nextRange(id: string, after: number): Promise<NextRange | null>;
  advance(id: string, upTo: number): Promise<void>;
  setReprocessState(id: string, state: ReprocessState): Promise<void>;
}

export interface ReprocessActivities {
  reprocessRange(id: string, range: AssetRange): Promise<void>;
}

export interface DetectActivities {
  detectBatch(items: RenderedItem[]): Promise<DetectResult>;
}

export interface BackfillActivities {
  /** Lets the model of a reprocess look at what it has not seen of a range. */
  detectRange(reprocessId: string, range: AssetRange): Promise<void>;
}

export interface CheckActivities {
  /** Opens a model in a process of its own and writes what came of it into its row. */
  checkModel(modelId: number): Promise<void>;
}

export interface StoreActivities {
  storeBatch(
    batch: BatchRef,
    rendered: RenderedItem[],
    ended: EndedItem[],
    detection: DetectResult,
  ): Promise<BatchSummary>;
  /** Ends what a batch that broke left pending, so that no item stays open for ever. */
  abandonBatch(batch: BatchRef, reason: { type: FailureType; detail: string }): Promise<BatchSummary>;
}

export interface PullActivities {
  /** @returns `null` when the source is paused or gone */
  beginPull(pullSourceId: string): Promise<{ importId: string } | null>;
  /** Lists a page and fetches up to `files` of it into nowhere; writes what it saw into the source's row. */
  trySource(pullSourceId: string, files: number): Promise<void>;
}

/** When a window opens and closes (ISO 8601). */
export interface Opening {
  from: string;
  to: string;
}

export interface WindowActivities {
  /** What is left of yesterday's opening and today's, in their order. */
  planWindow(windowId: string): Promise<Opening[]>;
  /** @returns whether it began a session: not when that was done before, or nobody wants it any more */
  openWindowSession(windowId: string, opening: Opening): Promise<boolean>;
}

export interface CompareActivities {
  /** A picture that cannot be compared is an answer, with a reason. */
  compare(request: CompareRequest): Promise<CompareAnswer>;
}

export interface PurgeActivities {
  /** Takes the assets of an approved purge out of sight. @returns for how many milliseconds that may be undone; `null`: no longer */
  hidePurge(purgeId: string): Promise<number | null>;
  /** The point of no return. `gone`: the purge went with its tenant; `over`: it has ended before */
  decidePurge(purgeId: string): Promise<'delete' | 'undo' | 'gone' | 'over'>;
  /** Puts back what was hidden. */
  unhidePurge(purgeId: string): Promise<void>;
  /** Deletes the objects of some more assets and makes tombstones of their rows. */
  deletePurged(purgeId: string): Promise<{ deleted: number; more: boolean }>;
  /** Writes the signed report. */
  finishPurge(purgeId: string, outcome: 'completed' | 'undone'): Promise<void>;
  /** Freezes and approves what lies in the trash for long enough. @returns `null` when there is nothing */
  beginEmptyingTrash(): Promise<string | null>;
}

export interface TenantActivities {
  /** Stops what can be stopped. @returns the imports to cancel, and how much is still under way */
  quietTenant(tenantId: string): Promise<{ imports: string[]; open: number }>;
  /** Takes everything out of sight. @returns how many assets that were */
  hideTenant(tenantId: string): Promise<number>;
  /** Ends imports that have no workflow. */
  closeLostImports(importIds: string[]): Promise<void>;
  /** @returns how many objects that were */
  removeTenantObjects(tenantId: string): Promise<number>;
  /** @returns how many rows that were */
  removeTenantRows(tenantId: string): Promise<number>;
  /** The row of the tenant itself; from here on its name can be used again. */
  removeTenant(tenantId: string): Promise<void>;
}

/** `not rendered`: the original cannot be decoded any more; the timeline says why. */
export type RepairEnd = 'repaired' | 'not rendered' | 'gone';

export interface RepairActivities {
  /** Makes the renditions of a kept asset anew from its original. */
  repairRenditions(assetUid: string): Promise<RepairEnd>;
}

export interface AuditEnd {
  auditId: string;
  /** No promise is broken. */
  sound: boolean;
}

export interface AuditActivities {
  /** Reads everything and writes its report into a row; goes on where an attempt that was lost had come to. */
  auditLibrary(): Promise<AuditEnd>;
}

export interface CorrectionActivities {
  /** Moves the times that a correction is to move, or moves them back when it is being undone. */
  moveClocks(correctionId: string): Promise<void>;
}

/** Of a session so far; `dropped` is that of its latest stint. */
export interface CaptureCounts {
  frames: number;
  dropped: number;
  /** ISO 8601: the last picture, whether it was kept or not. */
  lastFrameAt: string | null;
}

/** What a session is to do now. */
export interface CapturePlan {
  wanted: SessionWanted;
  /** Its frames are counted, or its time is over. */
  isOver: boolean;
  /** Milliseconds until its time is over; `null`: it has none. */
  leftMs: number | null;
  /** A connection that stays open, or one for each picture. */
  take: 'stint' | 'shot';
  /** Milliseconds until the next picture of a long interval. */
  dueInMs: number;
  /** It is about these pictures now, and not about watching a camera. */
  isOneOff: boolean;
  /** Milliseconds since it began. */
  ageMs: number;
  counts: CaptureCounts;
}

export interface CaptureBookkeeping {
  /** @returns `null`: the session has ended, or is gone */
  planCapture(sessionId: string): Promise<CapturePlan | null>;
  /** Says why the camera is not seen, and since when. */
  loseCapture(sessionId: string, loss: CaptureLoss): Promise<void>;
  endCapture(
    sessionId: string,
    state: Extract<SessionState, 'completed' | 'stopped' | 'failed'>,
    failure?: { type: string; detail: string },
  ): Promise<void>;
}

/**
 * How a stint or a shot ended. `over`: all that was asked for is there. `changed`: somebody wants something else.
 * `handed-back`: its worker stops. `next`: one picture is taken, and another is due. `lost`: the camera, or what its
 * pictures need, went wrong; `seen`: not before there was a picture.
 */
export type CaptureEnd =
  | { end: 'over' | 'handed-back'; counts: CaptureCounts }
  | { end: 'changed'; counts: CaptureCounts | null }
  | { end: 'next'; inMs: number; counts: CaptureCounts }
  | {
      end: 'lost';
      /** `worker_lost`: nobody was there to say it. */
      failure: { type: FailureType | 'worker_lost'; detail: string };
      seen: boolean;
      counts: CaptureCounts | null;
    };

/** `over`: nobody looks any more. `busy`: whoever captures the camera shows it, too. */
export type WatchEnd =
  | { end: 'over' | 'busy' | 'handed-back' }
  | { end: 'lost'; failure: { type: FailureType; detail: string } };

export interface CaptureActivities {
  /** Captures until something ends it. */
  captureStint(sessionId: string): Promise<CaptureEnd>;
  /** Takes one picture. */
  captureShot(sessionId: string): Promise<CaptureEnd>;
  /** Looks at a camera once, for somebody who waits. */
  probeCamera(cameraId: string): Promise<CameraLook>;
  /** Shows a camera to those who look at it now. */
  watchStint(cameraId: string): Promise<WatchEnd>;
}

export interface ExportActivities {
  /** Begins an export, or goes on. @returns how many images it is of; `null`: it is over, or gone */
  openExport(exportId: string): Promise<number | null>;
  /** Puts what is known of the images of a part into the store, unless that was done before. */
  collectPart(exportId: string, part: number): Promise<'collected' | 'over'>;
  /** Writes the file from the parts. */
  writeExport(exportId: string): Promise<'completed' | 'over'>;
  failExport(exportId: string, type: string, detail: string): Promise<void>;
}

export interface DetectionFileActivities {
  /** Records what a file says, a batch after the other; goes on behind those that were recorded. */
  importDetectionFile(fileId: string): Promise<void>;
  failDetectionFile(fileId: string, type: string, detail: string): Promise<void>;
}

export interface WebhookActivities {
  /** Sends what is due to an endpoint. @returns milliseconds until the next is due; `null`: nothing waits, or it is off */
  deliverDue(webhookId: string): Promise<{ waitMs: number | null }>;
}
