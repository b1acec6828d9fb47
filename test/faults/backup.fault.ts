import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runBackup, runRestore } from '../../cli/backup.ts';
import { readConfig } from '../../config.ts';
import { type PhotoServer, startPhotoServer } from '../hosting/photoServer.ts';
import { picture, pictures } from '../hosting/pictures.ts';
import { createTestDatabase, type TestDatabase } from '../hosting/stack.ts';
import { type ImportBody, startTributary, type Tributary } from '../hosting/tributary.ts';
import { tell } from './report.ts';

const FILES = 200;
const SEED = 740_000;

describe('a backup taken in the middle of an import', () => {
  let photos: PhotoServer;
  let t: Tributary;
  let restored: Tributary | undefined;
  let empty: TestDatabase;
  let dir: string;

  before(async function () {
    this.timeout(400_000);
    dir = await mkdtemp(path.join(tmpdir(), 'tributary-backup-'));
    photos = await startPhotoServer(await pictures(FILES, SEED), 100);
    empty = await createTestDatabase();
    t = await startTributary();
  });
  after(async () => {
    await t?.close();
    await restored?.close();
    await empty?.drop();
    await photos?.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('restores into an empty installation, where the import goes on to its end and the audit is clean', async function () {
    this.timeout(500_000);
    const first = await t.upload(await picture(SEED - 1), 'before.jpg');
    const { asset_id: asset } = (await first.json()) as { asset_id: number };
    const id = await t.startImport(photos.url);
    let processed = 0;
    while (processed < 20) {
      await sleep(50);
      processed = (await t.get<ImportBody>(`/imports/${id}`)).processed_files;
    }
    const taken = await runBackup(t.config, path.join(dir, 'one'), true);
    assert.equal(taken.objects?.wrongCount, 0, JSON.stringify(taken.objects));
    assert.ok(taken.manifest.objects.count > 20 && taken.manifest.objects.included);
    await assert.rejects(runBackup(t.config, path.join(dir, 'one'), false), /not empty/);
    await assert.rejects(runRestore(t.config, path.join(dir, 'one')), /in use/);

    // Nothing of the old one: neither its database, nor its objects, nor its workflows.
    restored = await startTributary({ parts: [], databaseUrl: empty.url });
    const config = readConfig({ ...restored.env, DATABASE_URL: empty.url });
    const report = await runRestore(config, path.join(dir, 'one'));
    assert.equal(report.woken.imports, 1);
    assert.equal(report.objects.copied, taken.manifest.objects.count);
    const [left] = await restored.db.run(
      (sql) => sql<{ pending: number; final: number }[]>`
        select count(*) filter (where state = 'pending') as pending, count(*) filter (where state <> 'pending') as final
        from import_items`,
    );
    for (const part of ['api', 'io', 'cpu'] as const) await restored.start(part);
    const job = await restored.waitImport(id);
    assert.equal((await restored.get<{ status: string }>(`/retrieve/asset/${asset}`)).status, 'ready');
    const again = await restored.upload(await picture(SEED - 1), 'again.jpg');
    assert.equal(((await again.json()) as { asset_id: number }).asset_id, asset, 'known by its content');
    const audit = await restored.audit();
    tell(
      {
        test: 'backup',
        seed: SEED,
        injected: `backup after ${processed} of ${FILES} items, restored into an empty installation`,
        figures: {
          objects: taken.manifest.objects.count,
          items_final_in_backup: left?.final,
          items_pending_in_backup: left?.pending,
          stored: job.stored_files,
          fetches: photos.asked.length,
        },
      },
      audit,
    );
    assert.ok((left?.pending ?? 0) > 0, 'the import was over before the backup was taken');
    assert.equal(job.stored_files, FILES, JSON.stringify(job));
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});
