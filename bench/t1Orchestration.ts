import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Benchmark, Gate, Line } from './benchmark.ts';
import { type Lab, suspendedByLoad } from './lab.ts';
import { interleaved } from './measure/rounds.ts';
import { median, sum } from './measure/statistics.ts';
import { tellParts } from './measure/tellParts.ts';
import { timed } from './measure/timed.ts';
import { type MemoryPeak, watchMemory } from './measure/watchMemory.ts';
import { importThrough } from './stack/import.ts';

const ROUNDS = 4;
/** 192 pictures, eight batches: the beginning and the end of an import weigh little. */
const COPIES = 8;

interface Pass {
  perSecond: number;
  cpuMs: number;
  foreign: number;
  idle: number;
  parts: Record<string, number>;
}

async function run(lab: Lab): Promise<Line[]> {
  const address = await lab.addressOf('photos', COPIES);
  const [postgres, temporal, db, stack] = [
    await lab.postgres(),
    await lab.temporal(),
    await lab.db(),
    await lab.stack(),
  ];
  const fused = await lab.loop('fused');
  const expected = (await lab.photos()).files.length * COPIES;
  let passes = 0;
  const memory: MemoryPeak[] = [];

  async function measured(groups: Record<string, number[]>, work: () => Promise<number>): Promise<Pass> {
    const { result, wallMs, cpuMs, foreign, idle } = await timed(groups, work);
    if (result !== expected) throw new Error(`${result} of ${expected} pictures were stored.`);
    return {
      perSecond: (result / wallMs) * 1_000,
      cpuMs: sum(Object.values(cpuMs)) / result,
      foreign,
      idle,
      parts: Object.fromEntries(Object.entries(cpuMs).map(([name, ms]) => [name, ms / result])),
    };
  }

  const variants = {
    async through(): Promise<Pass> {
      passes += 1;
      const [io = 0, cpu = 0] = stack.workerPids;
      const watch = watchMemory(stack.workerPids);
      const groups = { io: [io], cpu: [cpu], temporal: [temporal.pid], postgres: [postgres.pid] };
      const pass = await measured(groups, async () => {
        return (await importThrough(stack, db, address, `through-${passes}`)).counts.stored;
      });
      memory.push(watch.stop());
      await rm(stack.objectsDir, { recursive: true, force: true });
      return pass;
    },
    async direct(): Promise<Pass> {
      passes += 1;
      const groups = { loop: [fused.pid], postgres: [postgres.pid] };
      const order = { kind: 'import', address, tenant: `direct-${passes}` } as const;
      const pass = await measured(groups, async () => (await fused.run(order)).pictures);
      await rm(path.join(lab.scratchDir, 'fused-objects'), { recursive: true, force: true });
      return pass;
    },
  };
  await interleaved(1, variants);
  const taken = await interleaved(ROUNDS, variants);

  type Name = keyof typeof taken;
  const of = (name: Name, what: (pass: Pass) => number): number => median(taken[name].map(what));
  const cpu = (name: Name): number => of(name, (pass) => pass.cpuMs);
  const speed = (name: Name): number => of(name, (pass) => pass.perSecond);
  const foreign = median([...taken.through, ...taken.direct].map((pass) => pass.foreign));
  const parts = (name: Name): string => tellParts(taken[name].map((pass) => pass.parts));
  const gate: Gate = { kind: 'at-least', limit: 0.9, unit: '×' };
  const pictures = `${expected} pictures an import`;
  const peak = (what: keyof MemoryPeak): number => Math.max(...memory.map((one) => one[what]));
  return [
    {
      id: 'T1 cpu',
      what: 'import through Temporal | raw loop, CPU',
      ours: `${cpu('through').toFixed(1)} CPU-ms`,
      peer: `${cpu('direct').toFixed(1)} CPU-ms`,
      value: cpu('direct') / cpu('through'),
      gate,
      note: `${pictures}; ${parts('through')} | ${parts('direct')}${stack.compiled ? '' : '; from source'}`,
    },
    {
      id: 'T1 wall',
      what: 'import through Temporal | raw loop, throughput',
      ours: `${speed('through').toFixed(1)}/s`,
      peer: `${speed('direct').toFixed(1)}/s`,
      value: speed('through') / speed('direct'),
      gate: { ...gate, ...suspendedByLoad(foreign) },
      note: `${pictures}; foreign load ${foreign.toFixed(1)} cores, idle ${of('through', (pass) => pass.idle).toFixed(2)} | ${of('direct', (pass) => pass.idle).toFixed(2)}`,
    },
    {
      id: 'T1 rss',
      what: 'both workers and their decoders, peak sum',
      ours: `${peak('rssMiB').toFixed(0)} MiB`,
      peer: '',
      value: peak('rssMiB'),
      gate: { kind: 'at-most', limit: 1_200, unit: 'MiB' },
      note: `${peak('processes')} processes; ${peak('pssMiB').toFixed(0)} MiB with shared pages counted once${stack.compiled ? '' : '; from source'}`,
    },
  ];
}

export const orchestration: Benchmark = { id: 'T1', title: 'Orchestration', run };
