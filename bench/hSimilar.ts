import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { hammingDistance } from '../domain/likeness.ts';
import type { Pixels } from '../imaging/pixels.ts';
import { PLAN } from '../imaging/plan.ts';
import { renderPlan } from '../imaging/render.ts';
import { perceptualHash } from '../imaging/steps/phash.ts';
import { createDatabase, type Sql } from '../stores/postgres/database.ts';
import { ensureTenant } from '../stores/tenants.ts';
import type { Benchmark, Line } from './benchmark.ts';
import type { Lab } from './lab.ts';
import { median, percentile, sum } from './measure/statistics.ts';

const ROUNDS = 5;
const HASHES = 1_000_000;
const AT_ONCE = 100_000;
const LOOKUPS = 200;
const SCANS = 7;

/** The card's pixels are there when the pipeline takes the hash; everybody else has to decode first. */
const TO_CARD = PLAN.slice(
  0,
  PLAN.findIndex(({ name }) => name === 'phash'),
);

async function fromOriginal(bytes: Buffer): Promise<string> {
  const { data, info } = await sharp(bytes, { autoOrient: true })
    .resize(32, 32, { fit: 'fill' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return perceptualHash({ data, width: info.width, height: info.height, channels: 3 });
}

async function cpuMs<T>(work: () => Promise<T> | T): Promise<{ result: T; ms: number }> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, ms: (user + system) / 1_000 };
}

async function hashing(lab: Lab): Promise<Line> {
  sharp.cache(false);
  sharp.concurrency(1);
  const { files } = await lab.photos();
  const pictures = await Promise.all(
    files.map(async (file): Promise<{ bytes: Buffer; card: Pixels }> => {
      const bytes = await readFile(file);
      return { bytes, card: (await renderPlan(bytes, TO_CARD)).work.pixels };
    }),
  );
  const ours: number[] = [];
  const theirs: number[] = [];
  const distances: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { bytes, card } of pictures) {
      const mine = await cpuMs(() => perceptualHash(card));
      const peer = await cpuMs(() => fromOriginal(bytes));
      ours.push(mine.ms);
      theirs.push(peer.ms);
      distances.push(hammingDistance(mine.result, peer.result));
    }
  }
  const [our, their] = [sum(ours) / ours.length, sum(theirs) / theirs.length];
  const apart = Math.max(...distances);
  return {
    id: 'H1',
    what: 'perceptual hash from the card | from the original',
    ours: `${our.toFixed(2)} CPU-ms`,
    peer: `${their.toFixed(1)} CPU-ms`,
    // A hash that says something else is not faster.
    value: apart <= 2 ? their / our : 0,
    gate: { kind: 'at-least', limit: 10, unit: '×' },
    note: `${files.length} drawn 12 MP JPEGs; the hashes differ in at most ${apart} of 64 bits (≤ 2)`,
  };
}

/** A million hashes of noise in a tenant of their own. Their assets are left out: nothing here looks at them. */
async function fill(tx: Sql, tenantId: string, from: number): Promise<void> {
  await tx`set local session_replication_role = replica`;
  await tx`
    insert into asset_phashes (asset_id, tenant_id, phash, leads)
    select ${HASHES} * 1000 + n, ${tenantId}, ('x' || left(md5(n::text), 16))::bit(64), 63
    from generate_series(${from}::integer, ${from + AT_ONCE - 1}::integer) n`;
}

async function searching(lab: Lab): Promise<Line[]> {
  const { url } = await lab.postgres();
  const db = createDatabase({ url, pool: 1, deadlineMs: 120_000, applicationName: 'bench' });
  lab.atEnd(() => db.close());
  const { id: tenantId } = await db.run((sql) => ensureTenant(sql, 'bench-similar'));
  lab.tell(`storing ${HASHES} hashes`);
  for (let from = 0; from < HASHES; from += AT_ONCE) await db.tx((tx) => fill(tx, tenantId, from));
  await db.run((sql) => sql`vacuum analyze asset_phashes`);
  const clock = async (work: (sql: Sql) => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await db.run(work);
    return performance.now() - start;
  };
  const lookups = new Map<number, number[]>([
    [6, []],
    [10, []],
  ]);
  for (let n = -20; n < LOOKUPS; n += 1) {
    for (const [within, times] of lookups) {
      const took = await clock(
        (sql) => sql`
          select asset_id, distance from near_phashes(${tenantId}, ('x' || left(md5(${`no ${n}`}), 16))::bit(64), ${within})`,
      );
      if (n >= 0) times.push(took);
    }
  }
  const scans: number[] = [];
  for (let n = -1; n < SCANS; n += 1) {
    const took = await clock(
      (sql) => sql`
        select asset_id, bit_count(phash # ('x' || left(md5(${`no ${n}`}), 16))::bit(64)) from asset_phashes
        where tenant_id = ${tenantId} and bit_count(phash # ('x' || left(md5(${`no ${n}`}), 16))::bit(64)) <= 6`,
    );
    if (n >= 0) scans.push(took);
  }
  await db.tx(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`delete from asset_phashes where tenant_id = ${tenantId}`;
  });
  const scan = median(scans);
  return [...lookups].flatMap(([within, times]): Line[] => [
    {
      id: `H2 d=${within}`,
      what: 'similar pictures among a million: index | bit_count scan',
      ours: `${median(times).toFixed(2)} ms`,
      peer: `${scan.toFixed(1)} ms`,
      value: scan / median(times),
      gate: { kind: 'at-least', limit: 10, unit: '×' },
      note: `warm, one connection, 99th percentile ${percentile(times, 0.99).toFixed(1)} ms`,
    },
  ]);
}

export const similar: Benchmark = {
  id: 'H1/H2',
  title: 'Near-duplicates',
  run: async (lab) => [await hashing(lab), ...(await searching(lab))],
};
