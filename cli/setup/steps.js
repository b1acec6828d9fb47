import { spawn } from 'node:child_process';

/** Something a person has to put right; shown without a stack trace. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}

/**
 * Ends the process the way a shell expects after a failed or interrupted step.
 * @param {unknown} error
 */
export function reportFailure(error) {
  console.error(`\n${error instanceof SetupError ? error.message : /** @type {Error} */ (error).stack}`);
  process.exitCode = 1;
}

/**
 * Says every few seconds that a silent step is still at work. Returns the function that ends it.
 * @param {string} what
 * @param {(line: string) => void} log
 */
function tick(what, log) {
  const startedAt = Date.now();
  const timer = setInterval(() => log(`${what}… ${Math.round((Date.now() - startedAt) / 1000)} s`), 15_000);
  return () => {
    clearInterval(timer);
    return (Date.now() - startedAt) / 1000;
  };
}

/**
 * Runs one command of the set-up and shows what it is for.
 *
 * @param {object} step
 * @param {string} step.title What is done and why, as one line.
 * @param {string} step.command
 * @param {string[]} step.args
 * @param {string} [step.cwd]
 * @param {NodeJS.ProcessEnv} [step.env]
 * @param {boolean} [step.show] Let the command write to the terminal itself; otherwise its output is shown only when it fails.
 * @param {(line: string) => void} [step.log]
 * @param {AbortSignal} [step.signal]
 * @throws {SetupError} with the end of the output when the command fails
 */
export async function runStep({ title, command, args, cwd, env, show = false, log = console.log, signal }) {
  log(`${title}…`);
  const done = tick(title, log);
  let tail = '';
  try {
    await new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        cwd,
        env: env ?? process.env,
        // Standard output stays free for what the command behind the set-up prints.
        stdio: show ? ['ignore', 2, 2] : ['ignore', 'pipe', 'pipe'],
        signal,
      });
      for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding('utf8').on('data', (text) => {
          tail = (tail + text).slice(-8_000);
        });
      }
      child.on('error', (error) =>
        reject(new SetupError(`${title}: cannot run ${command}: ${error.message}`)),
      );
      child.on('close', (code, killed) => {
        if (code === 0) resolve(undefined);
        else
          reject(
            new SetupError(`${title}: ${command} ended with ${killed ?? `code ${code}`}.\n${tail.trim()}`),
          );
      });
    });
  } finally {
    const seconds = done();
    if (seconds >= 2) log(`  took ${seconds.toFixed(1)} s`);
  }
}
