import { mkdir, statfs } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../config.ts';
import { loadRuntime } from '../../detection/runtime.ts';
import { DECODE_MEMORY_MIB, INFERENCE_MEMORY_MIB } from '../../domain/limits.ts';
import { startChild } from '../../imaging/child/start.ts';
import { createDriverChoice } from '../../workers/captureDriver.ts';
import { type Answer, type Finding, fail, look, ok, warn } from './finding.ts';

const GIB = 2 ** 30;
const SPACE_WARN = 5 * GIB;
const SPACE_FAIL = GIB / 2;

async function space(dir: string): Promise<Answer> {
  await mkdir(dir, { recursive: true });
  const { bavail, bsize } = await statfs(dir);
  const free = bavail * bsize;
  const told = `${(free / GIB).toFixed(1)} GiB are free in ${dir}`;
  const mend = 'Make room there, or set TRIBUTARY_DATA (and STORAGE_PATH, for originals) to a larger disk.';
  if (free < SPACE_FAIL) return fail(told, mend);
  return free < SPACE_WARN ? warn(told, mend) : ok(told);
}

/** A child under the limit that it has at work, brought up and ended. */
async function child(script: string, name: string, memoryMib: number): Promise<Answer> {
  const ending = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  const entry = fileURLToPath(new URL(`../../${script}${ending}`, import.meta.url));
  const started = startChild({ entry, memoryMib, name });
  try {
    await started.ready;
    return ok(`starts within ${memoryMib} MiB`);
  } finally {
    await started.kill();
  }
}

const CHILD_MEND =
  'Is the installation complete (npm ci), made on this kind of machine, and does nothing limit the processes of this user?';

/** Everything about this machine: what is installed on it, and what room there is. */
export async function lookAtMachine(config: Config): Promise<Finding[]> {
  const { ffmpegPath } = config.capture;
  return [
    await look('disk', 'Is TRIBUTARY_DATA a directory that this user may write to?', () =>
      space(config.dataDir),
    ),
    await look('image decoder', CHILD_MEND, () =>
      child('imaging/child/entry', 'image decoder', DECODE_MEMORY_MIB),
    ),
    await look('inference process', CHILD_MEND, () =>
      child('detection/child/entry', 'inference process', INFERENCE_MEMORY_MIB),
    ),
    await look('inference runtime', '', async () =>
      loadRuntime().then(
        () => ok('onnxruntime-node is installed'),
        () =>
          warn(
            'onnxruntime-node is not installed, so no model can look at pictures',
            'Run: npm install onnxruntime-node',
          ),
      ),
    ),
    await look('camera driver', '', async () =>
      createDriverChoice(config.capture)().then(
        (driver) => ok(`${driver.name} reads cameras`),
        (error: Error) =>
          warn(
            error.message,
            `Only cameras need it: install FFmpeg 5.1 or newer${ffmpegPath === null ? '' : ' or mend FFMPEG_PATH'}.`,
          ),
      ),
    ),
  ];
}
