import os from 'node:os';
import path from 'node:path';
import { API_CLIENTS } from './apiClients.js';
import { ensureTestServers } from './debianServers.js';
import { FORMATS } from './formatTools.js';
import { ensureVenv, ORACLE } from './pythonVenv.js';
import { SetupError } from './steps.js';
import { ensureTemporalBinary } from './temporalBinary.js';
import { ensureVersitygwBinary } from './versitygwBinary.js';

/** The same default as in config.ts, which is TypeScript and so not there before the installation. */
const cacheDir = () =>
  path.resolve(process.env.TRIBUTARY_CACHE || path.join(os.homedir(), '.cache', 'tributary'));

/** @param {Promise<unknown>} work */
const faultOf = (work) =>
  work.then(
    () => null,
    (error) => /** @type {Error} */ (error).message,
  );

/**
 * Gets the programs that the tests need and npm does not bring.
 *
 * @param {object} options
 * @param {boolean} options.strict Nothing may be missing. Otherwise what is missing is said, and the suites that need it are skipped.
 * @throws {SetupError} in strict mode
 */
export async function ensureBinaries({ strict }) {
  const faults = [
    process.env.TEMPORAL_ADDRESS ? null : await faultOf(ensureTemporalBinary({ cacheDir: cacheDir() })),
    await faultOf(ensureVersitygwBinary({ cacheDir: cacheDir() })),
    await faultOf(ensureVenv(ORACLE, { cacheDir: cacheDir() })),
    await ensureTestServers(),
    await faultOf(ensureVenv(FORMATS, { cacheDir: cacheDir() })),
    await faultOf(ensureVenv(API_CLIENTS, { cacheDir: cacheDir() })),
  ].filter((fault) => fault !== null);
  if (faults.length === 0) return;
  if (strict) throw new SetupError(`${faults.join('\n\n')}\n\nCI=true: nothing may be missing.`);
  console.log(`\n${faults.join('\n\n')}\n\nThe suites that need this will be skipped.\n`);
}
