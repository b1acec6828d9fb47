/** One variant over the given files, four at a time, in a process of its own; then its peak memory. */
import { readFile } from 'node:fs/promises';
import pLimit from 'p-limit';
import sharp from 'sharp';
import { renderBuffer } from '../../imaging/render.ts';
import { readMiB } from '../measure/processes.ts';
import { threePipelines } from '../peers/threePipelines.ts';

const AT_ONCE = 4;

const VARIANTS: Record<string, (bytes: Buffer) => Promise<unknown>> = {
  ours: (bytes) => renderBuffer(bytes, { fileName: 'a.jpg', modifiedAt: null, timezone: null }),
  async naive(bytes) {
    for (const { encode } of threePipelines) await encode(bytes);
  },
};

const [variant = '', files = '[]'] = process.argv.slice(2);
const render = VARIANTS[variant];
if (render === undefined) throw new Error(`There is no variant "${variant}".`);
sharp.cache(false);
sharp.concurrency(1);
const limit = pLimit(AT_ONCE);
await Promise.all(
  (JSON.parse(files) as string[]).map((file) => limit(async () => render(await readFile(file)))),
);
process.send?.({ peakMiB: readMiB('self', 'status', 'VmHWM') });
process.disconnect();
