import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Config } from '../config.ts';
import { BUNDLE_PATH } from './bundle.ts';

/**
 * What this build's workflow workers are called: as WORKER_BUILD_ID says, else by what their code is. Processes of one
 * image agree on it, and a release that changes no workflow is no new version.
 * @returns `null`: they have no versions
 */
export async function buildIdOf({ temporal: { deployment } }: Config): Promise<string | null> {
  if (deployment === null) return null;
  if (deployment.buildId !== null) return deployment.buildId;
  const code = await readFile(BUNDLE_PATH).catch(() => {
    throw new Error('WORKER_DEPLOYMENT needs WORKER_BUILD_ID, or the workflow bundle: run "npm run build".');
  });
  return createHash('sha256').update(code).digest('hex').slice(0, 12);
}
