/**
 * Holds one server for a parent that may die without a word. The channel to the parent is the leash: when it
 * closes, for whatever reason, the server is stopped in its proper way. A process of its own, because no
 * signal tells a Postgres or a Temporal that the one who started it was killed. Plain JavaScript, so that it
 * is up in an instant from source as well.
 */
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';

/** @import { ChildProcess } from 'node:child_process' */
/** @import { LeashCommand, LeashOrder, LeashReport, StopStep } from './leashProtocol.ts' */

/** @type {ChildProcess | undefined} */
let server;
/** @type {LeashOrder | undefined} */
let order;
/** Grows with each new way of stopping, so that an older one in progress gives way. */
let stopping = 0;

/**
 * Resolves when the message is on its way: an exit right after sending would lose it.
 * @param {LeashReport} message
 * @returns {Promise<void>}
 */
const report = (message) =>
  new Promise((resolve) => {
    if (process.connected) process.send?.(message, () => resolve());
    else resolve();
  });

/** @param {readonly StopStep[]} steps */
async function stop(steps) {
  stopping += 1;
  const mine = stopping;
  for (const { signal, graceMs } of [
    ...steps,
    /** @type {StopStep} */ ({ signal: 'SIGKILL', graceMs: 1_000 }),
  ]) {
    if (mine !== stopping || server === undefined) return;
    server.kill(signal);
    await new Promise((resolve) => setTimeout(resolve, graceMs));
  }
}

async function end() {
  if (!process.connected) {
    for (const dir of order?.removeWhenOrphaned ?? []) await rm(dir, { recursive: true, force: true });
  }
  process.exit(0);
}

/** @param {LeashOrder} given */
function start(given) {
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

process.on('message', (/** @type {LeashCommand} */ command) => {
  if (command.type === 'start') start(command);
  else if (order !== undefined) void stop(order[command.type]);
});
process.once('disconnect', () => {
  if (server === undefined || order === undefined) void end();
  else void stop(order.stop);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (order !== undefined) void stop(order.stop);
  });
}
