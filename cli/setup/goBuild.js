import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { runStep, SetupError } from './steps.js';

/**
 * @param {[number, number]} minimum
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | null>} why Go cannot be used here, or `null` when it can
 */
async function findGoFault([major, minor], env) {
  const version = await promisify(execFile)('go', ['env', 'GOVERSION'], {
    // Without this an old Go would fetch a newer one from the network.
    env: { ...env, GOTOOLCHAIN: 'local' },
  }).then(
    ({ stdout }) => /^go(\d+)\.(\d+)/.exec(stdout),
    () => undefined,
  );
  if (version === undefined) return 'Go is not installed';
  if (version === null) return 'Go does not tell its version';
  const [, foundMajor, foundMinor] = version.map(Number);
  const enough = Number(foundMajor) > major || (foundMajor === major && Number(foundMinor) >= minor);
  return enough ? null : `Go ${major}.${minor} or newer is needed, this is ${version[0].slice(2)}`;
}

/**
 * Builds one command from the Go module registry into the cache. Everything Go downloads or compiles goes to
 * a directory of its own, which is removed afterwards: the module cache alone would be over a gigabyte.
 * The caller holds the lock on `cacheDir`, so whatever an interrupted build left there may go.
 *
 * @param {object} build
 * @param {string} build.module `path@version` of the command.
 * @param {[number, number]} build.go The oldest Go that can build it.
 * @param {string} build.title Shown while it runs.
 * @param {string} build.cacheDir
 * @param {string} build.output Where the finished binary goes, in one rename.
 * @param {(line: string) => void} build.log
 * @param {AbortSignal | undefined} build.signal
 * @param {NodeJS.ProcessEnv} build.env
 * @throws {SetupError} when there is no usable Go or the build fails
 */
export async function goBuild({ module, go, title, cacheDir, output, log, signal, env }) {
  const fault = await findGoFault(go, env);
  if (fault !== null) throw new SetupError(fault);
  for (const name of await readdir(cacheDir)) {
    if (name.startsWith('.go-')) await rm(path.join(cacheDir, name), { recursive: true, force: true });
  }
  const scratch = await mkdtemp(path.join(cacheDir, '.go-'));
  try {
    await runStep({
      title,
      command: 'go',
      args: ['install', '-trimpath', '-ldflags', '-s -w', module],
      cwd: scratch,
      env: {
        ...env,
        CGO_ENABLED: '0',
        GOTOOLCHAIN: 'local',
        // Modules are read-only by default, and rm could then not remove them.
        GOFLAGS: '-modcacherw',
        GOPATH: path.join(scratch, 'path'),
        GOBIN: path.join(scratch, 'bin'),
        GOMODCACHE: path.join(scratch, 'modules'),
        GOCACHE: path.join(scratch, 'objects'),
        GOTMPDIR: scratch,
      },
      log,
      ...(signal === undefined ? {} : { signal }),
    });
    const [binary] = await readdir(path.join(scratch, 'bin'));
    if (binary === undefined) throw new SetupError(`go install ${module} made no binary`);
    await mkdir(path.dirname(output), { recursive: true });
    await chmod(path.join(scratch, 'bin', binary), 0o755);
    await rename(path.join(scratch, 'bin', binary), output);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
