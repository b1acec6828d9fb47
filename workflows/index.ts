/** The entry of the workflow bundle: every process there is. */
import './versioning.ts';

export { auditLibrary } from './auditLibrary.ts';
export { captureSession } from './captureSession.ts';
export { captureWindow } from './captureWindow.ts';
export { checkModel } from './checkModel.ts';
export { compareImages } from './compareImages.ts';
export { correctClocks } from './correctClocks.ts';
export { deleteTenant } from './deleteTenant.ts';
export { deliverWebhook } from './deliverWebhook.ts';
export { emptyTrash } from './emptyTrash.ts';
export { exportDataset } from './exportDataset.ts';
export { importDetections } from './importDetections.ts';
export { makeRendition } from './makeRendition.ts';
export { processAssets } from './processAssets.ts';
export { pullSource } from './pullSource.ts';
export { purgeAssets } from './purgeAssets.ts';
export { repairAsset } from './repairAsset.ts';
export { reprocessAssets } from './reprocessAssets.ts';
export { runImport } from './runImport.ts';
export { takeSnapshot } from './takeSnapshot.ts';
export { testCamera } from './testCamera.ts';
export { testSource } from './testSource.ts';
export { watchCamera } from './watchCamera.ts';
