import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../config.ts';
import type { ReachFailpoint } from '../domain/failpoints.ts';

/**
 * Kills this process the first time the configured step is reached, as a power cut would: no handler runs.
 * A mark in the data directory keeps the restarted process from dying at the same place again.
 */
export function createFailpoints(config: Config): ReachFailpoint {
  const { failpoint } = config;
  if (failpoint === null) return () => {};
  const mark = path.join(config.dataDir, `failpoint-${failpoint}`);
  return (point) => {
    if (point !== failpoint || existsSync(mark)) return;
    mkdirSync(config.dataDir, { recursive: true });
    writeFileSync(mark, '');
    process.kill(process.pid, 'SIGKILL');
  };
}
