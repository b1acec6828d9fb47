import { execFile } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { findVenv, ORACLE } from '../../cli/setup/pythonVenv.js';
import type { Model } from '../../detection/detector.ts';
import type { FoundBox } from '../../domain/detector.ts';

const SCRIPT = path.resolve(import.meta.dirname, 'fixtures/oracle.py');

const cacheDir = (): string =>
  path.resolve(process.env['TRIBUTARY_CACHE'] || path.join(os.homedir(), '.cache', 'tributary'));

/** The Python that `npm test` sets up; `null`: it could not. */
export const oraclePython = (): Promise<string | null> => findVenv(ORACLE, { cacheDir: cacheDir() });

/** What the same models say of the same pictures, or of a part of them, by other libraries, for each job in order. */
export async function askOracle(
  python: string,
  jobs: readonly { model: Model; picture: string; box?: readonly number[] }[],
): Promise<FoundBox[][]> {
  const lines = jobs.map(({ model, picture, box }) =>
    JSON.stringify({ model: model.path, manifest: model.manifest, picture, box }),
  );
  const output = await new Promise<string>((resolve, reject) => {
    const child = execFile(python, [SCRIPT], { maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`The oracle failed: ${stderr.slice(-2_000)}`));
    });
    child.stdin?.end(lines.join('\n'));
  });
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as FoundBox[]);
}
