import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Benchmark, Line } from './benchmark.ts';
import { celeryMissing, startCelery } from './celery/peer.ts';
import { type Lab, suspendedByLoad } from './lab.ts';
import { interleaved } from './measure/rounds.ts';
import { median, sum } from './measure/statistics.ts';
import { timed } from './measure/timed.ts';
import { importThrough } from './stack/import.ts';

const ROUNDS = 3;
/** As many pictures an import as T1 takes, so that its start counts as little. */
const COPIES = 8;
const WHAT = 'import through Temporal | Celery, Redis and Pillow, throughput';

function skipped(reason: string): Line {
  return { id: 'C1', what: WHAT, ours: '', peer: '', value: null, gate: null, note: `skipped: ${reason}` };
}

/** The product as a whole beside the usual way of doing the same in Python, one task for each picture. */
async function run(lab: Lab): Promise<Line[]> {
  const python = process.env['BENCH_PYTHON'] ?? 'python3';
  const missing = await celeryMissing(python);
  if (missing !== null) return [skipped(missing)];
  const address = await lab.addressOf('photos', COPIES);
  const [postgres, temporal, db, stack] = [
    await lab.postgres(),
    await lab.temporal(),
    await lab.db(),
    await lab.stack(),
  ];
  const dir = path.join(lab.scratchDir, 'celery');
  await mkdir(dir, { recursive: true });
  // As many processes as the machine has cores; ours has one decoder more.
  const celery = await startCelery(python, dir, lab.decoders - 1);
  lab.atEnd(() => celery.stop());
  const ourPids = [...stack.workerPids, temporal.pid, postgres.pid];
  const measured = async (manner: 'step-by-step' | 'one-decode') => {
    const work = () => celery.bringIn(address, manner);
    const { result, cpuMs, foreign } = await timed({ all: celery.pids }, work);
    await rm(celery.filesDir, { recursive: true, force: true });
    const { pictures, seconds } = result;
    return { perSecond: pictures / seconds, cpuMs: sum(Object.values(cpuMs)) / pictures, foreign };
  };
  let passes = 0;
  const variants = {
    async ours() {
      passes += 1;
      const done = await timed({ all: ourPids }, async () => {
        return (await importThrough(stack, db, address, `celery-${passes}`)).counts.stored;
      });
      await rm(stack.objectsDir, { recursive: true, force: true });
      const { result, wallMs, cpuMs, foreign } = done;
      return { perSecond: (result / wallMs) * 1_000, cpuMs: sum(Object.values(cpuMs)) / result, foreign };
    },
    steps: () => measured('step-by-step'),
    decode: () => measured('one-decode'),
  };
  await interleaved(1, variants);
  const taken = await interleaved(ROUNDS, variants);
  type Name = keyof typeof taken;
  const speed = (name: Name): number => median(taken[name].map(({ perSecond }) => perSecond));
  const shown = (name: Name): string =>
    `${speed(name).toFixed(1)}/s, ${median(taken[name].map(({ cpuMs }) => cpuMs)).toFixed(0)} CPU-ms`;
  const foreign = median(Object.values(taken).flatMap((all) => all.map((one) => one.foreign)));
  const note = `the peer writes no rows, syncs nothing and takes no MD5; servers included, foreign load ${foreign.toFixed(1)} cores`;
  const ours = shown('ours');
  return [
    {
      ...{ id: 'C1', what: WHAT, ours, peer: shown('steps'), note },
      value: speed('ours') / speed('steps'),
      gate: { kind: 'at-least', limit: 4, unit: '×', ...suspendedByLoad(foreign) },
    },
    {
      ...{ id: 'C1 decode', what: 'the same | Pillow with one decode', ours, peer: shown('decode'), note },
      value: speed('ours') / speed('decode'),
      gate: null,
    },
  ];
}

export const celery: Benchmark = { id: 'C1', title: 'Celery and Pillow', run };
