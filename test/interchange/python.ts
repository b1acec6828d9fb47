import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { FORMATS } from '../../cli/setup/formatTools.js';
import { findVenv } from '../../cli/setup/pythonVenv.js';

/** A Python that has frictionless and pycocotools, which `npm test` makes; `null` where that was not possible. */
export const formatTools = (): Promise<string | null> =>
  findVenv(FORMATS, {
    cacheDir: path.resolve(process.env['TRIBUTARY_CACHE'] || path.join(os.homedir(), '.cache', 'tributary')),
  });

/** What a script of this directory prints, which is JSON. */
export async function judge(python: string, script: string, ...args: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(
    python,
    ['-I', path.join(import.meta.dirname, 'python', script), ...args],
    {
      maxBuffer: 64 << 20,
      timeout: 60_000,
    },
  );
  return JSON.parse(stdout);
}

export async function withScratch<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'tributary-formats-'));
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
