import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { goBuild } from './goBuild.js';
import { isExecutable } from './isExecutable.js';
import { withLock } from './lockFile.js';
import { runStep, SetupError } from './steps.js';

/** The newest version that `go install` can build: later ones have a `replace` in their go.mod. */
const VERSION = '1.5.1';
const DOWNLOAD_DEADLINE_MS = 5 * 60_000;

/** @param {string} cacheDir */
const cached = (cacheDir) => path.join(cacheDir, `temporal-${VERSION}`, 'temporal');

/** @param {NodeJS.ProcessEnv} env */
async function findOnPath(env) {
  for (const dir of (env.PATH ?? '').split(path.delimiter).filter((entry) => path.isAbsolute(entry))) {
    const file = path.join(dir, 'temporal');
    if (!(await isExecutable(file))) continue;
    // A wrapper, an empty file or the CLI of something else must not stop the search.
    const told = await promisify(execFile)(file, ['--version'], { timeout: 10_000 }).catch(() => null);
    if (told?.stdout.includes('Server')) return file;
  }
  return null;
}

/**
 * What the SDK's test environment has downloaded, where it puts it: the directory for temporary files. Others
 * can write there as well, so only a file that belongs to us and that nobody else may change is trusted.
 */
async function findSdkDownload() {
  const require = createRequire(import.meta.url);
  let version;
  try {
    version = require('@temporalio/testing/package.json').version;
  } catch {
    return null;
  }
  const file = path.join(os.tmpdir(), `temporal-sdk-typescript-${version}`);
  const found = await stat(file).catch(() => null);
  const trusted = found?.isFile() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
  return trusted && (await isExecutable(file)) ? file : null;
}

/**
 * @param {string} cacheDir
 * @param {(line: string) => void} log
 * @param {AbortSignal | undefined} signal
 * @param {NodeJS.ProcessEnv} env
 */
async function download(cacheDir, log, signal, env) {
  const scratch = await mkdtemp(path.join(cacheDir, '.download-'));
  const deadline = AbortSignal.timeout(DOWNLOAD_DEADLINE_MS);
  try {
    await runStep({
      title: 'Downloading the Temporal server with its SDK (once)',
      command: process.execPath,
      args: [fileURLToPath(new URL('./temporalDownload.js', import.meta.url)), scratch, `v${VERSION}`],
      env,
      log,
      signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
    });
    await mkdir(path.dirname(cached(cacheDir)), { recursive: true });
    await rename(path.join(scratch, `temporal-v${VERSION}`), cached(cacheDir));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * The Temporal CLI that is there already, without getting one: on PATH, in our cache, in the SDK's.
 *
 * @param {object} where
 * @param {string} where.cacheDir
 * @param {NodeJS.ProcessEnv} [where.env]
 * @returns {Promise<string | null>} absolute path
 */
export async function findTemporalBinary({ cacheDir, env = process.env }) {
  const onPath = await findOnPath(env);
  if (onPath !== null) return onPath;
  if (await isExecutable(cached(cacheDir))) return cached(cacheDir);
  return findSdkDownload();
}

/**
 * The Temporal CLI; where there is none it is downloaded or built, once, into `cacheDir`.
 *
 * @param {object} where
 * @param {string} where.cacheDir
 * @param {(line: string) => void} [where.log]
 * @param {AbortSignal} [where.signal]
 * @param {NodeJS.ProcessEnv} [where.env]
 * @returns {Promise<string>} absolute path
 * @throws {SetupError} that lists what was tried and the ways out
 */
export async function ensureTemporalBinary({ cacheDir, log = console.log, signal, env = process.env }) {
  const found = await findTemporalBinary({ cacheDir, env });
  if (found !== null) return found;
  await mkdir(cacheDir, { recursive: true });
  return withLock(
    path.join(cacheDir, '.lock'),
    'another start that gets the Temporal server',
    async () => {
      if (await isExecutable(cached(cacheDir))) return cached(cacheDir);
      const tried = [];
      for (const get of [download, build]) {
        try {
          await get(cacheDir, log, signal, env);
          return cached(cacheDir);
        } catch (error) {
          signal?.throwIfAborted();
          tried.push(/** @type {Error} */ (error).message.replaceAll('\n', '\n      '));
        }
      }
      throw new SetupError(
        [
          'There is no Temporal server to start. Tried:',
          '  - `temporal` on PATH: none that works',
          `  - the cache: nothing at ${cached(cacheDir)}`,
          ...tried.map((message) => `  - ${message}`),
          'Ways out, any one of them:',
          '  1. install the Temporal CLI so that `temporal` is on PATH (https://docs.temporal.io/cli)',
          '  2. set TEMPORAL_ADDRESS=host:port to a Temporal server that runs already',
          '  3. install Go 1.25 or newer and start again: the server is then built, once',
        ].join('\n'),
      );
    },
    log,
    signal,
  );
}

/**
 * @param {string} cacheDir
 * @param {(line: string) => void} log
 * @param {AbortSignal | undefined} signal
 * @param {NodeJS.ProcessEnv} env
 */
const build = (cacheDir, log, signal, env) =>
  goBuild({
    module: `github.com/temporalio/cli/cmd/temporal@v${VERSION}`,
    go: [1, 25],
    title: 'Building the Temporal server with Go: once, about 3-4 minutes',
    cacheDir,
    output: cached(cacheDir),
    log,
    signal,
    env,
  });
