import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { folderOf, picture, pictures } from '../hosting/pictures.ts';
import { type PurgeBody, purgeAll, readyAsset, waitPurge } from '../hosting/purging.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

const run = promisify(execFile);
const KEY = 'a key of thirty-two characters or more';
const MAIN = path.resolve(import.meta.dirname, '../../dist/cli/main.js');

describe('a purge', () => {
  let t: Tributary;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ env: { SECRET_KEY: KEY, PURGE_UNDO_HOURS: '1' } });
  });
  after(() => t.close());

  const status = async (id: number): Promise<string | number> => {
    const response = await fetch(`${t.url}/retrieve/asset/${id}`);
    const body = (await response.json()) as { status: string };
    return response.status === 200 ? body.status : response.status;
  };
  const post = (at: string, body?: object): Promise<Response> =>
    fetch(`${t.url}${at}`, {
      method: 'POST',
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  /** The window is over, as if it had passed. */
  const windowOver = async (id: string): Promise<void> => {
    await waitPurge(t, id, ['hidden']);
    await t.db.run((sql) => sql`update purge_manifests set undo_until = now() where id = ${id}`);
    await t.client.workflow.getHandle(`purge:${id}`).signal('undo');
  };
  async function several(tenant: string, seeds: readonly number[]): Promise<number[]> {
    const ids: number[] = [];
    for (const seed of seeds) ids.push(await readyAsset(t, await picture(seed), tenant));
    return ids;
  }

  it('says what would go and touches nothing when it is a dry run', async () => {
    const ids = await several('dry', [1, 2]);
    const none = await t.post<PurgeBody>('/purge/?dry_run=true&days=30&tenant_name=dry');
    assert.deepEqual([none.dry_run, none.count, none.bytes], [true, 0, 0]);
    const all = await t.post<PurgeBody>('/api/v1/purge/?dry_run=true&days=0&tenant_name=dry');
    assert.deepEqual([all.status, all.count, all.sample_ids], ['listed', 2, ids]);
    assert.ok(all.bytes > 1_000);
    assert.match(all.digest, /^[0-9a-f]{64}$/);
    const { images, total } = await t.get<{
      images: { id: number; thumb_url: string; purge_bytes: number }[];
      total: number;
    }>(`/purges/${all.purge_id}/images`);
    assert.equal(total, 2);
    assert.deepEqual(images.map(({ id }) => id).toSorted(), ids);
    assert.equal(
      images.reduce((sum, image) => sum + image.purge_bytes, 0),
      all.bytes,
    );
    assert.equal((await fetch(`${t.url}${images[0]!.thumb_url}`)).status, 200);
    await t.post('/images/trash', { ids: [images[0]!.id] });
    const after = await t.get<{ images: { id: number; thumb_url: string }[] }>(
      `/purges/${all.purge_id}/images?limit=1`,
    );
    assert.equal(after.images[0]?.thumb_url, `/trash/${images[0]!.id}/thumb`);
    assert.equal((await fetch(`${t.url}${after.images[0]!.thumb_url}`)).status, 200);
    await t.post('/images/restore', { ids: [images[0]!.id] });
    assert.deepEqual([await status(ids[0]!), await status(ids[1]!)], ['ready', 'ready']);
  });

  it('hides at once what is purged directly, and gives it back', async function () {
    this.timeout(240_000);
    const [id, thrownAway] = await several('undo', [11, 12]);
    await fetch(`${t.url}/images/${thrownAway}`, { method: 'DELETE' });
    const response = await post('/purge/?days=0&tenant_name=undo');
    assert.equal(response.status, 202);
    const purge = (await response.json()) as PurgeBody;
    assert.equal(purge.count, 2);
    await waitPurge(t, purge.purge_id, ['hidden']);
    assert.equal(await status(id!), 'trashed');
    assert.equal((await post(`/purges/${purge.purge_id}/undo`)).status, 202);
    const { report } = await waitPurge(t, purge.purge_id);
    assert.deepEqual([report?.outcome, report?.restored, report?.deleted], ['undone', 2, 0]);
    assert.deepEqual([await status(id!), await status(thrownAway!)], ['ready', 'trashed']);
    const { images } = await t.get<{ images: { trashed_by: string }[] }>('/trash?tenant_name=undo');
    assert.equal(images[0]?.trashed_by, 'person');
    assert.equal((await post(`/purges/${purge.purge_id}/undo`)).status, 409);
    const report2 = await t.audit();
    assert.ok(report2.clean, JSON.stringify(report2));
  });

  it('is approved as it was listed, and told twice when most would go', async () => {
    await several('most', [21, 22]);
    const purge = await t.post<PurgeBody>('/purges', { days: 0, tenant_name: 'most' });
    const approve = (body: object) => post(`/purges/${purge.purge_id}/approve`, body);
    assert.equal((await approve({ digest: '0'.repeat(64) })).status, 409);
    assert.equal((await approve({ digest: 'short' })).status, 422);
    assert.equal((await approve({ digest: purge.digest, confirm_count: 3 })).status, 409);
    const refused = await approve({ digest: purge.digest });
    assert.equal(refused.status, 409);
    assert.match(((await refused.json()) as { detail: string }).detail, /2 of the 2 images of "most"/);
    await t.db.run((sql) => sql`update purge_manifests set expires_at = now() where id = ${purge.purge_id}`);
    assert.equal((await approve({ digest: purge.digest, even_if_most: true })).status, 409, 'expired');
    assert.equal(
      (await post('/purges/7d4e2d5e-3d5a-4a53-a6b8-6d6ab9a0b7a1/approve', { digest: purge.digest })).status,
      404,
    );
  });

  it('leaves alone what was used again meanwhile, and says so', async function () {
    this.timeout(240_000);
    const bytes = await picture(31);
    const again = await readyAsset(t, bytes, 'used');
    const restored = await readyAsset(t, await picture(32), 'used');
    const goes = await readyAsset(t, await picture(33), 'used');
    const purge = await t.post<PurgeBody>('/purges', { days: 0, tenant_name: 'used' });
    await t.upload(bytes, 'again.jpg', 'used');
    await t.post(`/purges/${purge.purge_id}/approve`, { digest: purge.digest, even_if_most: true });
    await waitPurge(t, purge.purge_id, ['hidden']);
    await t.post(`/images/${restored}/restore`);
    await windowOver(purge.purge_id);
    const { report } = await waitPurge(t, purge.purge_id);
    assert.deepEqual([report?.deleted, report?.skipped], [1, { used_again: 2 }]);
    assert.deepEqual(
      [await status(again), await status(restored), await status(goes)],
      ['ready', 'ready', 404],
    );
    const audit = await t.audit();
    assert.ok(audit.clean, JSON.stringify(audit));
  });

  it('leaves a tombstone that keeps a source from bringing old versions back', async function () {
    this.timeout(240_000);
    const folder = await folderOf(await pictures(2, 41));
    const first = await t.waitImport(await t.startImport(folder, { tenant_name: 'grave' }));
    assert.equal(first.stored_files, 2);
    await waitPurge(t, await purgeAll(t, 'grave'));
    const second = await t.waitImport(await t.startImport(folder, { tenant_name: 'grave' }));
    assert.deepEqual([second.skipped_files, second.stored_files], [2, 0]);
    const left = await t.db.run(
      (sql) => sql<{ kept: boolean }[]>`
        select a.phash is null and a.thumbhash is null and a.latitude is null and a.captured_at is null and a.md5 is null
          and a.name = '' and a.exif = '{}' and i.name = '' and i.external_id = '' and i.locator is null
          and a.sha256 is not null as kept
        from assets a join tenants t on t.id = a.tenant_id join import_items i on i.id = a.item_id
        where t.name = 'grave' and a.state = 'deleted'`,
    );
    assert.deepEqual(
      left.map(({ kept }) => kept),
      [true, true],
    );
    // A person who hands the bytes in gets a new asset.
    const fresh = await readyAsset(t, await picture(41), 'grave');
    assert.equal(await status(fresh), 'ready');
    await rm(folder, { recursive: true });
    const audit = await t.audit();
    assert.ok(audit.clean, JSON.stringify(audit));
  });

  it('empties the trash by schedule', async function () {
    this.timeout(240_000);
    const [old, recent] = await several('nightly', [51, 52]);
    for (const id of [old, recent]) await fetch(`${t.url}/images/${id}`, { method: 'DELETE' });
    await t.db.run(
      (sql) => sql`update assets set trashed_at = now() - interval '31 days' where id = ${old!}`,
    );
    const schedule = t.client.schedule.getHandle('housekeeping:empty-trash');
    const { spec, policies } = await schedule.describe();
    assert.equal(policies.overlap, 'SKIP');
    assert.ok(spec.jitter !== undefined);
    await schedule.trigger();
    while ((await status(old!)) !== 404) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(await status(recent!), 'trashed');
    const { purges } = await t.get<{ purges: PurgeBody[] }>('/purges');
    const done = await waitPurge(t, purges[0]!.purge_id);
    assert.equal(done.report?.deleted, 1);
  });

  it('writes a report that can be verified, and no other', async function () {
    this.timeout(240_000);
    await several('signed', [61]);
    const purge = await waitPurge(t, await purgeAll(t, 'signed'));
    assert.equal(purge.report?.deleted, 1);
    const dir = await mkdtemp(path.join(tmpdir(), 'purge-report-'));
    const verify = async (name: string, content: unknown): Promise<string> => {
      const file = path.join(dir, name);
      await writeFile(file, JSON.stringify(content, null, 2));
      const { stdout } = await run(process.execPath, [MAIN, 'purge', 'verify', file], {
        env: { ...t.env, PATH: process.env['PATH'] },
      }).catch((error: { stdout: string }) => error);
      return stdout;
    };
    assert.match(await verify('whole.json', purge), /genuine: this installation/);
    assert.match(await verify('alone.json', purge.report), /genuine: this installation/);
    assert.match(await verify('changed.json', { ...purge.report, deleted: 0 }), /NOT GENUINE/);
    assert.match(await verify('bare.json', { ...purge.report, signature: null }), /not signed/);
    await rm(dir, { recursive: true });
  });
});
