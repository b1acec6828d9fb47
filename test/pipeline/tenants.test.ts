import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { folderOf, picture, pictures } from '../hosting/pictures.ts';
import { purgeAll, readyAsset, waitPurge } from '../hosting/purging.ts';
import { type ImportBody, startTributary, type Tributary } from '../hosting/tributary.ts';

interface TenantBody {
  name: string;
  assets: number;
  bytes: number;
  renditions: number;
  rendition_bytes: number;
  max_assets: number | null;
  jobs?: Record<string, number>;
  failures?: number;
  assets_by_state?: Record<string, number>;
}

describe('tenants', () => {
  let t: Tributary;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary();
  });
  after(() => t.close());

  const send = (method: string, at: string, body?: object): Promise<Response> =>
    fetch(`${t.url}${at}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });

  /** The counters say what the rows say. */
  async function counted(name: string): Promise<TenantBody> {
    const tenant = await t.get<TenantBody>(`/tenants/${name}`);
    const [rows] = await t.db.run(
      (sql) => sql<{ assets: number; bytes: number; renditions: number; renditionBytes: number }[]>`
        select (select count(*) from assets a where a.tenant_id = t.id and a.state not in ('rejected', 'deleted')) as assets,
          (select coalesce(sum(bytes), 0)::bigint from assets a where a.tenant_id = t.id and a.state not in ('rejected', 'deleted')) as bytes,
          (select count(*) from renditions r where r.tenant_id = t.id) as renditions,
          (select coalesce(sum(bytes), 0)::bigint from renditions r where r.tenant_id = t.id) as "renditionBytes"
        from tenants t where name = ${name}`,
    );
    assert.deepEqual(
      [tenant.assets, tenant.bytes, tenant.renditions, tenant.rendition_bytes],
      [rows?.assets, rows?.bytes, rows?.renditions, rows?.renditionBytes],
    );
    return tenant;
  }

  it('have counters that follow what becomes of their pictures', async function () {
    this.timeout(240_000);
    await readyAsset(t, await picture(1), 'count');
    const id = await readyAsset(t, await picture(2), 'count');
    await readyAsset(t, (await picture(3)).subarray(0, 600), 'count');
    assert.equal((await counted('count')).assets, 2, 'a rejected one does not count');
    await t.post('/images/trash', { ids: [id] });
    assert.equal((await counted('count')).assets, 2, 'the trash does');
    await t.db.run((sql) => sql`select fold_usage(id) from tenants`);
    assert.equal((await counted('count')).renditions, 6);
    await waitPurge(t, await purgeAll(t, 'count'));
    assert.deepEqual([(await counted('count')).assets, (await counted('count')).bytes], [0, 0]);
  });

  it('can be looked at by people and by Prometheus', async () => {
    await readyAsset(t, await picture(11), 'seen "x"');
    const one = await t.get<TenantBody>(`/metrics/tenant/${encodeURIComponent('seen "x"')}`);
    assert.deepEqual(
      [one.assets, one.renditions, one.jobs?.['stored'], one.failures, one.assets_by_state],
      [1, 3, 1, 0, { ready: 1 }],
    );
    assert.equal((await send('GET', '/metrics/tenant/nobody')).status, 404);
    const tenants = () => t.db.run((sql) => sql`select id from tenants where name = 'default'`);
    assert.equal((await tenants()).length, 0);
    const unused = await t.get<TenantBody>('/metrics/tenant/default');
    assert.deepEqual([unused.assets, unused.assets_by_state, unused.failures], [0, {}, 0]);
    assert.equal((await tenants()).length, 0, 'looking at it writes nothing');
    const json = await fetch(`${t.url}/metrics`, { headers: { accept: 'application/json' } });
    const all = (await json.json()) as { tenants: TenantBody[] };
    assert.ok(all.tenants.some(({ name, assets }) => name === 'seen "x"' && assets === 1));
    const text = await fetch(`${t.url}/metrics`);
    assert.match(text.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    assert.match(await text.text(), /^tributary_assets\{tenant="seen \\"x\\"",state="ready"\} 1$/m);
  });

  it('are made, listed and limited', async () => {
    const made = await send('POST', '/tenants', { name: 'made', max_assets: 3 });
    assert.equal(made.status, 201);
    assert.equal((await send('POST', '/tenants', { name: 'made' })).status, 409);
    assert.equal((await send('POST', '/tenants', { name: 'bad', max_assets: -1 })).status, 422);
    const changed = await send('PATCH', '/tenants/made', { max_bytes: 1_000_000 });
    const { max_assets, max_bytes } = (await changed.json()) as { max_assets: number; max_bytes: number };
    assert.deepEqual([max_assets, max_bytes], [3, 1_000_000]);
    assert.equal((await send('PATCH', '/tenants/nobody', {})).status, 404);
    const { tenants } = await t.get<{ tenants: TenantBody[] }>('/api/v1/tenants?limit=100');
    assert.ok(tenants.some(({ name }) => name === 'made'));
  });

  it('never keep more than they may, however many uploads come at once', async function () {
    this.timeout(240_000);
    await send('POST', '/tenants', { name: 'tight', max_assets: 10 });
    const files = Object.values(await pictures(50, 100));
    const answers = await Promise.all(files.map((bytes) => t.upload(bytes, 'x.jpg', 'tight')));
    const statuses = answers.map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 200).length, 10, String(statuses));
    const refused = answers.find(({ status }) => status === 413);
    const problem = (await refused?.json()) as { type: string; detail: string };
    assert.match(problem.type, /:quota_exceeded$/);
    assert.match(problem.detail, /may keep 10 pictures and has 10.*Raise its limits/);
    // Their renditions are still being made; the counters are compared when nothing changes any more.
    const open = async (): Promise<number> => {
      const [row] = await t.db.run(
        (sql) => sql<{ pending: number }[]>`
          select count(*) as pending from assets a join tenants o on o.id = a.tenant_id
          where o.name = 'tight' and a.state = 'pending'`,
      );
      return row?.pending ?? 0;
    };
    while ((await open()) > 0) await sleep(50);
    assert.equal((await counted('tight')).assets, 10);
    const kept = files[statuses.indexOf(200)]!;
    assert.equal((await t.upload(kept, 'x.jpg', 'tight')).status, 200, 'what is there already is welcome');
  });

  it('have imports wait for room, and go on without losing anything', async function () {
    this.timeout(240_000);
    await send('POST', '/tenants', { name: 'full', max_assets: 4 });
    const folder = await folderOf(await pictures(10, 200));
    const id = await t.startImport(folder, { tenant_name: 'full' });
    const look = () =>
      t.get<ImportBody & { state: string; needs: { type: string } | null }>(`/imports/${id}`);
    while ((await look()).state !== 'needs_attention') await sleep(50);
    assert.equal((await counted('full')).assets, 4);
    assert.equal((await look()).needs?.type, 'quota_exceeded');
    await send('PATCH', '/tenants/full', { max_assets: null });
    await t.post(`/imports/${id}/resume`);
    const job = await t.waitImport(id);
    assert.deepEqual([job.stored_files, job.failed_files], [10, 0]);
    await rm(folder, { recursive: true });
    while ((await t.audit()).open.workflows > 0) await sleep(100);
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });

  it('are not deleted by accident', async () => {
    await readyAsset(t, await picture(31), 'safe');
    const refused = await send('DELETE', '/tenants/safe');
    assert.equal(refused.status, 422);
    assert.match(((await refused.json()) as { detail: string }).detail, /\?confirm=safe/);
    assert.equal((await send('DELETE', '/tenants/safe?confirm=Safe')).status, 422);
    assert.equal((await send('DELETE', '/tenants/nobody?confirm=nobody')).status, 404);
    assert.equal((await counted('safe')).assets, 1);
  });
});
