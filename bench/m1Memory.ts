import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { DECODE_MEMORY_MIB, DECODE_TIMEOUT_MS } from '../domain/limits.ts';
import { ALLOCATOR } from '../imaging/child/start.ts';
import { createDecoder } from '../imaging/pool.ts';
import type { Benchmark, Line } from './benchmark.ts';
import { entryOf, startChild } from './child.ts';
import type { Lab } from './lab.ts';
import { takeSnapshot } from './measure/processes.ts';
import { interleaved } from './measure/rounds.ts';
import { median } from './measure/statistics.ts';
import { type MemoryPeak, watchMemory } from './measure/watchMemory.ts';

const ROUNDS = 3;
const AT_ONCE = 4;
/** Each picture twice: 48 files. */
const COPIES = 2;

async function peakOf(variant: 'ours' | 'naive', files: readonly string[]): Promise<number> {
  const env = variant === 'ours' ? ALLOCATOR : {};
  const child = startChild(entryOf('m1', 'renderer'), { args: [variant, JSON.stringify(files)], env });
  try {
    return (await child.next<{ peakMiB: number }>()).peakMiB;
  } finally {
    await child.stop();
  }
}

/** What the confinement to processes of their own costs: the same work by as many decoding children. */
async function peakOfPool(lab: Lab, files: readonly string[]): Promise<MemoryPeak> {
  const before = new Set(takeSnapshot().pidsOf(process.pid));
  const decoder = createDecoder({
    children: AT_ONCE,
    memoryMib: DECODE_MEMORY_MIB,
    timeoutMs: DECODE_TIMEOUT_MS,
  });
  const render = async (inputPath: string, index: number): Promise<void> => {
    const outputDir = path.join(lab.scratchDir, `memory-${index}`);
    await mkdir(outputDir, { recursive: true });
    const job = { inputPath, outputDir, fileName: 'a.jpg', modifiedAt: null, timezone: null };
    const result = await decoder.render(job, new AbortController().signal);
    if (!result.ok) throw new Error(result.detail);
  };
  try {
    await Promise.all(files.slice(0, AT_ONCE).map(render));
    const children = takeSnapshot()
      .pidsOf(process.pid)
      .filter((pid) => !before.has(pid));
    const watch = watchMemory(children);
    await Promise.all(files.map(render));
    return watch.stop();
  } finally {
    await decoder.close();
  }
}

async function run(lab: Lab): Promise<Line[]> {
  const drawn = (await lab.photos()).files;
  const files = Array.from({ length: COPIES }, () => drawn).flat();
  const taken = await interleaved(ROUNDS, {
    ours: () => peakOf('ours', files),
    naive: () => peakOf('naive', files),
  });
  const [ours, naive] = [median(taken.ours), median(taken.naive)];
  const pool = await peakOfPool(lab, files);
  const fourAtOnce = `${files.length} files, ${AT_ONCE} at a time`;
  return [
    {
      id: 'M1',
      what: 'renderer in one process | three pipelines, peak memory',
      ours: `${ours.toFixed(0)} MiB`,
      peer: `${naive.toFixed(0)} MiB`,
      value: ours / naive,
      gate: { kind: 'at-most', limit: 0.75, unit: '×' },
      note: `${fourAtOnce}; VmHWM of a process of its own`,
    },
    {
      id: 'M1 pool',
      what: 'four decoding children, peak sum',
      ours: `${pool.rssMiB.toFixed(0)} MiB`,
      peer: '',
      value: null,
      gate: null,
      note: `${fourAtOnce}; ${pool.pssMiB.toFixed(0)} MiB with shared pages counted once`,
    },
  ];
}

export const memory: Benchmark = { id: 'M1', title: 'Memory', run };
