import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import postgres from 'postgres';
import { runBackup, runRestore } from '../../cli/backup.ts';
import { type Config, readConfig } from '../../config.ts';
import { BIGINT, quoted, tablesOf } from '../../stores/backup/tables.ts';
import { createDiskStore } from '../../stores/objects/disk.ts';
import { originalKey } from '../../stores/objects/keys.ts';
import { createDatabase } from '../../stores/postgres/database.ts';
import { migrate } from '../../stores/postgres/migrate.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { createTestDatabase, type TestDatabase } from '../hosting/stack.ts';
import { putShots } from '../stores/library.ts';
import { scratchDir } from './scratch.ts';

const ASSETS = 700;
const WITH_BYTES = 3;

/** Every table's rows as text, in an order that does not hang on where they lie. */
async function contents(url: string): Promise<Record<string, string[]>> {
  const sql = postgres(url, {
    max: 1,
    onnotice: () => {},
    types: { bigint: BIGINT },
    connection: { TimeZone: 'Asia/Kathmandu' },
  });
  try {
    const all: Record<string, string[]> = {};
    for (const { name } of await tablesOf(sql)) {
      const rows = await sql.unsafe<{ line: string }[]>(`select t::text as line from ${quoted(name)} t`);
      all[name] = rows.map(({ line }) => line).sort();
    }
    return all;
  } finally {
    await sql.end();
  }
}

describe('tributary backup and restore', function () {
  this.timeout(300_000);
  const dir = scratchDir('backup');
  const made: TestDatabase[] = [];
  let source: Config;

  const configOf = (url: string, name: string): Config =>
    readConfig({ DATABASE_URL: url, TRIBUTARY_DATA: path.join(dir, name) });

  async function emptyDatabase(): Promise<TestDatabase> {
    const database = await createTestDatabase();
    made.push(database);
    return database;
  }

  /** A library whose values are hard to carry: nothing, a JSON null, the end of time, quotes, line ends. */
  async function fill(config: Config): Promise<void> {
    const db = createDatabase({
      url: config.database.url ?? '',
      pool: 2,
      deadlineMs: 60_000,
      applicationName: 'test',
    });
    try {
      const tenant = await db.run((sql) => ensureTenant(sql, 'wild'));
      const shots = Array.from({ length: ASSETS }, (_, n) => ({
        name: `"${n}"\\ é\n\t🦊.jpg`,
        keywords: n % 3 === 0 ? ['a,b', '{c}', '"', 'NULL', ''] : [],
        latitude: n === 0 ? 0.1 + 0.2 : null,
        longitude: n === 0 ? -1e-9 : null,
        takenAt: n % 2 === 0 ? '2024-03-10T08:00:00.123456Z' : null,
      }));
      const ids = await putShots(db, tenant.id, shots);
      const store = await createDiskStore(config.storage.objectsDir);
      for (const id of ids.slice(0, WITH_BYTES)) {
        const bytes = randomBytes(40_000);
        const file = path.join(dir, `bytes-${id}`);
        await writeFile(file, bytes);
        const [row] = await db.run(
          (sql) => sql<{ uid: string }[]>`
            update assets set bytes = ${bytes.length}, sha256 = ${createHash('sha256').update(bytes).digest()}
            where id = ${id} returning uid`,
        );
        await store.putFile(originalKey(tenant.id, row!.uid), file, 'image/jpeg');
      }
      await db.run(
        (sql) => sql`update assets set original_stored_at = null, state = 'rejected', reason = 'corrupt_image'
          where id <> all(${ids.slice(0, WITH_BYTES)})`,
      );
      await db.run(
        (sql) => sql`insert into events (tenant_id, asset_id, kind, detail, at)
          values (${tenant.id}, ${ids[0]!}, 'test', 'null'::jsonb, 'infinity'),
            (${tenant.id}, ${ids[0]!}, 'test', '{"n": 12345678901234567890.10, "s": "\\u2028"}'::jsonb, '0044-03-15 BC')`,
      );
    } finally {
      await db.close();
    }
  }

  before(async () => {
    const database = await createTestDatabase(migrate);
    made.push(database);
    source = configOf(database.url, 'source');
    await fill(source);
  });
  after(async () => {
    for (const database of made) await database.drop();
  });

  it('brings every value of every table back, and the objects', async () => {
    const { manifest, objects } = await runBackup(source, path.join(dir, 'whole'), true);
    assert.equal(manifest.objects.count, WITH_BYTES);
    assert.deepEqual([objects?.copied, objects?.wrongCount], [WITH_BYTES, 0], JSON.stringify(objects));
    assert.equal(manifest.tables.find(({ name }) => name === 'assets')?.rows, ASSETS);
    const { url } = await emptyDatabase();
    const target = configOf(url, 'target');
    const report = await runRestore(target, path.join(dir, 'whole'));
    assert.deepEqual([report.objects.copied, report.objects.wrongCount], [WITH_BYTES, 0]);
    assert.deepEqual(report.woken, { imports: 0, sessions: 0, others: 0 });
    assert.deepEqual(await contents(url), await contents(source.database.url ?? ''));
    const sql = postgres(url, { max: 1 });
    try {
      const [next] = await sql`
        insert into events (tenant_id, kind) select id, 'next' from tenants limit 1
        returning id > (select max(id) from events) as above`;
      assert.equal(next?.['above'], true, 'numbers go on where they were');
      await assert.rejects(
        sql`insert into events (tenant_id, kind) values (gen_random_uuid(), 'nobody')`,
        /foreign key/,
        'references are kept again',
      );
    } finally {
      await sql.end();
    }
    await assert.rejects(runRestore(target, path.join(dir, 'whole')), /in use/);
  });

  it('only lists objects unless it is asked for them, and a restore looks for them', async () => {
    const listed = path.join(dir, 'listed');
    assert.equal((await runBackup(source, listed, false)).objects, null);
    await assert.rejects(runBackup(source, listed, false), /not empty/);
    const { url } = await emptyDatabase();
    const { objects } = await runRestore(
      { ...configOf(url, 'other'), storage: source.storage },
      path.join(dir, 'listed'),
    );
    assert.deepEqual([objects.present, objects.wrongCount], [WITH_BYTES, 0]);
    const bare = await emptyDatabase();
    const without = await runRestore(configOf(bare.url, 'bare'), listed);
    assert.deepEqual([without.objects.present, without.objects.wrongCount], [0, WITH_BYTES]);
  });

  it('restores what an older release wrote, and brings it up to date', async () => {
    const old = await emptyDatabase();
    await migrate(old.url, 40);
    await runBackup(configOf(old.url, 'old'), path.join(dir, 'old-backup'), false);
    const { url } = await emptyDatabase();
    const { manifest } = await runRestore(configOf(url, 'new'), path.join(dir, 'old-backup'));
    assert.equal(manifest.schema, 40);
    assert.deepEqual(await migrate(url), []);
    const newer = await createTestDatabase(migrate);
    made.push(newer);
    await assert.rejects(
      runRestore(configOf(newer.url, 'newer'), path.join(dir, 'old-backup')),
      /newer than that of the backup/,
    );
  });

  it('refuses what is damaged or no backup, and changes nothing then', async () => {
    const damaged = path.join(dir, 'damaged');
    await runBackup(source, damaged, false);
    const manifest = await readFile(path.join(damaged, 'manifest.json'), 'utf8');
    const { url } = await emptyDatabase();
    const target = configOf(url, 'untouched');
    await appendFile(path.join(damaged, 'tables', 'assets.jsonl'), '[]\n');
    await assert.rejects(runRestore(target, damaged), /not what was backed up/);
    await rm(path.join(damaged, 'tables', 'assets.jsonl'));
    await assert.rejects(runRestore(target, damaged), /cannot be read/);
    await writeFile(path.join(damaged, 'manifest.json'), manifest.slice(0, 100));
    await assert.rejects(runRestore(target, damaged), /damaged/);
    await assert.rejects(runRestore(target, dir), /is no backup/);
    await assert.rejects(runBackup(target, path.join(dir, 'nothing'), false), /nothing to back up/);
    assert.deepEqual(await contents(url), {});
  });
});
