import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPhotoServer } from '../hosting/photoServer.ts';
import { picture, pictures } from '../hosting/pictures.ts';
import { readyAsset } from '../hosting/purging.ts';
import { APART, type ImportBody, startTributary, type Tributary } from '../hosting/tributary.ts';
import { tell } from './report.ts';

const FILES = 240;

describe('F37: a tenant is deleted while it imports', () => {
  let t: Tributary;

  before(async function () {
    this.timeout(300_000);
    t = await startTributary({ parts: APART, env: { SECRET_KEY: 'a key of thirty-two characters or more' } });
  });
  after(() => t.close());

  /** Rows with this tenant, in every table that has tenants. */
  async function rowsOf(tenantId: string): Promise<Record<string, number>> {
    return t.db.run(async (sql) => {
      const tables = await sql<{ name: string }[]>`
        select table_name as name from information_schema.columns
        where table_schema = current_schema() and column_name = 'tenant_id'`;
      assert.ok(tables.length >= 15, 'the tables were found');
      const left: Record<string, number> = {};
      for (const { name } of tables) {
        const [row] = await sql<{ n: number }[]>`
          select count(*) as n from ${sql(name)} where tenant_id = ${tenantId}`;
        if (row !== undefined && row.n > 0) left[name] = row.n;
      }
      return left;
    });
  }

  async function idOf(name: string): Promise<string> {
    const [row] = await t.db.run((sql) => sql<{ id: string }[]>`select id from tenants where name = ${name}`);
    return row!.id;
  }

  it('leaves nothing of it and does not touch others', async function () {
    this.timeout(400_000);
    const slow = await startPhotoServer(await pictures(FILES, 37_000), 20);
    const others: number[] = [];
    for (let seed = 0; seed < 5; seed += 1)
      others.push(await readyAsset(t, await picture(37_500 + seed), 'stays'));
    const credentials = { type: 'basic', username: 'ranger', password: 'secret' };
    const user = await t.post<{ id: string }>('/users', { name: 'Ranger', tenant_name: 'goes' });
    const source = await t.post<{ id: string }>('/image-pull-sources', {
      name: 'ridge',
      base_url: slow.url,
      tenant_name: 'goes',
      user_id: user.id,
      auth_type: 'basic',
      auth_username: 'ranger',
      auth_password: 'secret',
    });
    await readyAsset(t, await picture(37_600), 'goes');
    const running = await t.startImport(slow.url, { tenant_name: 'goes', credentials, force: true });
    const stays = await t.startImport(slow.url, { tenant_name: 'stays' });
    while ((await t.get<ImportBody>(`/imports/${running}`)).stored_files < 24) await sleep(20);
    const purge = await t.post<{ purge_id: string }>('/purge/?days=0&tenant_name=goes');
    const tenantId = await idOf('goes');
    const before = await rowsOf(tenantId);

    const started = performance.now();
    const asked = await fetch(`${t.url}/tenants/goes?confirm=goes`, { method: 'DELETE' });
    assert.equal(asked.status, 202);
    const refused = { uploads: 0, imports: 0 };
    const late = await t.upload(await picture(37_700), 'late.jpg', 'goes');
    if (late.status === 409) refused.uploads += 1;
    await t.post('/imports', { url: slow.url, tenant_name: 'goes' }).catch((error: Error) => {
      if (/409.*being deleted/.test(error.message)) refused.imports += 1;
    });
    // A worker that dies in the middle must not change the end.
    await t.kill('io', 'SIGKILL');
    await t.start('io');
    while ((await fetch(`${t.url}/tenants/goes`)).status !== 404) await sleep(100);
    const seconds = (performance.now() - started) / 1_000;

    const untouched = await t.waitImport(stays);
    await slow.close();
    const left = await rowsOf(tenantId);
    let objects = 0;
    for await (const _object of t.objects.list(`${tenantId}/`)) objects += 1;
    const directory = path.join(t.config.storage.objectsDir, tenantId);
    const audit = await t.audit();
    tell(
      {
        test: 'F37',
        injected: { files: FILES, tables_with_rows: Object.keys(before).length, kills: 1 },
        figures: {
          rows_left: Object.values(left).reduce((sum, n) => sum + n, 0),
          objects_left: objects,
          seconds: Number(seconds.toFixed(1)),
          refused,
        },
      },
      audit,
    );
    assert.deepEqual(left, {});
    assert.equal(objects, 0);
    await assert.rejects(access(directory));
    assert.ok(
      before['import_items']! > 24 && before['credentials']! >= 2 && before['purge_manifest_assets']! > 0,
    );
    assert.deepEqual(refused, { uploads: 1, imports: 1 });
    assert.equal((await fetch(`${t.url}/purges/${purge.purge_id}`)).status, 404);
    assert.equal((await fetch(`${t.url}/imports/${running}`)).status, 404);
    await assert.rejects(t.client.schedule.getHandle(`source:${source.id}`).describe());
    assert.equal(untouched.stored_files, FILES);
    for (const id of others) {
      const original = await fetch(`${t.url}/retrieve/original/${id}`);
      await original.arrayBuffer();
      assert.equal(original.status, 200);
    }
    assert.ok(audit.clean, JSON.stringify(audit));
    // The name is free again.
    const fresh = await readyAsset(t, await picture(37_600), 'goes');
    assert.equal((await t.get<{ status: string }>(`/retrieve/asset/${fresh}`)).status, 'ready');
  });
});
