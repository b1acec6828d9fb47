import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { choosePorts } from '../../cli/embedded/ports.ts';
import { findVersitygwBinary } from '../../cli/setup/versitygwBinary.js';

/** A real S3 server on a free loopback port. */
export interface S3Server {
  /** `http://127.0.0.1:<port>`. */
  endpoint: string;
  accessKey: string;
  secretKey: string;
  stop(): Promise<void>;
}

/** The server's program, which `npm test` builds; `null` where that was not possible. */
export const versitygwBinary = (): Promise<string | null> =>
  findVersitygwBinary({
    cacheDir: path.resolve(process.env['TRIBUTARY_CACHE'] || path.join(os.homedir(), '.cache', 'tributary')),
  });

/**
 * @param options.root Directories in it are buckets, files in those are objects: a file that is simply put there is
 *   served too, without an entity tag. The file system must know extended attributes.
 */
export async function startVersitygw(options: { root: string }): Promise<S3Server> {
  const binary = await versitygwBinary();
  if (binary === null) throw new Error('versitygw is not built');
  await mkdir(options.root, { recursive: true });
  const { port } = await choosePorts(['port']);
  const [accessKey, secretKey] = [`AK${randomBytes(8).toString('hex')}`, randomBytes(20).toString('hex')];
  const child = spawn(
    binary,
    ['--port', `127.0.0.1:${port}`, '--quiet', '--keep-alive', '--health', '/healthy', 'posix', options.root],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'], ROOT_ACCESS_KEY: accessKey, ROOT_SECRET_KEY: secretKey },
    },
  );
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-4_000);
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const healthy = () =>
    fetch(`${endpoint}/healthy`).then(
      (answer) => answer.ok,
      () => false,
    );
  for (let tries = 0; !(await healthy()); tries++) {
    if (child.exitCode !== null || tries > 400) {
      child.kill('SIGKILL');
      throw new Error(`versitygw did not start: ${said}`);
    }
    await sleep(25);
  }
  return {
    endpoint,
    accessKey,
    secretKey,
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 2_000);
      await exited;
      clearTimeout(late);
    },
  };
}
