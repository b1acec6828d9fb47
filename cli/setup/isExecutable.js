import { constants } from 'node:fs';
import { access } from 'node:fs/promises';

/** @param {string} file */
export const isExecutable = (file) =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
