import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FAILPOINTS, type StoreFailpoint } from '../../domain/failpoints.ts';
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

/** Every step, in the order in which an import comes to them, by the process that takes it. */
const CHAINS = {
  io: FAILPOINTS.filter((point) => PART[point] === 'io'),
  cpu: FAILPOINTS.filter((point) => PART[point] === 'cpu'),
};

/** Pictures that one import with a cut brings in, and one more with the bytes of the first. */
export const CUT_PICTURES = 3;

/**
 * Imports a folder of its own while the process that takes this step is cut off right after it, as by a power cut, and
 * started again.
 * @param seed of pictures that no other import has
 * @returns how the import ended, and how long it took from the new start on
 */
export function importWithCut(
  t: Tributary,
  point: StoreFailpoint,
  seed: number,
): Promise<{ job: ImportBody; doneMs: number }> {
  return importWhile(t, seed, () => cutOneByOne(t, PART[point], [point]));
}

/** The same with every step after which it may be cut, one after the other, in one import. */
export function importWithAllCuts(t: Tributary, seed: number): Promise<{ job: ImportBody; doneMs: number }> {
  return importWhile(t, seed, async () => {
    const chains = await Promise.all([cutOneByOne(t, 'io', CHAINS.io), cutOneByOne(t, 'cpu', CHAINS.cpu)]);
    return async () => {
      await Promise.all(chains.map((cuts) => cuts()));
    };
  });
}

/**
 * Lets a process be cut after the first of these steps.
 * @returns what waits for that, starts it again to be cut after the next one, and after the last for good
 */
async function cutOneByOne(
  t: Tributary,
  part: Part,
  points: readonly StoreFailpoint[],
): Promise<() => Promise<void>> {
  const marks = points.map((point) => path.join(t.config.dataDir, `failpoint-${point}`));
  for (const mark of marks) await rm(mark, { force: true });
  const startFor = (point: StoreFailpoint | undefined) =>
    t.start(part, point === undefined ? {} : { TRIBUTARY_FAILPOINT: point });
  await t.kill(part, 'SIGTERM');
  await startFor(points[0]);
  return async () => {
    for (const [index, mark] of marks.entries()) {
      while (!existsSync(mark)) await sleep(20);
      await sleep(100);
      await startFor(points[index + 1]);
    }
  };
}

async function importWhile(
  t: Tributary,
  seed: number,
  prepare: () => Promise<() => Promise<void>>,
): Promise<{ job: ImportBody; doneMs: number }> {
  const files = await pictures(CUT_PICTURES, seed);
  const folder = await folderOf({ ...files, 'same.jpg': Object.values(files)[0]! });
  try {
    const cuts = await prepare();
    const id = await t.startImport(folder);
    await cuts();
    const cut = performance.now();
    const job = await t.waitImport(id);
    return { job, doneMs: performance.now() - cut };
  } finally {
    await rm(folder, { recursive: true });
  }
}
