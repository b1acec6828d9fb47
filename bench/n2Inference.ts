import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import sharp from 'sharp';
import { openSession } from '../detection/child/session.ts';
import { createDetector } from '../detection/pool.ts';
import { INFERENCE_MEMORY_MIB } from '../domain/limits.ts';
import { putModel } from '../test/hosting/models.ts';
import type { Benchmark, Line } from './benchmark.ts';
import { type Lab, suspendedByLoad } from './lab.ts';
import { interleaved } from './measure/rounds.ts';
import { median } from './measure/statistics.ts';
import { timed } from './measure/timed.ts';
import { denseModel } from './n/denseModel.ts';

const ROUNDS = 5;
const PICTURES = 40;
const SIDE = 640;
const SESSIONS = 2;
const NEVER = new AbortController().signal;

interface Seen {
  perSecond: number;
  lagMs: number;
  foreign: number;
}

async function measured(work: () => Promise<unknown>): Promise<Seen> {
  const lag = monitorEventLoopDelay({ resolution: 1 });
  lag.enable();
  const { wallMs, foreign } = await timed({}, work);
  lag.disable();
  return { perSecond: (PICTURES / wallMs) * 1_000, lagMs: lag.max / 1e6, foreign };
}

/** Sessions in processes of their own beside one in the thread that everything else runs in. */
async function run(_lab: Lab): Promise<Line[]> {
  const dir = await mkdtemp(path.join(tmpdir(), 'bench-n2-'));
  const detector = createDetector({ sessions: SESSIONS, memoryMib: INFERENCE_MEMORY_MIB, timeoutMs: 60_000 });
  try {
    const model = await putModel(dir, 'yolov5', denseModel(SIDE), { input: { width: SIDE, height: SIDE } });
    const picture = path.join(dir, 'zoom.jpg');
    await sharp({ create: { width: 1_200, height: 900, channels: 3, background: '#406030' } })
      .jpeg({ quality: 80 })
      .toFile(picture);
    const session = await openSession(model.path, model.manifest, 1);
    const all = Array.from({ length: PICTURES }, () => picture);
    await Promise.all([detector.open(model, NEVER), detector.open(model, NEVER)]);
    await Promise.all(all.slice(0, 4).map((file) => detector.detect(model, file, NEVER)));
    const seen = await interleaved(ROUNDS, {
      pool: () => measured(() => Promise.all(all.map((file) => detector.detect(model, file, NEVER)))),
      thread: () =>
        measured(async () => {
          for (const file of all) {
            const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
            await session.detect([{ data, width: info.width, height: info.height, channels: 3 }]);
          }
        }),
    });
    const of = (what: keyof Seen, who: keyof typeof seen): number =>
      median(seen[who].map((one) => one[what]));
    const foreign = Math.max(of('foreign', 'pool'), of('foreign', 'thread'));
    const note = `4 GFLOP at ${SIDE}, decode and input included; ${foreign.toFixed(1)} cores of others`;
    return [
      {
        ...{ id: 'N2', what: `${SESSIONS} inference processes | one session in the main thread`, note },
        ours: `${of('perSecond', 'pool').toFixed(1)}/s`,
        peer: `${of('perSecond', 'thread').toFixed(1)}/s`,
        value: of('perSecond', 'pool') / of('perSecond', 'thread'),
        gate: { kind: 'at-least', limit: 1.7, unit: '×', ...suspendedByLoad(foreign) },
      },
      {
        ...{ id: 'N2 lag', what: 'longest stop of the main loop | the same', note },
        ours: `${of('lagMs', 'pool').toFixed(1)} ms`,
        peer: `${of('lagMs', 'thread').toFixed(1)} ms`,
        value: of('lagMs', 'pool'),
        gate: { kind: 'at-most', limit: 20, unit: 'ms', ...suspendedByLoad(foreign) },
      },
    ];
  } finally {
    await detector.close();
    await rm(dir, { recursive: true, force: true });
  }
}

export const inference: Benchmark = { id: 'N2', title: 'Inference', run };
