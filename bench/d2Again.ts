import { rm } from 'node:fs/promises';
import type { Benchmark, Line } from './benchmark.ts';
import type { Lab } from './lab.ts';
import { median, sum } from './measure/statistics.ts';
import { tellParts } from './measure/tellParts.ts';
import { timed } from './measure/timed.ts';
import { importThrough } from './stack/import.ts';

/** 192 pictures, as T1: the beginning and the end of an import weigh little. */
const COPIES = 8;
const ROUNDS = 3;

/** Content that the library has, from a place that it does not know: downloaded, hashed, recognised. */
async function run(lab: Lab): Promise<Line[]> {
  const { files } = await lab.photos();
  const address = await lab.addressOf('photos', COPIES);
  // The same files under another address, so that the ledger of the first is of no help.
  const elsewhere = address.replace(/\/(\d+)\/$/, '/0$1/');
  const [stack, db, temporal, postgres] = [
    await lab.stack(),
    await lab.db(),
    await lab.temporal(),
    await lab.postgres(),
  ];
  const expected = files.length * COPIES;
  const [io = 0, cpu = 0] = stack.workerPids;
  const groups = { io: [io], cpu: [cpu], temporal: [temporal.pid], postgres: [postgres.pid] };

  /** CPU-milliseconds a picture, of each part. */
  type Parts = Record<string, number>;

  async function cpuMs(from: string, tenant: string, outcome: 'stored' | 'duplicate'): Promise<Parts> {
    const pass = await timed(
      groups,
      async () => (await importThrough(stack, db, from, tenant)).counts[outcome],
    );
    if (pass.result !== expected)
      throw new Error(`${pass.result} of ${expected} pictures ended as ${outcome}.`);
    return Object.fromEntries(Object.entries(pass.cpuMs).map(([name, ms]) => [name, ms / expected]));
  }

  const first: Parts[] = [];
  const again: Parts[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const taken = [
      await cpuMs(address, `again-${round}`, 'stored'),
      await cpuMs(elsewhere, `again-${round}`, 'duplicate'),
    ] as const;
    // The first round warms everything up.
    if (round > 0) {
      first.push(taken[0]);
      again.push(taken[1]);
    }
    await rm(stack.objectsDir, { recursive: true, force: true });
  }
  const all = (passes: Parts[]): number => median(passes.map((parts) => sum(Object.values(parts))));
  return [
    {
      id: 'D2',
      what: 'known content again | the first time, CPU',
      ours: `${all(again).toFixed(1)} CPU-ms`,
      peer: `${all(first).toFixed(1)} CPU-ms`,
      value: all(first) / all(again),
      gate: { kind: 'at-least', limit: 8, unit: '×' },
      note: `${expected} pictures, downloaded both times; ${tellParts(again)}${stack.compiled ? '' : '; from source'}`,
    },
  ];
}

export const again: Benchmark = { id: 'D2', title: 'Known content again', run };
