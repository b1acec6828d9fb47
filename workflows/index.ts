/** The entry of the workflow bundle: every process there is. */
export { auditLibrary } from './auditLibrary.ts';
export { compareImages } from './compareImages.ts';
export { correctClocks } from './correctClocks.ts';
export { deleteTenant } from './deleteTenant.ts';
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
export { testSource } from './testSource.ts';
