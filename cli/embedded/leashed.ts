import { fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identifyProcess } from '../setup/processIdentity.js';
import type { LeashCommand, LeashOrder, LeashReport } from './leashProtocol.ts';

/** How a server ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server that cannot outlive this process, however this process ends. */
export interface Leashed {
  /** Of the server itself. */
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Runs the ordered steps and resolves when the server is gone. May be called again with `hurry`. */
  stop(how?: 'stop' | 'hurry'): Promise<void>;
}

export type LeashedOptions = Omit<LeashOrder, 'type'> & {
  /** Receives what the server writes to standard output and error; appended to. */
  readonly logFile: string;
};

/**
 * Starts a server behind a leash (see leash.js), in a session of its own: a Ctrl-C in the terminal reaches
 * neither, so the order of the shutdown stays ours.
 *
 * @throws Error when the program cannot be started at all
 */
export async function startLeashed({ logFile, ...order }: LeashedOptions): Promise<Leashed> {
  const log = openSync(logFile, 'a', 0o600);
  const leash = fork(path.join(import.meta.dirname, 'leash.js'), {
    execArgv: [],
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  });
  closeSync(log);

  const { promise: started, resolve: onStarted, reject: onFailed } = withResolvers<number>();
  const { promise: exited, resolve: onExited } = withResolvers<Exit>();
  let pid = 0;
  let identity: string | null = null;
  let ended = false;

  leash.on('message', (message: LeashReport) => {
    if (message.type === 'started') {
      pid = message.pid;
      identity = identifyProcess(pid);
      onStarted(pid);
    } else if (message.type === 'failed') {
      onFailed(new Error(`Cannot run ${order.command}: ${message.message}`));
    } else {
      ended = true;
      onExited({ code: message.code, signal: message.signal });
    }
  });
  leash.once('error', onFailed);
  leash.once('exit', (code, signal) => {
    onFailed(new Error(`Cannot run ${order.command}: its leash ended with ${signal ?? `code ${code}`}.`));
    if (ended || pid === 0) return;
    // The leash itself was killed. What it held is nobody's child now, and must not stay.
    void killUnheld(pid, identity, order.hurry[0]?.signal ?? 'SIGKILL').then(() =>
      onExited({ code: null, signal: 'SIGKILL' }),
    );
  });
  leash.send({ type: 'start', ...order } satisfies LeashCommand);
  await started;

  return {
    pid,
    exited,
    async stop(how = 'stop') {
      if (leash.connected) leash.send({ type: how } satisfies LeashCommand, () => {});
      await exited;
    },
  };
}

/** Stops a process that is not our child, and returns when it is gone. */
export async function killUnheld(pid: number, identity: string | null, first: NodeJS.Signals): Promise<void> {
  const lives = (): boolean => identity !== null && identifyProcess(pid) === identity;
  for (const [signal, graceMs] of [[first, 10_000] as const, ['SIGKILL', 2_000] as const]) {
    if (!lives()) return;
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    for (const until = Date.now() + graceMs; Date.now() < until && lives(); ) await sleep(25);
  }
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((onValue, onReason) => {
    resolve = onValue;
    reject = onReason;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}
