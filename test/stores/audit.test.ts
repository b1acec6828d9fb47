import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { folderOf, pictures } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

/** An audit that finds nothing proves something only if it finds what is planted. */
describe('the audit', () => {
  let t: Tributary;
  let folder: string;
  let keys: { original: string; thumb: string };

  before(async function () {
    this.timeout(240_000);
    t = await startTributary();
    folder = await folderOf(await pictures(5, 40));
    await t.waitImport(await t.startImport(folder));
    const [row] = await t.db.run(
      (sql) =>
        sql<
          { tenant: string; uid: string }[]
        >`select tenant_id as tenant, uid from assets order by id limit 1`,
    );
    keys = {
      original: `${row!.tenant}/${row!.uid}/original`,
      thumb: `${row!.tenant}/${row!.uid}/thumb-1.jpg`,
    };
  });
  after(async () => {
    await t.close();
    await rm(folder, { recursive: true });
  });

  const file = (key: string): string => path.join(t.config.storage.objectsDir, key);

  async function finds(id: string): Promise<void> {
    const report = await t.audit();
    const found = report.findings.filter((finding) => finding.count > 0).map((finding) => finding.id);
    assert.deepEqual(found, [id]);
    assert.equal(report.clean, false);
  }

  it('is clean to begin with', async () => {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
    assert.equal(report.objects, 20);
  });

  it('finds a missing object', async () => {
    const bytes = await readFile(file(keys.thumb));
    await rm(file(keys.thumb));
    await finds('I4');
    await writeFile(file(keys.thumb), bytes);
  });

  it('finds one flipped bit', async () => {
    const bytes = await readFile(file(keys.original));
    bytes[100]! ^= 1;
    await writeFile(file(keys.original), bytes);
    await finds('I5');
    bytes[100]! ^= 1;
    await writeFile(file(keys.original), bytes);
  });

  it('finds a truncated object', async () => {
    const bytes = await readFile(file(keys.original));
    await writeFile(file(keys.original), bytes.subarray(0, 50));
    await finds('I5');
    await writeFile(file(keys.original), bytes);
  });

  it('finds objects that no row knows', async () => {
    const stray = file(keys.thumb.replace('thumb-1', 'thumb-9'));
    await writeFile(stray, 'x');
    await finds('I3');
    await rm(stray);
    const lost = file(`${randomUUID()}/${randomUUID()}/original`);
    await mkdir(path.dirname(lost), { recursive: true });
    await writeFile(lost, 'x');
    await utimes(lost, 0, 0);
    await finds('I3');
    await rm(path.dirname(path.dirname(lost)), { recursive: true });
  });

  it('finds an asset without one of its renditions', async () => {
    await t.db.run((sql) => sql`create table kept as select * from renditions where preset = 'card' limit 1`);
    await t.db.run(
      (sql) => sql`delete from renditions using kept k where renditions.object_key = k.object_key`,
    );
    const report = await t.audit();
    const found = report.findings.filter((finding) => finding.count > 0).map((finding) => finding.id);
    assert.deepEqual(found.sort(), ['I3', 'I8']);
    await t.db.run((sql) => sql`insert into renditions select * from kept`);
    await t.db.run((sql) => sql`drop table kept`);
  });

  it('finds a final import with a pending item, and says that work is open', async () => {
    await t.db.run(
      (sql) => sql`update import_items set state = 'pending' where id = (select min(id) from import_items)`,
    );
    await finds('I1');
    await t.db.run(
      (sql) => sql`update import_items set state = 'stored' where id = (select min(id) from import_items)`,
    );
  });

  it('finds a version that the ledger forgot', async () => {
    await t.db.run((sql) => sql`create table kept as select * from source_items limit 1`);
    await t.db.run((sql) => sql`delete from source_items s using kept k where s.item_key = k.item_key`);
    await finds('L1');
    await t.db.run((sql) => sql`insert into source_items select * from kept`);
    await t.db.run((sql) => sql`drop table kept`);
  });

  it('is clean in the end', async () => {
    await sleep(10);
    assert.ok((await t.audit()).clean);
  });
});
