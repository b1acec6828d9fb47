import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Leashed, startLeashed } from '../../cli/embedded/leashed.ts';
import { freePort } from '../stack/freePort.ts';

const run = promisify(execFile);
const MODULES = 'celery, imagehash, packaging, PIL, redis, requests';
const START_MS = 30_000;

export interface CeleryPeer {
  pids: readonly number[];
  filesDir: string;
  /** Brings in everything that the listing at this address names; `seconds` from the first task to the last result. */
  bringIn(
    address: string,
    manner: 'step-by-step' | 'one-decode',
  ): Promise<{ pictures: number; seconds: number }>;
  stop(): Promise<void>;
}

/** @returns what is missing on this machine, as a sentence; `null`: nothing */
export async function celeryMissing(python: string): Promise<string | null> {
  const has = (command: string, ...args: string[]): Promise<boolean> =>
    run(command, args).then(
      () => true,
      () => false,
    );
  if (!(await has('redis-server', '--version'))) return 'redis-server is not installed';
  if (!(await has(python, '-c', `import ${MODULES}`)))
    return `${python} does not have all of ${MODULES}; BENCH_PYTHON may name another one`;
  return null;
}

/** A broker and one Celery worker with so many processes. Neither outlives this process. */
export async function startCelery(python: string, dir: string, processes: number): Promise<CeleryPeer> {
  const filesDir = path.join(dir, 'files');
  await mkdir(filesDir, { recursive: true });
  const port = await freePort();
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: dir,
    FILES: filesDir,
    BROKER: `redis://127.0.0.1:${port}/0`,
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const start = (command: string, args: string[], name: string): Promise<Leashed> =>
    startLeashed({
      command,
      args,
      env,
      cwd: import.meta.dirname,
      logFile: path.join(dir, `${name}.log`),
      stop: [{ signal: 'SIGTERM', graceMs: 5_000 }],
      hurry: [],
      removeWhenOrphaned: [dir],
    });
  const redis = await start(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir],
    'redis',
  );
  const app = ['-m', 'celery', '-A', 'pictures'];
  const worker = await start(
    python,
    [...app, 'worker', '--concurrency', String(processes), '--loglevel', 'WARNING'],
    'celery',
  );
  const stop = async (): Promise<void> => {
    await worker.stop();
    await redis.stop();
  };
  const deadline = performance.now() + START_MS;
  const options = { env, cwd: import.meta.dirname };
  while (
    !(await run(python, [...app, 'inspect', 'ping', '--timeout', '2'], options).then(
      () => true,
      () => false,
    ))
  ) {
    if (performance.now() > deadline) {
      await stop();
      throw new Error('The Celery worker does not answer.');
    }
    await sleep(200);
  }
  return {
    pids: [worker.pid, redis.pid],
    filesDir,
    async bringIn(address, manner) {
      const { stdout } = await run(python, ['pictures.py', address, manner], options);
      return JSON.parse(stdout) as { pictures: number; seconds: number };
    },
    stop,
  };
}
