import { proxyActivities } from '@temporalio/workflow';
import type { FineActivities, FusedActivities } from './activities.ts';

const fine = proxyActivities<FineActivities>({ startToCloseTimeout: '5 minutes' });
const fused = proxyActivities<FusedActivities>({ startToCloseTimeout: '5 minutes' });

/** Six activities a picture, some pictures at the same time. */
export async function finely(files: string[], atOnce: number): Promise<number> {
  const waiting = [...files];
  const carry = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      await fine.hash(file);
      await fine.metadata(file);
      await fine.zoom(file);
      await fine.card(file);
      await fine.thumb(file);
      await fine.phash(file);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, carry));
  return files.length;
}

/** One activity for so many pictures, two such batches at the same time. */
export async function inBatches(files: string[], size: number): Promise<number> {
  const batches = Array.from({ length: Math.ceil(files.length / size) }, (_, at) =>
    files.slice(at * size, (at + 1) * size),
  );
  let done = 0;
  const carry = async (): Promise<void> => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      // Not in one expression: the other carrier adds to it while this one waits.
      const rendered = await fused.everything(batch);
      done += rendered;
    }
  };
  await Promise.all([carry(), carry()]);
  return done;
}
