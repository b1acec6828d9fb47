import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { goBuild } from './goBuild.js';
import { isExecutable } from './isExecutable.js';
import { withLock } from './lockFile.js';
import { SetupError } from './steps.js';

const VERSION = '1.8.0';

/** @param {string} cacheDir */
const cached = (cacheDir) => path.join(cacheDir, `versitygw-${VERSION}`, 'versitygw');

/**
 * The S3 server that the tests talk to, when it was built before.
 *
 * @param {object} where
 * @param {string} where.cacheDir
 * @returns {Promise<string | null>} absolute path
 */
export async function findVersitygwBinary({ cacheDir }) {
  return (await isExecutable(cached(cacheDir))) ? cached(cacheDir) : null;
}

/**
 * The S3 server that the tests talk to; where there is none it is built with Go, once, into `cacheDir`. There is no
 * Debian package of it, and its releases are no package of any registry but Go's.
 *
 * @param {object} where
 * @param {string} where.cacheDir
 * @param {(line: string) => void} [where.log]
 * @param {AbortSignal} [where.signal]
 * @param {NodeJS.ProcessEnv} [where.env]
 * @returns {Promise<string>} absolute path
 * @throws {SetupError} that says what to do
 */
export async function ensureVersitygwBinary({ cacheDir, log = console.log, signal, env = process.env }) {
  const output = cached(cacheDir);
  if (await isExecutable(output)) return output;
  await mkdir(cacheDir, { recursive: true });
  return withLock(
    path.join(cacheDir, '.lock'),
    'another start that builds a server',
    async () => {
      if (await isExecutable(output)) return output;
      try {
        await goBuild({
          module: `github.com/versity/versitygw/cmd/versitygw@v${VERSION}`,
          go: [1, 25],
          title: 'Building the S3 server of the tests with Go: once, about 2 minutes',
          cacheDir,
          output,
          log,
          signal,
          env,
        });
      } catch (error) {
        signal?.throwIfAborted();
        throw new SetupError(
          `The S3 server of the tests (versitygw ${VERSION}) could not be built: ${/** @type {Error} */ (error).message}\n` +
            'To have it, install Go 1.25 or newer and start again.',
        );
      }
      return output;
    },
    log,
    signal,
  );
}
