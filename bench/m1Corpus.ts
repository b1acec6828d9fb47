import { rm } from 'node:fs/promises';
import type { Benchmark, Line } from './benchmark.ts';
import type { Lab } from './lab.ts';
import { watchMemory } from './measure/watchMemory.ts';
import { importThrough } from './stack/import.ts';

/** What a thousand odd and hostile files do to the memory of the workers. Needs the corpus beside the checkout. */
async function run(lab: Lab): Promise<Line[]> {
  const corpus = await lab.besideCheckout('corpus', 'files');
  if (corpus === null) {
    lab.tell('M1 corpus: left out, there is no ../shared/corpus');
    return [];
  }
  const [stack, db] = [await lab.stack(), await lab.db()];
  const watch = watchMemory(stack.workerPids);
  const start = performance.now();
  const { counts } = await importThrough(stack, db, corpus.dir, 'corpus');
  const seconds = (performance.now() - start) / 1_000;
  const { rssMiB, pssMiB, processes } = watch.stop();
  await rm(stack.objectsDir, { recursive: true, force: true });
  const { total, stored, rejected, duplicate, skipped, failed } = counts;
  return [
    {
      id: 'M1 corpus',
      what: 'both workers and their decoders, peak sum, odd files',
      ours: `${rssMiB.toFixed(0)} MiB`,
      peer: '',
      value: rssMiB,
      gate: { kind: 'at-most', limit: 1_200, unit: 'MiB' },
      note: `${processes} processes, ${pssMiB.toFixed(0)} MiB with shared pages counted once; ${total} files in ${seconds.toFixed(0)} s: ${stored} stored, ${rejected} rejected, ${duplicate} duplicate, ${skipped} skipped, ${failed} failed${stack.compiled ? '' : '; from source'}`,
    },
  ];
}

export const corpus: Benchmark = { id: 'M1-corpus', title: 'Memory over the corpus', run };
