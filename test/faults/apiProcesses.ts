import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { Tributary } from '../hosting/tributary.ts';

const MAIN = path.resolve(import.meta.dirname, '../../dist/cli/main.js');

/** Counts the originals that a process puts into its store; the renames are made as ever. */
const COUNT_PUTS = `data:text/javascript,${encodeURIComponent(`
  import fs from 'node:fs/promises';
  import { syncBuiltinESMExports } from 'node:module';
  const { rename } = fs;
  let puts = 0;
  fs.rename = (from, to) => {
    if (String(to).endsWith('/original')) puts += 1;
    return rename(from, to);
  };
  syncBuiltinESMExports();
  process.on('message', (asked) => { if (asked === 'puts?') process.send({ puts }); });
`)}`;

/** One API process of several that share a database and a store. */
export interface ApiProcess {
  url: string;
  /** Originals that it has put into the store so far. */
  puts(): Promise<number>;
  stop(): Promise<void>;
}

export async function startApiProcess(t: Tributary): Promise<ApiProcess> {
  let output = '';
  const child: ChildProcess = fork(MAIN, ['api'], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      ...t.env,
      TRIBUTARY_SUPERVISOR: String(process.pid),
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: ['--import', COUNT_PUTS],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output = (output + chunk).slice(-4_000);
    });
  }
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`an API process ended (${code}):\n${output}`)));
    child.on('message', (message: { type?: string; port?: number }) => {
      if (message.type === 'ready' && message.port !== undefined) resolve(message.port);
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    puts: () =>
      new Promise((resolve) => {
        const heard = (message: { puts?: number }): void => {
          if (message.puts === undefined) return;
          child.off('message', heard);
          resolve(message.puts);
        };
        child.on('message', heard);
        child.send('puts?');
      }),
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}
