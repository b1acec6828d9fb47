import { randomBytes, randomUUID } from 'node:crypto';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'minio';
import { originalKey } from '../stores/objects/keys.ts';
import { createS3Store } from '../stores/objects/s3.ts';
import { startBucket } from '../test/hosting/bucket.ts';
import { versitygwBinary } from '../test/hosting/versitygw.ts';
import type { Benchmark, Line } from './benchmark.ts';
import type { Lab } from './lab.ts';
import { interleaved } from './measure/rounds.ts';
import { median } from './measure/statistics.ts';

const ROUNDS = 7;
/** Small files are for information: deadlines and the look cost more there than the bytes. */
const SIZES = [
  { mark: '3.5 MB', bytes: 3_500_000, puts: 12, judged: true },
  { mark: '25 KB', bytes: 25_000, puts: 80, judged: false },
] as const;

/** CPU-ms of this process for each put. */
async function cpuMs(puts: number, work: (at: number) => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let at = 0; at < puts; at += 1) await work(at);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / puts;
}

async function run(lab: Lab): Promise<Line[]> {
  if ((await versitygwBinary()) === null) {
    lab.tell('S1 is left out: versitygw is not built');
    return [];
  }
  const bucket = await startBucket();
  lab.atEnd(() => bucket.stop());
  const dir = path.join(lab.scratchDir, 's1');
  await mkdir(dir, { recursive: true });
  const { bucket: name, endpoint, ...settings } = bucket.settings;
  const store = await createS3Store({ ...bucket.settings, scratchDir: dir });
  const { hostname, port } = new URL(endpoint);
  const minio = new Client({ endPoint: hostname, port: Number(port), useSSL: false, ...settings });
  const tenant = randomUUID();
  const lines: Line[] = [];
  for (const { mark, bytes, puts, judged } of SIZES) {
    const kept = path.join(dir, `of-${bytes}`);
    await writeFile(kept, randomBytes(bytes));
    const file = (at: number): string => path.join(dir, `put-${at}`);
    const key = (): string => originalKey(tenant, randomUUID());
    const copies = () => Promise.all(Array.from({ length: puts }, (_, at) => copyFile(kept, file(at))));
    const variants = {
      ours: (at: number) => store.putFile(key(), file(at), 'image/jpeg'),
      // The same guarantee, as far as its answers allow.
      looked: async (at: number) => {
        const where = key();
        await minio.fPutObject(name, where, file(at), { 'Content-Type': 'image/jpeg' });
        await minio.statObject(name, where);
        await rm(file(at));
      },
      bare: async (at: number) => {
        await minio.fPutObject(name, key(), file(at), { 'Content-Type': 'image/jpeg' });
        await rm(file(at));
      },
    };
    const timed = (work: (at: number) => Promise<unknown>) => async (): Promise<number> => {
      await copies();
      return cpuMs(puts, work);
    };
    const rounds = {
      ours: timed(variants.ours),
      looked: timed(variants.looked),
      bare: timed(variants.bare),
    };
    for (const warm of Object.values(rounds)) await warm();
    const figures = await interleaved(ROUNDS, rounds);
    const [ours, looked, bare] = [median(figures.ours), median(figures.looked), median(figures.bare)];
    const ms = (value: number): string => `${value.toFixed(2)} CPU-ms`;
    lines.push(
      {
        id: `S1 ${mark}`,
        what: 'put a file and look | the same with minio',
        ours: ms(ours),
        peer: ms(looked),
        value: looked / ours,
        gate: judged ? { kind: 'at-least', limit: 1, unit: '×' } : null,
        note: `${puts} puts a round, in turn, to versitygw on this machine; client alone`,
      },
      {
        id: `S1 ${mark} bare`,
        what: 'put a file and look | minio without a look',
        ours: ms(ours),
        peer: ms(bare),
        value: bare / ours,
        gate: null,
        note: 'what the look costs beside a client that believes every answer',
      },
    );
  }
  return lines;
}

export const storage: Benchmark = { id: 'S1', title: 'objects into a bucket', run };
