import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BUILD_STEPS } from './buildSteps.js';
import { withLock } from './lockFile.js';
import { REPOSITORY } from './repository.js';
import { hashSources } from './sourceHash.js';
import { reportFailure } from './steps.js';

const STAMP = 'dist/.built';

/**
 * @param {string} root
 * @returns {Promise<Record<string, string>>} the fingerprint each step was last built from
 */
async function readStamp(root) {
  try {
    return JSON.parse(await readFile(path.join(root, STAMP), 'utf8'));
  } catch {
    return {};
  }
}

/**
 * @param {string} root
 * @param {Record<string, string>} stamp
 */
async function writeStamp(root, stamp) {
  const file = path.join(root, STAMP);
  await writeFile(`${file}.new`, JSON.stringify(stamp, null, 2));
  await rename(`${file}.new`, file);
}

/** @param {string} file */
const exists = (file) =>
  access(file).then(
    () => true,
    () => false,
  );

/**
 * @param {string} root
 * @param {readonly import('./buildSteps.js').BuildStep[]} steps
 * @returns {Promise<{ step: import('./buildSteps.js').BuildStep, hash: string }[]>}
 */
async function findStaleSteps(root, steps) {
  const stamp = await readStamp(root);
  const checked = await Promise.all(
    steps.map(async (step) => {
      if (!(await exists(path.join(root, step.presence)))) return null;
      const hash = await hashSources(root, step.sources);
      const built = stamp[step.name] === hash && (await exists(path.join(root, step.output)));
      return built ? null : { step, hash };
    }),
  );
  return checked.filter((entry) => entry !== null);
}

/**
 * Runs the steps whose sources changed since they last succeeded. The fingerprint is taken before the step
 * runs, so an edit made meanwhile is built next time.
 *
 * @param {object} [options]
 * @param {boolean} [options.force] Run all steps.
 * @param {string} [options.root]
 * @param {readonly import('./buildSteps.js').BuildStep[]} [options.steps]
 * @param {(line: string) => void} [options.log]
 */
export async function ensureBuilt(options = {}) {
  const { force = false, root = REPOSITORY, steps = BUILD_STEPS, log = console.log } = options;
  if (!force && (await findStaleSteps(root, steps)).length === 0) return;
  await mkdir(path.join(root, 'dist'), { recursive: true });
  const build = async () => {
    if (force) await writeStamp(root, {});
    for (const { step, hash } of await findStaleSteps(root, steps)) {
      const { [step.name]: _, ...others } = await readStamp(root);
      await writeStamp(root, others);
      await step.run(root, log);
      await writeStamp(root, { ...others, [step.name]: hash });
    }
  };
  await withLock(path.join(root, 'dist/.building'), 'another build of this checkout', build, log);
}

if (process.argv[1] === import.meta.filename) {
  await ensureBuilt({ force: process.argv.includes('--force') }).catch(reportFailure);
}
