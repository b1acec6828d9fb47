import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PURGE_FAILPOINTS } from '../../domain/failpoints.ts';
import { picture } from '../hosting/pictures.ts';
import { purgeAll, readyAsset, waitPurge } from '../hosting/purging.ts';
import { APART, startTributary, type Tributary } from '../hosting/tributary.ts';
import { tell } from './report.ts';

const PICTURES = 6;

describe('F36: a purge cut off half-way', () => {
  let t: Tributary;

  before(async function () {
    this.timeout(300_000);
    t = await startTributary({ parts: APART });
  });
  after(() => t.close());

  for (const [index, point] of PURGE_FAILPOINTS.entries()) {
    it(`goes on after a power cut at "${point}" and leaves nothing`, async function () {
      this.timeout(240_000);
      const tenant = `cut-${index}`;
      const ids: number[] = [];
      for (let seed = 0; seed < PICTURES; seed += 1) {
        ids.push(await readyAsset(t, await picture(3_600 + index * 50 + seed), tenant));
      }
      await t.kill('io', 'SIGTERM');
      await t.start('io', { TRIBUTARY_FAILPOINT: point });
      const purge = await purgeAll(t, tenant);
      const mark = path.join(t.config.dataDir, `failpoint-${point}`);
      while (!existsSync(mark)) await sleep(20);
      await sleep(100);
      // What is being deleted is shown to nobody, also while nobody works on it.
      for (const id of ids) {
        const seen = await fetch(`${t.url}/retrieve/rendition/${id}/thumb`);
        await seen.arrayBuffer();
        assert.equal(seen.status, 404);
      }
      const started = performance.now();
      await t.start('io');
      const { report } = await waitPurge(t, purge);
      const seconds = (performance.now() - started) / 1_000;
      assert.deepEqual([report?.deleted, report?.skipped], [PICTURES, {}]);
      const rows = await t.db.run(
        (sql) => sql<{ tenantId: string; state: string; exif: object; name: string; renditions: number }[]>`
          select a.tenant_id as "tenantId", a.state, a.exif, a.name,
            (select count(*) from renditions r where r.asset_id = a.id) as renditions
          from assets a where a.id = any(${ids}::bigint[])`,
      );
      assert.equal(rows.length, PICTURES);
      let residue = 0;
      for await (const _object of t.objects.list(`${rows[0]!.tenantId}/`)) residue += 1;
      for (const row of rows) {
        assert.deepEqual([row.state, row.exif, row.name, row.renditions], ['deleted', {}, '', 0]);
      }
      const audit = await t.audit();
      tell(
        {
          test: 'F36',
          injected: { kill: point },
          figures: { residue, deleted: report?.deleted, seconds_to_finish: Number(seconds.toFixed(1)) },
        },
        audit,
      );
      assert.equal(residue, 0);
      assert.ok(audit.clean, JSON.stringify(audit));
    });
  }
});
