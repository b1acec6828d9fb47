import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreFailpoint } from '../../domain/failpoints.ts';
import { folderOf, pictures } from './pictures.ts';
import type { ImportBody, Part, Tributary } from './tributary.ts';

/** Which process takes this step during an import. */
const PART: Record<StoreFailpoint, Part> = {
  list: 'io',
  fetch: 'io',
  claim: 'io',
  put: 'io',
  commit: 'io',
  'rendition-put': 'cpu',
  'rendition-row': 'cpu',
  store: 'io',
};

/** Pictures that one import with a cut brings in, and one more with the bytes of the first. */
export const CUT_PICTURES = 3;

/**
 * Imports a folder of its own while the process that takes this step is cut off right after it, as by a power cut, and
 * started again.
 * @param seed of pictures that no other import has
 * @returns how the import ended, and how long it took from the new start on
 */
export async function importWithCut(
  t: Tributary,
  point: StoreFailpoint,
  seed: number,
): Promise<{ job: ImportBody; doneMs: number }> {
  const part = PART[point];
  const files = await pictures(CUT_PICTURES, seed);
  const folder = await folderOf({ ...files, 'same.jpg': Object.values(files)[0]! });
  const mark = path.join(t.config.dataDir, `failpoint-${point}`);
  try {
    await rm(mark, { force: true });
    await t.kill(part, 'SIGTERM');
    await t.start(part, { TRIBUTARY_FAILPOINT: point });
    const id = await t.startImport(folder);
    while (!existsSync(mark)) await sleep(20);
    await sleep(100);
    const cut = performance.now();
    await t.start(part);
    const job = await t.waitImport(id);
    return { job, doneMs: performance.now() - cut };
  } finally {
    await rm(folder, { recursive: true });
  }
}
