import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Leashed, startLeashed } from './leashed.ts';
import { sizeOf } from './logExcerpt.ts';
import { findPortFault } from './ports.ts';
import { temporalArguments } from './temporalArguments.ts';
import type { TemporalOptions } from './temporalOptions.ts';
import { whenTemporalAnswers } from './temporalReady.ts';

export interface RunningTemporal extends Leashed {
  readonly address: string;
  readonly uiUrl: string | null;
}

/**
 * Starts Temporal's development server on loopback and returns once the namespace can be used. With `dbFile`
 * everything it was told survives a stop and also `kill -9`.
 *
 * @throws Error with the end of its log when it does not come up
 */
export async function startTemporal(options: TemporalOptions): Promise<RunningTemporal> {
  const { binary, dbFile, port, uiPort, namespace, logFile } = options;
  const home = path.dirname(dbFile ?? logFile);
  await mkdir(home, { recursive: true });
  await mkdir(path.dirname(logFile), { recursive: true });
  const address = `127.0.0.1:${port}`;
  // Another Temporal there would answer for ours, which could not listen.
  if ((await findPortFault(port, '127.0.0.1')) !== null)
    throw new Error(`Port ${port} is not free for Temporal.`);
  const logStart = await sizeOf(logFile);
  const server = await startLeashed({
    command: binary,
    args: temporalArguments(options),
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: home, TZ: 'UTC' },
    cwd: home,
    logFile,
    stop: [{ signal: 'SIGTERM', graceMs: 10_000 }],
    hurry: [],
    removeWhenOrphaned: options.removeWhenOrphaned ?? [],
  });
  try {
    await whenTemporalAnswers(address, namespace, server, logFile, logStart);
  } catch (error) {
    await server.stop('hurry');
    throw error;
  }
  return { ...server, address, uiUrl: uiPort === null ? null : `http://127.0.0.1:${uiPort}` };
}
