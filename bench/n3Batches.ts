import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openSession } from '../detection/child/session.ts';
import type { Pixels } from '../imaging/pixels.ts';
import { putModel } from '../test/hosting/models.ts';
import type { Benchmark, Line } from './benchmark.ts';
import { interleaved } from './measure/rounds.ts';
import { median } from './measure/statistics.ts';
import { denseModel } from './n/denseModel.ts';

const ROUNDS = 5;
const BATCHES = [1, 4, 8] as const;
/** Pictures of a round: a multiple of each batch. */
const SIZES = [
  { side: 128, pictures: 160 },
  { side: 640, pictures: 16 },
] as const;

const cpuMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
};

/** What a picture costs a processor when several are looked at in one call, from pixels to boxes. */
async function run(): Promise<Line[]> {
  const dir = await mkdtemp(path.join(tmpdir(), 'bench-n3-'));
  try {
    const lines: Line[] = [];
    for (const { side, pictures } of SIZES) {
      const pixels: Pixels = {
        data: Buffer.alloc(side * side * 3, 90),
        width: side,
        height: side,
        channels: 3,
      };
      const measureWith = async (batch: number) => {
        const more = { input: { width: side, height: side }, batch };
        const model = await putModel(
          path.join(dir, `${side}-${batch}`),
          'yolov5',
          denseModel(side, 'n'),
          more,
        );
        const session = await openSession(model.path, model.manifest, 1);
        const some = new Array<Pixels>(batch).fill(pixels);
        return async (): Promise<number> => {
          const before = process.cpuUsage();
          for (let done = 0; done < pictures; done += batch) await session.detect(some);
          return cpuMs(before) / pictures;
        };
      };
      const [one, four, eight] = await Promise.all(BATCHES.map(measureWith));
      if (one === undefined || four === undefined || eight === undefined)
        throw new Error('Nothing to measure.');
      const seen = await interleaved(ROUNDS, { one, four, eight });
      const ms = (who: keyof typeof seen): number => median(seen[who]);
      for (const [who, batch] of [
        ['four', 4],
        ['eight', 8],
      ] as const) {
        lines.push({
          id: `N3 ${side}/${batch}`,
          what: `${batch} pictures a call | one a call`,
          note: `dense model at ${side}, one thread, from pixels to boxes`,
          ours: `${ms(who).toFixed(2)} CPU-ms`,
          peer: `${ms('one').toFixed(2)} CPU-ms`,
          value: ms(who) / ms('one'),
          gate: null,
        });
      }
    }
    return lines;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

export const batches: Benchmark = { id: 'N3', title: 'Several pictures a call', run };
