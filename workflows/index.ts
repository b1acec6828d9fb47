/** The entry of the workflow bundle: every process there is. */
export { correctClocks } from './correctClocks.ts';
export { makeRendition } from './makeRendition.ts';
export { processAssets } from './processAssets.ts';
export { pullSource } from './pullSource.ts';
export { runImport } from './runImport.ts';
export { testSource } from './testSource.ts';
