/**
 * Benchmarks with their peers in the same run. Prints a table (and one JSON line each with `--json`); ends with 1 when
 * a gate fails. docs/performance.md says what each figure means.
 */
import { loadConfig } from '../config.ts';
import { apiLoad } from './a1Api.ts';
import { readArguments } from './arguments.ts';
import { type Benchmark, judge, type Line } from './benchmark.ts';
import { celery } from './c1Celery.ts';
import { again } from './d2Again.ts';
import { endToEnd } from './eEndToEnd.ts';
import { similar } from './hSimilar.ts';
import { openLab } from './lab.ts';
import { corpus } from './m1Corpus.ts';
import { memory } from './m1Memory.ts';
import { preprocess } from './n1Preprocess.ts';
import { inference } from './n2Inference.ts';
import { batches } from './n3Batches.ts';
import { listing } from './p1Listing.ts';
import { finding } from './q1Finding.ts';
import { immich } from './r3Immich.ts';
import { quality } from './r4Quality.ts';
import { hostile } from './r5Hostile.ts';
import { renditions } from './rRenditions.ts';
import { storage } from './s1Storage.ts';
import { latency } from './t1Latency.ts';
import { orchestration } from './t1Orchestration.ts';
import { grain } from './t2Grain.ts';
import { history } from './t3History.ts';
import { formatTable } from './table.ts';
import { capture } from './v1Capture.ts';
import { cameras } from './v2Cameras.ts';

const BENCHMARKS: readonly Benchmark[] = [
  renditions,
  similar,
  immich,
  quality,
  hostile,
  memory,
  endToEnd,
  grain,
  orchestration,
  latency,
  history,
  again,
  listing,
  finding,
  storage,
  capture,
  cameras,
  preprocess,
  inference,
  batches,
  corpus,
  celery,
  apiLoad,
];

async function runAll(chosen: readonly Benchmark[], stop: AbortSignal): Promise<Line[]> {
  const lab = await openLab((line) => console.error(line), loadConfig().cacheDir);
  const lines: Line[] = [];
  // Stopping the servers makes whatever runs fail, which is how an interrupted run ends.
  stop.addEventListener('abort', () => void lab.close(), { once: true });
  try {
    for (const { id, title, run } of chosen) {
      console.error(`${id}: ${title}`);
      const start = performance.now();
      lines.push(...(await run(lab)));
      console.error(`${id}: ${((performance.now() - start) / 1_000).toFixed(0)} s`);
    }
  } finally {
    await lab.close();
  }
  return lines;
}

async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2), BENCHMARKS);
  if (typeof given === 'string') {
    console.log(given);
    return given.startsWith('There is no') ? 2 : 0;
  }
  if (process.platform !== 'linux') {
    console.error('The benchmarks read CPU time and memory from /proc, which only Linux has.');
    return 2;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const lines = await runAll(given.chosen, stop.signal);
  console.log(formatTable(lines));
  if (given.json) for (const line of lines) console.log(JSON.stringify({ ...line, verdict: judge(line) }));
  return lines.some((line) => judge(line) === 'FAIL') ? 1 : 0;
}

process.exitCode = await main();
