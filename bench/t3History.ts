import type { WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { batchesFor } from '../domain/batchGrid.ts';
import { bundleWorkflows } from '../workers/bundle.ts';
import { batchWorkflowId, importWorkflowId } from '../workflows/ids.ts';
import type { Benchmark, Line } from './benchmark.ts';
import type { Lab } from './lab.ts';
import { median, sum } from './measure/statistics.ts';
import { timed } from './measure/timed.ts';
import { importThrough } from './stack/import.ts';
import type { Stack } from './stack/stack.ts';

/** 25 small pictures, each so often: 1,000. */
const COPIES = 40;
const REPLAYS = 5;

interface Run {
  workflowId: string;
  runId: string;
  events: number;
  bytes: number;
}

/** All runs of a workflow id, the latest first. */
async function runsOf({ client }: Stack, workflowId: string): Promise<Run[]> {
  const runs: Run[] = [];
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
    const { historyLength, historySize } = await client.workflow.getHandle(workflowId, runId).describe();
    runs.push({ workflowId, runId, events: historyLength, bytes: historySize ?? 0 });
  }
  return runs;
}

/** CPU-ms of each replay by one worker; the first, which pays for the worker's start, is left out. */
async function replayTimes(
  history: Awaited<ReturnType<WorkflowHandle['fetchHistory']>>,
  workflowId: string,
): Promise<number[]> {
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const workflowBundle = { code: await bundleWorkflows() };
  const same = Array.from({ length: REPLAYS + 1 }, () => ({ workflowId, history }));
  const times: number[] = [];
  let start = process.cpuUsage();
  for await (const { error } of Worker.runReplayHistories({ workflowBundle }, same)) {
    if (error !== undefined) throw error;
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1_000);
    start = process.cpuUsage();
  }
  return times.slice(1);
}

async function run(lab: Lab): Promise<Line[]> {
  const [stack, db, temporal] = [await lab.stack(), await lab.db(), await lab.temporal()];
  const address = await lab.addressOf('small', COPIES);
  const imported = await timed({ workers: stack.workerPids, temporal: [temporal.pid] }, () =>
    importThrough(stack, db, address, 'history'),
  );
  const { importId, counts } = imported.result;
  const batches = batchesFor(2, counts.total);
  // Listings come from visibility, which lags behind the end of a workflow.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const runs = [await runsOf(stack, importWorkflowId(importId))];
  for (let batch = 0; batch < batches; batch += 1) {
    runs.push(await runsOf(stack, batchWorkflowId(importId, batch)));
  }
  const all = runs.flat();
  if (all.length < batches + 1) throw new Error(`Only ${all.length} of ${batches + 1} workflows were found.`);
  const per1000 = 1_000 / counts.total;
  const events = sum(all.map((one) => one.events)) * per1000;
  const kilobytes = (sum(all.map((one) => one.bytes)) * per1000) / 1_000;

  const largest = all.reduce((one, other) => (other.events > one.events ? other : one));
  const history = await stack.client.workflow.getHandle(largest.workflowId, largest.runId).fetchHistory();
  const replays = await replayTimes(history, largest.workflowId);

  const cpu = sum(Object.values(imported.cpuMs)) / counts.total;
  const note = `${counts.stored} of ${counts.total} small pictures stored, ${batches} batches`;
  return [
    {
      id: 'T3 events',
      what: 'history of 1,000 images',
      ours: `${events.toFixed(0)} events`,
      peer: '',
      value: events,
      gate: { kind: 'at-most', limit: 2_000, unit: 'events' },
      note: `${note}; ${cpu.toFixed(1)} CPU-ms an image in the workers and Temporal`,
    },
    {
      id: 'T3 bytes',
      what: 'size of that history',
      ours: `${kilobytes.toFixed(0)} kB`,
      peer: '',
      value: kilobytes,
      gate: { kind: 'at-most', limit: 1_000, unit: 'kB' },
      note: 'import and batches together',
    },
    {
      id: 'T3 replay',
      what: 'replay of its largest run',
      ours: `${median(replays).toFixed(0)} CPU-ms`,
      peer: '',
      value: median(replays) / 1_000,
      gate: { kind: 'at-most', limit: 0.3, unit: 's' },
      note: `${largest.events} events; without the start of a worker`,
    },
  ];
}

export const history: Benchmark = { id: 'T3', title: 'History', run };
