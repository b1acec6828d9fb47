import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPhotoServer } from '../hosting/photoServer.ts';
import { folderOf, pictures } from '../hosting/pictures.ts';
import { APART, type ImportBody, startTributary, type Tributary } from '../hosting/tributary.ts';

describe('steering an import', () => {
  let t: Tributary;
  const folders: string[] = [];
  const closers: (() => Promise<void>)[] = [];

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ parts: APART });
  });

  after(async () => {
    await t.close();
    for (const close of closers) await close();
    for (const folder of folders) await rm(folder, { recursive: true });
  });

  async function serve(count: number, from: number, delayMs: number) {
    const server = await startPhotoServer(await pictures(count, from), delayMs);
    closers.push(server.close);
    return server;
  }

  it('pauses, stays paused over a restart of the workers, and goes on', async function () {
    this.timeout(240_000);
    const server = await serve(150, 1_000, 30);
    const id = await t.startImport(server.url);
    while ((await t.get<ImportBody>(`/imports/${id}`)).processed_files === 0) await sleep(20);
    const paused = await t.post<ImportBody>(`/imports/${id}/pause`);
    assert.equal(paused.status, 'paused');
    // What was in flight is finished, nothing new begins.
    let before = -1;
    for (let now = -2; now !== before; await sleep(1_500)) {
      before = now;
      now = (await t.get<ImportBody>(`/imports/${id}`)).processed_files;
    }
    await t.kill('io', 'SIGTERM');
    await t.start('io');
    const still = await t.get<ImportBody>(`/imports/${id}`);
    assert.equal(still.status, 'paused');
    assert.equal(still.processed_files, before);
    assert.ok(still.pending_files > 0);
    assert.equal((await t.post<ImportBody>(`/imports/${id}/resume`)).status, 'processing');
    const job = await t.waitImport(id);
    assert.equal(job.stored_files, 150);
  });

  it('cancels: what runs is finished, the rest is skipped with the reason', async function () {
    this.timeout(180_000);
    const server = await serve(200, 2_000, 30);
    const id = await t.startImport(server.url);
    while ((await t.get<ImportBody>(`/imports/${id}`)).processed_files === 0) await sleep(20);
    await t.post(`/imports/${id}/cancel`);
    const job = await t.waitImport(id);
    assert.equal(job.status, 'cancelled');
    assert.ok(job.stored_files > 0 && job.skipped_files > 0, JSON.stringify(job));
    assert.equal(job.stored_files + job.skipped_files, 200);
    assert.equal(job.pending_files, 0);
    await assert.rejects(t.post(`/imports/${id}/resume`), /409/);
  });

  it('gives failed items another round', async function () {
    this.timeout(240_000);
    const server = await serve(20, 3_000, 0);
    for (const name of ['IMG_3003.JPG', 'IMG_3007.JPG']) server.broken.set(name, 503);
    const id = await t.startImport(server.url);
    const job = await t.waitImport(id);
    assert.equal(job.status, 'completed');
    assert.deepEqual([job.stored_files, job.failed_files], [18, 2]);
    assert.deepEqual(server.tries('IMG_3003.JPG'), 4, 'once, and again after 2, 4 and 8 seconds');
    const poison = await t.db.run(
      (sql) => sql`select reason, attempts from poison_jobs where import_id = ${id}`,
    );
    assert.deepEqual(
      poison.map((row) => ({ ...row })),
      [
        { reason: 'source_error', attempts: 4 },
        { reason: 'source_error', attempts: 4 },
      ],
    );
    server.broken.clear();
    await t.post(`/imports/${id}/retry-failed`);
    const again = await t.waitImport(id);
    while ((await t.get<ImportBody>(`/imports/${id}`)).stored_files < 20) await sleep(50);
    assert.equal(again.total_files, 20);
    const left = await t.db.run(
      (sql) => sql`select count(*)::int as n from poison_jobs where import_id = ${id}`,
    );
    assert.equal(left[0]?.['n'], 0);
  });

  it('ends clean', async () => {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });

  it('answers progress from the running workflow', async function () {
    this.timeout(180_000);
    const folder = await folderOf(await pictures(60, 4_000));
    folders.push(folder);
    const id = await t.startImport(folder);
    const handle = t.client.workflow.getHandle(`import:${id}`);
    let slots: number | undefined;
    while (slots === undefined)
      slots = await handle.query<{ slots: number }>('progress').then(
        (p) => p.slots,
        () => undefined,
      );
    assert.ok(slots <= 60);
    await t.waitImport(id);
    const done = await handle.query<{ slots: number; listingComplete: boolean; batchesInFlight: number }>(
      'progress',
    );
    assert.deepEqual([done.slots, done.listingComplete, done.batchesInFlight], [60, true, 0]);
  });
});
