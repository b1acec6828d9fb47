import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { SourceItem } from '../../sources/source.ts';
import { commitOriginal } from '../../stores/assets.ts';
import { createImport, readImport } from '../../stores/imports.ts';
import { pendingInBatch } from '../../stores/items.ts';
import { keepOriginal } from '../../stores/keepOriginal.ts';
import { fillMd5 } from '../../stores/knownHashes.ts';
import { addListedPage } from '../../stores/listedPage.ts';
import { createDiskStore } from '../../stores/objects/disk.ts';
import type { ObjectStore } from '../../stores/objects/objectStore.ts';
import { recordOutcomes } from '../../stores/outcomes.ts';
import { createDatabase, type Database } from '../../stores/postgres/database.ts';
import { migrate } from '../../stores/postgres/migrate.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { createTestDatabase } from '../hosting/stack.ts';
import { digestsOf } from './digestsOf.ts';

describe('announced MD5s', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let db: Database;
  let dir: string;
  let objects: ObjectStore;
  let tenantId: string;

  before(async function () {
    this.timeout(180_000);
    database = await createTestDatabase(migrate);
    db = createDatabase({ url: database.url, pool: 4, deadlineMs: 5_000, applicationName: 'test' });
    tenantId = (await db.run((sql) => ensureTenant(sql, 'hashes'))).id;
    dir = await mkdtemp(path.join(os.tmpdir(), 'tributary-hashes-'));
    objects = await createDiskStore(path.join(dir, 'objects'));
  });
  after(async () => {
    await db.close();
    await database.drop();
    await rm(dir, { recursive: true, force: true });
  });

  const item = (name: string, more: Partial<SourceItem> = {}): SourceItem => ({
    ...{
      externalId: name,
      name,
      locator: name,
      size: null,
      sizeExact: false,
      modifiedAt: null,
      version: 'v1',
    },
    ...more,
  });

  async function list(address: string, items: SourceItem[]): Promise<string> {
    const id = await db.tx((tx) => createImport(tx, { tenantId, kind: 'urls', address, settings: {} }));
    const record = (await db.run((sql) => readImport(sql, id)))!;
    await fillMd5(db, objects, record, items);
    await db.tx((tx) => addListedPage(tx, record, { items, next: null }));
    return id;
  }

  async function bringIn(content: string): Promise<number> {
    const importId = await list(`https://example.test/${content}`, [item(content)]);
    const [row] = await db.run((sql) => pendingInBatch(sql, importId, 0, 10));
    const file = path.join(dir, randomUUID());
    await writeFile(file, content);
    const { assetId, claim } = await keepOriginal(
      { db, objects, reached: () => {} },
      {
        ...{ tenantId, ...digestsOf(content), bytes: content.length, name: content, mediaType: 'image/jpeg' },
        ...{ sourceKind: 'urls', modifiedAt: null },
      },
      file,
    );
    await db.run((sql) => commitOriginal(sql, { assetId, claim: claim!, itemId: row!.id }));
    await db.tx((tx) =>
      recordOutcomes(tx, {
        importId,
        rendered: [{ item: row!.id, asset: assetId }],
        ended: [],
        detection: { state: 'skipped', reason: 'no-model' },
      }),
    );
    return assetId;
  }

  it('recognise content that came from where none are announced', async () => {
    const asset = await bringIn('the bytes of a picture');
    const other = await bringIn('the bytes of a drawing');
    const md5 = createHash('md5').update('the bytes of a picture').digest('hex');
    const announced = { size: 22, sizeExact: true, hashes: { md5 } };
    const importId = await list('https://example.test/again', [
      item('same', announced),
      item('rounded', { ...announced, sizeExact: false }),
      item('different', { ...announced, hashes: { md5: '0'.repeat(32) } }),
    ]);
    const rows = await db.run(
      (sql) => sql<{ name: string; state: string; asset: number | null }[]>`
        select name, state, asset_id as asset from import_items where import_id = ${importId} order by name`,
    );
    assert.deepEqual(
      rows.map((row) => ({ ...row })),
      [
        { name: 'different', state: 'pending', asset: null },
        { name: 'rounded', state: 'pending', asset: null },
        { name: 'same', state: 'duplicate', asset },
      ],
    );
    assert.ok(other > asset);
  });

  it('are taken of contents of the announced sizes only', async () => {
    const asset = await bringIn('longer than the other contents of this suite');
    const md5 = '1'.repeat(32);
    await list('https://example.test/sizes', [item('x', { size: 43, sizeExact: true, hashes: { md5 } })]);
    const [row] = await db.run(
      (sql) => sql<{ md5: Buffer | null }[]>`select md5 from assets where id = ${asset}`,
    );
    assert.equal(row?.md5, null);
  });
});
