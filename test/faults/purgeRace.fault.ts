import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { picture } from '../hosting/pictures.ts';
import { purgeAll, readyAsset, waitPurge } from '../hosting/purging.ts';
import { seeded } from '../hosting/seeded.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { tell } from './report.ts';

const SEED = 35;
const ROUNDS = 200;
/** Rounds beside each other, each with a tenant and a picture of its own. */
const LANES = 8;

interface Live {
  id: number;
  state: string;
}

describe('F35: purging what is uploaded at the same moment', () => {
  let t: Tributary;

  before(async function () {
    this.timeout(300_000);
    t = await startTributary();
  });
  after(() => t.close());

  it(`ends deleted or as one live, readable asset, ${ROUNDS} times`, async function () {
    this.timeout(900_000);
    const random = seeded(SEED);
    const anomalies: string[] = [];
    const figures = { deleted: 0, live: 0, trashed: 0, refused: 0, purges: 0, skipped: 0 };

    const live = (tenant: string): Promise<Live[]> =>
      t.db.run(
        (sql) => sql<Live[]>`
          select a.id, a.state from assets a join tenants t on t.id = a.tenant_id
          where t.name = ${tenant} and a.state not in ('deleted', 'rejected') order by a.id`,
      );

    async function round(tenant: string, bytes: Uint8Array, sha256: string): Promise<void> {
      // What is uploaded while nothing else goes on has to be there afterwards.
      const id = await readyAsset(t, bytes, tenant);
      const later = <T>(work: () => Promise<T>): Promise<T> => sleep(random() * 60).then(work);
      const purges: string[] = [];
      const uploads: Response[] = [];
      const upload = () => later(() => t.upload(bytes, 'race.jpg', tenant)).then((r) => uploads.push(r));
      const purge = () => later(() => purgeAll(t, tenant)).then((purged) => purges.push(purged));
      await Promise.all([
        later(() => fetch(`${t.url}/images/${id}`, { method: 'DELETE' })),
        upload(),
        purge(),
        upload(),
        ...(random() < 0.5 ? [purge(), upload()] : []),
      ]);
      for (const response of uploads) {
        if (response.status === 409) figures.refused += 1;
        else if (response.status !== 200) anomalies.push(`${tenant}: upload ${response.status}`);
      }
      for (const purged of purges) {
        const { report } = await waitPurge(t, purged);
        figures.purges += 1;
        for (const count of Object.values(report?.skipped ?? {})) figures.skipped += count;
      }
      let left = await live(tenant);
      for (let i = 0; i < 400 && left.some(({ state }) => state === 'pending'); i += 1) {
        await sleep(25);
        left = await live(tenant);
      }
      const [one] = left;
      if (left.length > 1) anomalies.push(`${tenant}: ${left.length} live assets`);
      if (one === undefined) {
        figures.deleted += 1;
        return;
      }
      if (one.state === 'trashed') {
        figures.trashed += 1;
        return;
      }
      if (one.state !== 'ready') anomalies.push(`${tenant}: asset ${one.id} is ${one.state}`);
      figures.live += 1;
      const original = await fetch(`${t.url}/retrieve/original/${one.id}`);
      const body = Buffer.from(await original.arrayBuffer());
      if (createHash('sha256').update(body).digest('hex') !== sha256)
        anomalies.push(`${tenant}: other bytes`);
      const thumb = await fetch(`${t.url}/retrieve/rendition/${one.id}/thumb`);
      await thumb.arrayBuffer();
      if (thumb.status !== 200) anomalies.push(`${tenant}: thumb ${thumb.status}`);
    }

    await Promise.all(
      Array.from({ length: LANES }, async (_each, lane) => {
        const bytes = await picture(3_500 + lane, 200, 150);
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        for (let n = lane; n < ROUNDS; n += LANES) await round(`race-${lane}`, bytes, sha256);
      }),
    );
    const audit = await t.audit();
    tell(
      {
        test: 'F35',
        seed: SEED,
        injected: { rounds: ROUNDS },
        figures: { ...figures, anomalies: anomalies.length },
      },
      audit,
    );
    assert.deepEqual(anomalies, []);
    assert.equal(figures.deleted + figures.live + figures.trashed, ROUNDS);
    assert.ok(figures.deleted > 0 && figures.live > 0, 'both ends were met');
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});
