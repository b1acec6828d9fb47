/**
 * Holds one server for a parent that may die without a word. The channel to the parent is the leash: when it
 * closes, for whatever reason, the server is stopped in its proper way. A process of its own, because no
 * signal tells a Postgres or a Temporal that the one who started it was killed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import type { LeashCommand, LeashOrder, LeashReport, StopStep } from './leash-protocol.ts';

let server: ChildProcess | undefined;
let order: LeashOrder | undefined;
/** Grows with each new way of stopping, so that an older one in progress gives way. */
let stopping = 0;

/** Resolves when the message is on its way: an exit right after sending would lose it. */
const report = (message: LeashReport): Promise<void> =>
  new Promise((resolve) => {
    if (process.connected) process.send?.(message, () => resolve());
    else resolve();
  });

async function stop(steps: readonly StopStep[]): Promise<void> {
  stopping += 1;
  const mine = stopping;
  for (const { signal, graceMs } of [...steps, { signal: 'SIGKILL', graceMs: 1_000 } as const]) {
    if (mine !== stopping || server === undefined) return;
    server.kill(signal);
    await new Promise((resolve) => setTimeout(resolve, graceMs));
  }
}

async function end(): Promise<never> {
  if (!process.connected) {
    for (const dir of order?.removeWhenOrphaned ?? []) await rm(dir, { recursive: true, force: true });
  }
  process.exit(0);
}

function start(given: LeashOrder): void {
  order = given;
  const { command, args, env, cwd, uid, gid } = given;
  server = spawn(command, args, {
    env,
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
  const pid = server.pid;
  if (pid !== undefined) void report({ type: 'started', pid });
  server.once('error', (error) => {
    if (pid !== undefined) return;
    server = undefined;
    void report({ type: 'failed', message: error.message }).then(end);
  });
  server.once('exit', (code, signal) => {
    server = undefined;
    void report({ type: 'exited', code, signal }).then(end);
  });
}

process.on('message', (command: LeashCommand) => {
  if (command.type === 'start') start(command);
  else if (order !== undefined) void stop(order[command.type]);
});
process.once('disconnect', () => {
  if (server === undefined || order === undefined) void end();
  else void stop(order.stop);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (order !== undefined) void stop(order.stop);
  });
}
