import { execFile } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { API_CLIENTS } from '../../cli/setup/apiClients.js';
import { findVenv } from '../../cli/setup/pythonVenv.js';

/** A Python that has `requests`, a WebSocket client and the fuzzer, which `npm test` makes; `null` where it could not. */
export const clientPython = (): Promise<string | null> =>
  findVenv(API_CLIENTS, {
    cacheDir: path.resolve(process.env['TRIBUTARY_CACHE'] || path.join(os.homedir(), '.cache', 'tributary')),
  });

interface Checked {
  name: string;
  /** The end of the traceback. */
  error: string | null;
}

interface Ended {
  code: number;
  output: string;
  errors: string;
}

function runToEnd(command: string, args: readonly string[], env: Record<string, string>): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const options = { env: { PATH: process.env['PATH'], ...env }, maxBuffer: 2 ** 26, timeout: 600_000 };
    execFile(command, args, options, (error, output, errors) => {
      if (error !== null && typeof error.code !== 'number') reject(new Error(`${error.message}\n${errors}`));
      else resolve({ code: Number(error?.code ?? 0), output, errors });
    });
  });
}

/** Runs a script of this directory. @param world what `client.py` is told @returns its checks, in order */
export async function runChecks(python: string, script: string, world: object): Promise<Checked[]> {
  const { code, output, errors } = await runToEnd(python, [path.join(import.meta.dirname, script)], {
    CONTRACT: JSON.stringify(world),
    PYTHONDONTWRITEBYTECODE: '1',
  });
  if (code !== 0) throw new Error(`${script} broke off:\n${errors}`);
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Checked);
}

/** @throws Error with what the script complained of */
export async function runCurl(...args: string[]): Promise<void> {
  const { code, errors } = await runToEnd('bash', [path.join(import.meta.dirname, 'curl.sh'), ...args], {});
  if (code !== 0) throw new Error(`curl.sh ended with ${code}: ${errors}`);
}
