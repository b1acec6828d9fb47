import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPhotoServer } from '../hosting/photoServer.ts';
import { picture, pictures } from '../hosting/pictures.ts';
import { importWithAllCuts } from '../hosting/steps.ts';
import { APART, type ImportBody, startTributary, type Tributary } from '../hosting/tributary.ts';

describe('crashes', () => {
  let t: Tributary;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ parts: APART });
  });

  after(async () => {
    await t.close();
  });

  // One import for each step, several times: test:faults.
  it('nothing is lost or doubled by power cuts after every step of the protocol', async function () {
    this.timeout(400_000);
    const { job } = await importWithAllCuts(t, 100);
    assert.deepEqual([job.stored_files, job.duplicate_files], [3, 1], JSON.stringify(job));
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });

  for (const point of ['claim', 'put', 'commit'] as const) {
    it(`an upload cut off after "${point}" can be sent again and is one asset`, async function () {
      this.timeout(180_000);
      await rm(path.join(t.config.dataDir, `failpoint-${point}`), { force: true });
      const bytes = await picture(9_000 + point.length);
      await t.kill('api', 'SIGTERM');
      await t.start('api', { TRIBUTARY_FAILPOINT: point });
      await assert.rejects(t.upload(bytes, 'cut.jpg'));
      await t.start('api');
      const response = await t.upload(bytes, 'cut.jpg');
      assert.equal(response.status, 200);
      const { asset_id } = (await response.json()) as { asset_id: number };
      while ((await t.get<{ status: string }>(`/retrieve/asset/${asset_id}`)).status !== 'ready')
        await sleep(50);
      const report = await t.audit();
      assert.ok(report.clean, JSON.stringify(report));
    });
  }

  it('goes on after workers are killed again and again in the middle', async function () {
    this.timeout(400_000);
    const photos = await startPhotoServer(await pictures(240, 20_000));
    const id = await t.startImport(photos.url);
    for (const part of ['cpu', 'io', 'cpu'] as const) {
      const before = (await t.get<ImportBody>(`/imports/${id}`)).processed_files;
      let now = before;
      for (let i = 0; i < 600 && now === before && now < 240; i += 1) {
        await sleep(50);
        now = (await t.get<ImportBody>(`/imports/${id}`)).processed_files;
      }
      await t.kill(part, 'SIGKILL');
      await t.start(part);
    }
    const job = await t.waitImport(id);
    assert.equal(job.stored_files, 240);
    assert.ok(photos.asked.length <= 240 * 1.25, `${photos.asked.length} files fetched for 240`);
    await photos.close();
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });
});
