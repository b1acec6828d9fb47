import { createHash } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { isExecutable } from './isExecutable.js';
import { withLock } from './lockFile.js';
import { runStep, SetupError } from './steps.js';

/** @typedef {{ name: string, packages: readonly string[] }} Venv `packages` are pinned: `numpy==2.4.0`. */

/** What the tests of `detection/` compare with: the same models in another language, by other libraries. */
export const ORACLE = {
  name: 'detection-oracle',
  packages: ['onnxruntime==1.30.0', 'numpy==2.2.6', 'opencv-python-headless==4.12.0.88', 'pillow==12.0.0'],
};

/**
 * @param {string} cacheDir
 * @param {Venv} venv
 */
function directoryOf(cacheDir, { name, packages }) {
  const digest = createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 12);
  return path.join(cacheDir, `${name}-${digest}`);
}

/** @param {string} directory */
const pythonIn = (directory) => path.join(directory, 'bin', 'python');

/**
 * A Python with certain packages, when it was made before.
 *
 * @param {Venv} venv
 * @param {{ cacheDir: string }} where
 * @returns {Promise<string | null>} absolute path
 */
export async function findVenv(venv, { cacheDir }) {
  const python = pythonIn(directoryOf(cacheDir, venv));
  return (await isExecutable(python)) ? python : null;
}

/**
 * A Python with certain packages; where there is none it is made with `python3`, once, in `cacheDir`.
 *
 * @param {Venv} venv
 * @param {object} options
 * @param {string} options.cacheDir
 * @param {(line: string) => void} [options.log]
 * @returns {Promise<string>} absolute path
 * @throws {SetupError} that says what to do
 */
export async function ensureVenv(venv, { cacheDir, log = console.log }) {
  const known = await findVenv(venv, { cacheDir });
  if (known !== null) return known;
  await mkdir(cacheDir, { recursive: true });
  return withLock(
    path.join(cacheDir, '.lock-python'),
    'another start that installs Python packages',
    async () => {
      const found = await findVenv(venv, { cacheDir });
      if (found !== null) return found;
      const directory = directoryOf(cacheDir, venv);
      const unfinished = `${directory}.new`;
      await rm(unfinished, { recursive: true, force: true });
      try {
        await install(unfinished, venv, log);
        await rename(unfinished, directory);
      } catch (error) {
        await rm(unfinished, { recursive: true, force: true });
        throw new SetupError(
          `The Python packages of the tests (${venv.packages.join(', ')}) could not be installed: ` +
            `${/** @type {Error} */ (error).message}\nTo have them, install Python 3.11 or newer with venv and pip.`,
        );
      }
      return pythonIn(directory);
    },
    log,
  );
}

/**
 * @param {string} directory
 * @param {Venv} venv
 * @param {(line: string) => void} log
 */
async function install(directory, { name, packages }, log) {
  await runStep({
    title: `Making a Python environment for the tests (${name})`,
    command: 'python3',
    args: ['-m', 'venv', directory],
    log,
  });
  await runStep({
    title: `Installing ${packages.join(', ')}: once, about a minute`,
    command: pythonIn(directory),
    args: [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--only-binary=:all:',
      ...packages,
    ],
    log,
  });
}
