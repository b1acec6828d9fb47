import assert from 'node:assert/strict';
import { listKeys } from '../../stores/access/apiKeys.ts';
import { listCameras } from '../../stores/cameras/cameras.ts';
import { findImages } from '../../stores/finding/find.ts';
import { listImports, viewImport } from '../../stores/imports.ts';
import { findAsset, readyAssets } from '../../stores/library.ts';
import { findLocation, findUser, listLocations, listUsers } from '../../stores/people.ts';
import { listPoison } from '../../stores/poison.ts';
import { createDatabase, type Database } from '../../stores/postgres/database.ts';
import { forRequests } from '../../stores/postgres/forRequests.ts';
import { migrate } from '../../stores/postgres/migrate.ts';
import { TENANT_ROLE } from '../../stores/postgres/scope.ts';
import { listPullSources } from '../../stores/pulling/pullSources.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { restoreAssets, trashAssets, whereabouts } from '../../stores/trash.ts';
import { makeAccount } from '../hosting/access.ts';
import { createTestDatabase, type TestDatabase } from '../hosting/stack.ts';
import { putShots } from './library.ts';

/** Tables that belong to nobody, so that no wall can stand around them; none of them is there for tenants to change. */
const NOBODYS = new Set([
  'schema_version',
  'audits',
  'request_budgets',
  'principals',
  'sign_ins',
  'refresh_tokens',
  'guesses',
  'feed_head',
  'rule_progress',
  'idempotency_keys',
]);

describe('the wall between tenants', () => {
  let own: TestDatabase;
  let db: Database;
  let north: string;
  let south: string;
  let southern: number[];
  let northern: number[];
  let location: string;
  let person: string;
  let importId: string;

  before(async () => {
    own = await createTestDatabase(migrate);
    db = createDatabase({ url: own.url, pool: 3, deadlineMs: 20_000, applicationName: 'test' });
    [north, south] = await db.tx(async (tx) => [
      (await ensureTenant(tx, 'north')).id,
      (await ensureTenant(tx, 'south')).id,
    ]);
    northern = await putShots(db, north, [{ name: 'n.jpg' }]);
    southern = await putShots(db, south, [{ name: 's.jpg' }, { name: 't.jpg', state: 'trashed' }]);
    const [made] = await db.run(
      (sql) => sql<{ location: string; person: string; import: string }[]>`
        with l as (insert into locations (tenant_id, name) values (${south}, 'pond') returning id),
          u as (insert into users (tenant_id, name) values (${south}, 'Sue') returning id),
          s as (insert into sources (tenant_id, kind, address) values (${south}, 'folder', '/x') returning id),
          m as (insert into imports (tenant_id, source_id, kind, address) select ${south}, id, 'folder', '/x' from s returning id),
          i as (insert into import_items (tenant_id, import_id, item_key, external_id, name, version, state, reason)
            select ${south}, id, sha256('x'), 'x', 'x', '1', 'failed', 'source_timeout' from m),
          p as (insert into pull_sources (tenant_id, source_id, name, kind, base_url, address, schedule)
            select ${south}, id, 'feed', 'folder', '/x', '/x', '{}' from s),
          c as (insert into cameras (tenant_id, key, name, address) values (${south}, 'gate', 'gate', 'rtsp://x/'))
        select (select id from l) as location, (select id from u) as person, (select id from m) as import`,
    );
    assert.ok(made);
    ({ location, person, import: importId } = made);
    await makeAccount(db, 'south', 'admin');
  });
  after(async () => {
    await db.close();
    await own.drop();
  });

  it('stands around every table that belongs to tenants or hangs on one that does', async () => {
    const tables = await db.run(
      (sql) => sql<{ name: string; walled: boolean; own: boolean }[]>`
        select c.relname as name,
          c.relrowsecurity and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant_wall') as walled,
          exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as own
        from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace`,
    );
    assert.ok(tables.length > 50);
    assert.ok(tables.filter((table) => table.own).length > 40);
    const open = tables.filter(({ name, walled }) => !walled && !NOBODYS.has(name)).map(({ name }) => name);
    assert.deepEqual(open, [], 'has to hang on a table of tenants by a foreign key, or be named here');
    const more = await db.run(
      (sql) => sql<{ name: string; right: string }[]>`
        select table_name as name, privilege_type as right from information_schema.role_table_grants
        where grantee = ${TENANT_ROLE} and table_name = any(${[...NOBODYS]}::text[]) and privilege_type <> 'SELECT'`,
    );
    assert.deepEqual([...more], []);
  });

  it('lets views ask with the rights of whoever reads them', async () => {
    const views = await db.run(
      (sql) => sql<{ name: string }[]>`
        select relname as name from pg_class where relkind in ('v', 'm') and relnamespace = current_schema()::regnamespace
          and not coalesce('security_invoker=true' = any(reloptions), false)`,
    );
    assert.deepEqual([...views], []);
  });

  it('shows nothing of others to those who ask the stores directly', async () => {
    const look = (sql: Parameters<Parameters<Database['run']>[0]>[0]) =>
      Promise.all([
        findAsset(sql, southern[0]!),
        readyAssets(sql, southern),
        viewImport(sql, importId),
        findLocation(sql, location),
        findUser(sql, person),
        listLocations(sql, undefined),
        listUsers(sql, undefined),
        listImports(sql, { tenant: undefined, limit: 10, offset: 0 }),
        listPullSources(sql, { tenant: undefined, includeInactive: true }),
        listPoison(sql, { tenantName: null, importId: null, reason: null }, { limit: 10, before: null }),
        whereabouts(sql, southern, null),
        sql`select * from shown_boxes`,
        sql`select * from tenants where id = ${south}`,
        sql`select * from assets where tenant_id <> ${north}`,
      ]);
    const nothing = [
      ...[null, [], null, null, null, [], [], { imports: [], total: 0 }, [], { jobs: [], total: 0 }],
      ...[[], [], [], []],
    ];
    const seen = await db.as({ tenants: [north] }, () => db.run(look));
    assert.deepEqual(JSON.parse(JSON.stringify(seen)), nothing);
    const inside = await db.as({ tenants: [north] }, () => db.tx(look));
    assert.deepEqual(JSON.parse(JSON.stringify(inside)), nothing);
    const own = await db.as({ tenants: [south] }, () => db.run(look));
    assert.equal(own[0]?.id, southern[0]);
    assert.equal(own[7].total, 1);
    const filter = { tenantId: south, status: 'ready' as const };
    const found = await db.as({ tenants: [north] }, () =>
      db.tx((tx) =>
        findImages(tx, {
          filter,
          order: { key: 'created', descending: true },
          limit: 5,
          from: { offset: 0 },
        }),
      ),
    );
    assert.equal(found.assets.length, 0, 'not even when a route asks for the wrong tenant');
    const cameras = await db.as({ tenants: [north] }, () =>
      db.run((sql) => listCameras(sql, { tenantId: south } as never, { limit: 5, offset: 0 })),
    );
    assert.equal(cameras.total, 0);
  });

  it('lets nothing of others be changed', async () => {
    const scope = { tenants: [north] };
    assert.deepEqual(
      await db.as(scope, () => db.tx((tx) => trashAssets(tx, south, southern, { by: 'person' }))),
      [],
    );
    assert.deepEqual(await db.as(scope, () => db.tx((tx) => restoreAssets(tx, south, southern))), []);
    const changed = await db.as(scope, () =>
      db.run((sql) => sql`update locations set name = 'mine' returning id`),
    );
    assert.equal(changed.length, 0);
    const gone = await db.as(scope, () => db.run((sql) => sql`delete from import_items returning id`));
    assert.equal(gone.length, 0);
    await assert.rejects(
      db.as(scope, () =>
        db.run((sql) => sql`insert into locations (tenant_id, name) values (${south}, 'x')`),
      ),
      /row-level security/,
    );
    await assert.rejects(
      db.as(scope, () =>
        db.run((sql) => sql`update assets set tenant_id = ${south} where id = ${northern[0]!}`),
      ),
      /row-level security/,
    );
    await assert.rejects(
      db.as(scope, () => db.run((sql) => ensureTenant(sql, 'new'))),
      /row-level security/,
    );
  });

  it('lets nobody past it: not to accounts, keys or the audit log', async () => {
    for (const table of [
      'principals',
      'sign_ins',
      'refresh_tokens',
      'guesses',
      'memberships',
      'api_keys',
      'audit_log',
    ]) {
      await assert.rejects(
        db.as({ tenants: [south] }, () => db.run((sql) => sql`select * from ${sql(table)}`)),
        /permission denied/,
        table,
      );
    }
    assert.equal((await db.run((sql) => listKeys(sql, null))).length, 1, 'outside it they are there');
  });

  it('ends with its transaction, and with nobody named nobody has anything', async () => {
    const empty = await db.as({ tenants: [] }, () => db.run((sql) => sql`select id from assets`));
    assert.equal(empty.length, 0);
    await Promise.all(
      Array.from({ length: 30 }, async (_, i) => {
        const tenant = i % 2 === 0 ? north : south;
        const rows = await db.as({ tenants: [tenant] }, () =>
          db.run((sql) => sql<{ tenant: string }[]>`select tenant_id as tenant from assets`),
        );
        assert.deepEqual([...new Set(rows.map((row) => row.tenant))], [tenant]);
        const all = await db.run((sql) => sql`select id from assets`);
        assert.equal(all.length, 3, "a connection that was used for somebody is nobody's afterwards");
      }),
    );
  });

  it('is an error for requests to be without', async () => {
    const guarded = forRequests(db);
    await assert.rejects(
      guarded.run((sql) => sql`select 1`),
      /without a scope/,
    );
    await assert.rejects(
      guarded.tx((tx) => tx`select 1`),
      /without a scope/,
    );
    assert.equal((await guarded.as('all', () => guarded.run((sql) => sql`select 1`))).length, 1);
  });

  it('takes in a table that is added later', async () => {
    await db.run(
      (sql) => sql`create table later (id int primary key, tenant_id uuid not null references tenants)`,
    );
    await db.run(
      (sql) => sql`create table hanging (later_id int not null references later on delete cascade)`,
    );
    await db.run((sql) => sql`insert into later values (1, ${north}), (2, ${south})`);
    await db.run((sql) => sql`insert into hanging values (1), (2)`);
    await migrate(own.url);
    const seen = await db.as({ tenants: [north] }, () =>
      db.run((sql) => Promise.all([sql`select id from later`, sql`select later_id as id from hanging`])),
    );
    assert.deepEqual(
      seen.map((rows) => rows.map((row) => row['id'])),
      [[1], [1]],
    );
  });
});
