/** The entry of the workflow bundle: every process there is. */
export { processAssets } from './processAssets.ts';
export { runImport } from './runImport.ts';
