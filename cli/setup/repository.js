import path from 'node:path';

/** The checkout. These files run from the source tree only; what `dist/` needs takes its paths as arguments. */
export const REPOSITORY = path.resolve(import.meta.dirname, '../..');
