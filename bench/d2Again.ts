import { rm } from 'node:fs/promises';
import type { Benchmark, Line } from './benchmark.ts';
import type { Lab } from './lab.ts';
import { median, sum } from './measure/statistics.ts';
import { timed } from './measure/timed.ts';
import { importThrough } from './stack/import.ts';

const COPIES = 4;
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
  const groups = { workers: [...stack.workerPids], temporal: [temporal.pid], postgres: [postgres.pid] };

  async function cpuMs(from: string, tenant: string, outcome: 'stored' | 'duplicate'): Promise<number> {
    const pass = await timed(
      groups,
      async () => (await importThrough(stack, db, from, tenant)).counts[outcome],
    );
    if (pass.result !== expected)
      throw new Error(`${pass.result} of ${expected} pictures ended as ${outcome}.`);
    return sum(Object.values(pass.cpuMs)) / expected;
  }

  const first: number[] = [];
  const again: number[] = [];
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
  return [
    {
      id: 'D2',
      what: 'known content again | the first time, CPU',
      ours: `${median(again).toFixed(1)} CPU-ms`,
      peer: `${median(first).toFixed(1)} CPU-ms`,
      value: median(first) / median(again),
      gate: { kind: 'at-least', limit: 8, unit: '×' },
      note: `${expected} pictures, downloaded both times${stack.compiled ? '' : '; from source'}`,
    },
  ];
}

export const again: Benchmark = { id: 'D2', title: 'Known content again', run };
