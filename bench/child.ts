import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { loaderFlags } from '../cli/embedded/nodeLaunch.ts';

export interface Child {
  pid: number;
  process: ChildProcess;
  /** The next message that it sends. @throws Error when it ends instead */
  next<T>(): Promise<T>;
  /** Asks it to end, kills it when it does not, and returns when it is gone. */
  stop(): Promise<void>;
}

export interface ChildOptions {
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** `disconnect` for our own entries, which end with their channel; SIGTERM for the product's commands. */
  stopBy?: 'disconnect' | 'SIGTERM';
  /** Where its output goes; absent: to ours. */
  logFile?: string;
}

const GRACE_MS = 20_000;

/** Starts a Node process that talks over IPC and cannot outlive this one. */
export function startChild(entry: string, options: ChildOptions = {}): Child {
  const { args = [], env, stopBy = 'disconnect', logFile } = options;
  const log = logFile === undefined ? null : openSync(logFile, 'a');
  const child = fork(entry, [...args], {
    execArgv: entry.endsWith('.ts') ? loaderFlags() : [],
    env: { ...process.env, ...env },
    stdio: ['ignore', log ?? 'inherit', log ?? 'inherit', 'ipc'],
  });
  if (log !== null) closeSync(log);
  let stopping = false;
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
    child.once('error', (error) => resolve(error.message));
  });
  return {
    pid: child.pid ?? 0,
    process: child,
    async next<T>() {
      const message = await Promise.race([
        new Promise<{ said: T }>((resolve) => child.once('message', (said) => resolve({ said: said as T }))),
        ended,
      ]);
      if (typeof message === 'string') throw new Error(`${path.basename(entry)} ended with ${message}.`);
      return message.said;
    },
    async stop() {
      if (stopping) {
        await ended;
        return;
      }
      stopping = true;
      if (stopBy === 'disconnect' && child.connected) child.disconnect();
      else child.kill(stopBy === 'SIGTERM' ? stopBy : 'SIGKILL');
      const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** The path of an entry below this directory, with the ending that this module has. */
export function entryOf(...parts: string[]): string {
  return path.join(import.meta.dirname, `${path.join(...parts)}${path.extname(import.meta.filename)}`);
}
