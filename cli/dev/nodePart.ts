import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Exit } from '../embedded/leashed.ts';
import { entryBeside, loaderFlags } from '../embedded/nodeLaunch.ts';
import type { PartLog } from './partLog.ts';
import { describeExit, type Running } from './running.ts';

export interface NodeCommand {
  /** A script and its arguments. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: PartLog;
}

const KILL_GRACE_MS = 2_000;

/** Ends the whole group of a part: decoders and other children it may have left. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody left.
  }
}

/** Starts a Node process in a group of its own, bound to this process by the orphan guard. */
export function spawnNode({ argv, env, log }: NodeCommand): {
  child: ChildProcess;
  pid: number;
  exited: Promise<Exit>;
} {
  const guard = pathToFileURL(entryBeside(import.meta.url, 'orphanGuard')).href;
  const child = spawn(process.execPath, [...loaderFlags(), '--import', guard, ...argv], {
    env: { ...env, TRIBUTARY_SUPERVISOR: String(process.pid) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  log.follow(child.stdout, 'stdout');
  log.follow(child.stderr, 'stderr');
  const pid = child.pid;
  if (pid === undefined) throw new Error(`Cannot start ${argv.join(' ')}.`);
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      killGroup(pid);
      resolve({ code, signal });
    });
  });
  return { child, pid, exited };
}

export interface NodePartOptions extends NodeCommand {
  /** Resolves when the part is of use. Called anew for each start; the signal tells that it need not look further. */
  whenReady(child: ChildProcess, signal: AbortSignal): Promise<void>;
  /** How long it may take to finish after SIGTERM. */
  readonly drainMs: number;
}

/**
 * Starts a part and returns when it is ready. @throws Error when it ends first, or when `signal` aborts
 */
export async function startNodePart(options: NodePartOptions, signal: AbortSignal): Promise<Running> {
  const { child, pid, exited } = spawnNode(options);
  const stop = async (how: 'stop' | 'hurry'): Promise<void> => {
    if (how === 'stop') {
      child.kill('SIGTERM');
      const waiting = new AbortController();
      await Promise.race([
        exited,
        sleep(options.drainMs, undefined, { signal: waiting.signal }).catch(() => {}),
      ]);
      waiting.abort();
    }
    killGroup(pid);
    await Promise.race([exited, sleep(KILL_GRACE_MS)]);
  };

  const starting = new AbortController();
  const given = AbortSignal.any([signal, starting.signal]);
  try {
    await Promise.race([
      options.whenReady(child, given),
      exited.then((exit) => {
        throw new Error(`ended with ${describeExit(exit)} before it was ready; see ${options.log.file}`);
      }),
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        if (signal.aborted) reject(signal.reason);
      }),
    ]);
  } catch (error) {
    await stop('stop');
    throw error;
  } finally {
    starting.abort();
  }
  return { pid, exited, stop };
}
