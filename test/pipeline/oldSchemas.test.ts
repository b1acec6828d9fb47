import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { runAudit } from '../../cli/audit.ts';
import { migrate } from '../../stores/postgres/migrate.ts';
import { createOldDatabase } from '../hosting/oldDatabase.ts';
import { folderOf, picture, pictures } from '../hosting/pictures.ts';
import type { TestDatabase } from '../hosting/stack.ts';
import { APART, startTributary, type Tributary } from '../hosting/tributary.ts';

const NEWEST = readdirSync(path.resolve(import.meta.dirname, '../../stores/migrations')).length;
/** The first of them is the oldest schema that there was. */
const VERSIONS = [1, 4, 12, 18, 27, 36, 43].filter((version) => version < NEWEST);
const FILES = 8;
const SEED = 67_000;

/** A library that was made today, in databases of every age. */
describe('a database of before', function () {
  this.timeout(300_000);
  let t: Tributary;
  let folder: string;
  let asset: number;
  const old = new Map<number, TestDatabase>();

  before(async () => {
    folder = await folderOf({
      ...(await pictures(FILES, SEED)),
      'twice.jpg': await picture(SEED),
      'broken.jpg': Buffer.from('no picture at all'),
    });
    t = await startTributary({ parts: APART });
    const job = await t.waitImport(await t.startImport(folder));
    assert.deepEqual([job.stored_files, job.duplicate_files, job.rejected_files], [FILES, 1, 1]);
    const uploaded = await t.upload(await picture(SEED - 1), 'uploaded.jpg', 'others');
    asset = ((await uploaded.json()) as { asset_id: number }).asset_id;
    while ((await t.get<{ status: string }>(`/retrieve/asset/${asset}`)).status !== 'ready');
    const audit = await t.audit();
    assert.ok(audit.clean, JSON.stringify(audit));
    for (const part of ['api', 'io', 'cpu'] as const) await t.kill(part, 'SIGTERM');
  });
  after(async () => {
    await t?.close();
    for (const database of old.values()) await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  for (const version of VERSIONS)
    it(`with the schema of migration ${version} comes up to date with every row sound`, async () => {
      const database = await createOldDatabase(t.env['DATABASE_URL'] ?? '', version);
      old.set(version, database);
      const applied = await migrate(database.url);
      assert.ok(applied.length >= NEWEST - version - 3, JSON.stringify(applied));
      assert.deepEqual(await migrate(database.url), []);
      const { database: settings } = t.config;
      const audit = await runAudit({ ...t.config, database: { ...settings, url: database.url } });
      assert.ok(audit.clean, JSON.stringify(audit));
    });

  it('works on as if it had been made today', async () => {
    const url = old.get(VERSIONS[0] ?? 1)?.url ?? '';
    for (const part of ['api', 'io', 'cpu'] as const) await t.start(part, { DATABASE_URL: url });
    const { status } = await t.get<{ status: string }>(`/retrieve/asset/${asset}`);
    assert.equal(status, 'ready');
    const again = await t.upload(await picture(SEED - 1), 'again.jpg', 'others');
    assert.equal(((await again.json()) as { asset_id: number }).asset_id, asset, 'known by its content');
    await folderOf({ 'new.jpg': await picture(SEED + FILES) }, folder);
    const job = await t.waitImport(await t.startImport(folder));
    assert.equal(job.stored_files, 1, JSON.stringify(job));
    assert.equal(job.stored_files + job.skipped_files + job.rejected_files, job.total_files);
    const { database: settings } = t.config;
    const audit = await runAudit({ ...t.config, database: { ...settings, url } });
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});
