import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { BATCH_SIZE } from '../domain/limits.ts';
import type { Benchmark, Line } from './benchmark.ts';
import { entryOf, startChild } from './child.ts';
import type { Lab } from './lab.ts';
import { interleaved } from './measure/rounds.ts';
import { median, sum } from './measure/statistics.ts';
import { type Timed, timed } from './measure/timed.ts';
import { type GrainSettings, QUEUE } from './t2/settings.ts';
import type { finely, inBatches } from './t2/workflows.ts';

const ROUNDS = 5;

async function run(lab: Lab): Promise<Line[]> {
  const { files } = await lab.photos();
  const temporal = await lab.temporal();
  const settings: GrainSettings = {
    address: temporal.address,
    scratchDir: path.join(lab.scratchDir, 'grain'),
    decoders: lab.decoders,
  };
  const worker = startChild(entryOf('t2', 'worker'), { args: [JSON.stringify(settings)] });
  const connection = await Connection.connect({ address: temporal.address });
  try {
    await worker.next();
    const { workflow } = new Client({ connection });
    let started = 0;
    const start = () => {
      started += 1;
      return { taskQueue: QUEUE, workflowId: `bench-grain:${started}` };
    };
    const measured = async (work: () => Promise<number>) =>
      perPicture(await timed({ worker: [worker.pid], temporal: [temporal.pid] }, work));
    const variants = {
      fused: () =>
        measured(() =>
          workflow.execute<typeof inBatches>('inBatches', { ...start(), args: [files, BATCH_SIZE / 2] }),
        ),
      fine: () =>
        measured(() =>
          workflow.execute<typeof finely>('finely', { ...start(), args: [files, lab.decoders] }),
        ),
    };
    await interleaved(1, variants);
    const taken = await interleaved(ROUNDS, variants);
    const [fused, fine] = [median(taken.fused), median(taken.fine)];
    return [
      {
        id: 'T2',
        what: 'one activity a batch | six activities a picture',
        ours: `${fused.toFixed(1)} CPU-ms`,
        peer: `${fine.toFixed(1)} CPU-ms`,
        value: fine / fused,
        gate: { kind: 'at-least', limit: 2, unit: '×' },
        note: `${files.length} pictures, worker and Temporal; no download, no rows`,
      },
    ];
  } finally {
    await connection.close();
    await worker.stop();
  }
}

function perPicture({ result, cpuMs }: Timed<number>): number {
  return sum(Object.values(cpuMs)) / result;
}

export const grain: Benchmark = { id: 'T2', title: 'Grain', run };
