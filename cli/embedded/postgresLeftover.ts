import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { identifyProcess } from '../setup/processIdentity.js';
import { killUnheld } from './leashed.ts';

/** Whether the process is the Postgres of this cluster: a postmaster lives in its data directory. */
function isPostmasterOf(pid: number, clusterDir: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === clusterDir;
  } catch {
    // No /proc, or not ours to look into. The command line is the next best witness.
  }
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(
      clusterDir,
    );
  } catch {
    return false;
  }
}

/**
 * Clears what a killed start left in the cluster directory: a server without a holder is stopped, and a
 * postmaster.pid whose number now belongs to some other program is removed, because Postgres would take that
 * program for its own running server. A pid file of a dead process is left: Postgres checks the shared
 * memory it names before it goes on.
 */
export async function clearLeftover(clusterDir: string, log: (line: string) => void): Promise<void> {
  const pidFile = path.join(clusterDir, 'postmaster.pid');
  let pid: number;
  try {
    pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  } catch {
    return;
  }
  const identity = identifyProcess(pid);
  if (identity === null) return;
  if (isPostmasterOf(pid, await realpath(clusterDir))) {
    log(`Stopping the Postgres that an earlier start left running (process ${pid})…`);
    await killUnheld(pid, identity, 'SIGINT');
  } else {
    await rm(pidFile, { force: true });
  }
}
