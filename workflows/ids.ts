/** A workflow's id is its business key: starting twice is starting once. Never a name, link or address. */
export function importWorkflowId(importId: string): string {
  return `import:${importId}`;
}

export function batchWorkflowId(importId: string, batch: number): string {
  return `assets:${importId}:${batch}`;
}

/** @param focus the focal point that goes into it, if one does; @param blur what of people it is made without */
export function renditionWorkflowId(
  asset: number,
  preset: string,
  version: number,
  focus: string,
  blur: string,
): string {
  const more = [focus, blur].filter((part) => part !== '').map((part) => `:${part}`);
  return `rendition:${asset}:${preset}:${version}${more.join('')}`;
}

export function reprocessWorkflowId(reprocessId: string): string {
  return `reprocess:${reprocessId}`;
}

/** Of a schedule, and what the workflows that it starts are called, with the time behind it. */
export function pullSourceId(sourceId: string): string {
  return `source:${sourceId}`;
}

export function testSourceId(sourceId: string): string {
  return `source-test:${sourceId}`;
}

export function compareWorkflowId(comparisonId: string): string {
  return `compare:${comparisonId}`;
}

export function checkModelId(modelId: number): string {
  return `model-check:${modelId}`;
}

export function purgeWorkflowId(purgeId: string): string {
  return `purge:${purgeId}`;
}

export function tenantWorkflowId(tenantId: string): string {
  return `tenant:${tenantId}`;
}

export function repairAssetId(assetUid: string): string {
  return `repair:${assetUid}`;
}

export function captureWorkflowId(sessionId: string): string {
  return `capture:${sessionId}`;
}

/** Somebody tests a camera, looks at it now, or watches it. */
export function testCameraId(cameraId: string): string {
  return `camera-test:${cameraId}`;
}

export function snapshotId(cameraId: string): string {
  return `snapshot:${cameraId}`;
}

export function watchCameraId(cameraId: string): string {
  return `watch:${cameraId}`;
}

/** Of a schedule, and what the workflows that it starts are called, with the time behind it. */
export function captureWindowId(windowId: string): string {
  return `window:${windowId}`;
}

export const AUDIT_ID = 'audit';

export function correctionId(id: string): string {
  return `correction:${id}`;
}

/** Of its own: the workflow that applied the correction may be about to end when somebody undoes it. */
export function correctionUndoId(id: string): string {
  return `correction-undo:${id}`;
}

export function exportWorkflowId(exportId: string): string {
  return `export:${exportId}`;
}

export function detectionFileWorkflowId(fileId: string): string {
  return `detections:${fileId}`;
}
