import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Benchmark, Line } from './benchmark.ts';
import type { Lab } from './lab.ts';
import { interleaved } from './measure/rounds.ts';
import { median, sum } from './measure/statistics.ts';
import { type Timed, timed } from './measure/timed.ts';

const ROUNDS = 5;
/** Every picture twice: passes of two seconds and more, whatever the machine. */
const COPIES = 2;

interface Pass {
  cpuMs: number;
  perSecond: number;
  postgresMs: number;
  foreign: number;
}

function pass({ result, wallMs, cpuMs, foreign }: Timed<number>): Pass {
  return {
    cpuMs: sum(Object.values(cpuMs)) / result,
    perSecond: (result / wallMs) * 1_000,
    postgresMs: (cpuMs['postgres'] ?? 0) / result,
    foreign,
  };
}

async function run(lab: Lab): Promise<Line[]> {
  const { files } = await lab.photos();
  const address = await lab.addressOf('photos', COPIES);
  const postgres = await lab.postgres();
  const [fused, steps, bare] = [
    await lab.loop('fused'),
    await lab.loop('stepByStep'),
    await lab.loop('bare'),
  ];
  let passes = 0;
  const importing = async (loop: typeof fused, name: 'fused' | 'stepByStep'): Promise<Pass> => {
    passes += 1;
    const tenant = `${name}-${passes}`;
    const done = await timed({ loop: [loop.pid], postgres: [postgres.pid] }, async () => {
      return (await loop.run({ kind: 'import', address, tenant })).pictures;
    });
    // Passes leave gigabytes behind otherwise.
    await rm(path.join(lab.scratchDir, `${name}-objects`), { recursive: true, force: true });
    return pass(done);
  };
  const variants = {
    fused: () => importing(fused, 'fused'),
    steps: () => importing(steps, 'stepByStep'),
    bare: async () =>
      pass(
        await timed({ loop: [bare.pid] }, async () => {
          return (await bare.run({ kind: 'files', files, times: COPIES })).pictures;
        }),
      ),
  };
  await interleaved(2, variants);
  const taken = await interleaved(ROUNDS, variants);
  const cpu = (name: keyof typeof taken): number => median(taken[name].map(({ cpuMs }) => cpuMs));
  const shown = (name: keyof typeof taken): string =>
    `${cpu(name).toFixed(1)} CPU-ms, ${median(taken[name].map(({ perSecond }) => perSecond)).toFixed(1)}/s`;
  const foreign = median(Object.values(taken).flatMap((all) => all.map((one) => one.foreign)));
  const db = median(taken.fused.map(({ postgresMs }) => postgresMs)).toFixed(1);
  const note = `${files.length * COPIES} pictures a pass, client and Postgres (${db} CPU-ms), without the web server; foreign load ${foreign.toFixed(1)} cores`;
  return [
    {
      id: 'E1',
      what: 'HTTP to stored, rendered and recorded | a step at a time',
      ours: shown('fused'),
      peer: shown('steps'),
      value: cpu('steps') / cpu('fused'),
      gate: { kind: 'at-least', limit: 2.2, unit: '×' },
      note,
    },
    {
      id: 'E2',
      what: 'end to end | renditions alone, same files',
      ours: shown('fused'),
      peer: shown('bare'),
      value: cpu('bare') / cpu('fused'),
      gate: { kind: 'at-least', limit: 0.8, unit: '×' },
      note,
    },
  ];
}

export const endToEnd: Benchmark = { id: 'E1/E2', title: 'End to end', run };
