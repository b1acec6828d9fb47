import assert from 'node:assert/strict';
import { GROUP_DISTANCES, hammingDistance } from '../../../domain/likeness.ts';
import { dismiss, takeBackDismissal } from '../../../stores/duplicates/dismissals.ts';
import { listGroups } from '../../../stores/duplicates/groups.ts';
import { placeAnew, placeAssets } from '../../../stores/duplicates/place.ts';
import { rebuildDuplicates } from '../../../stores/duplicates/rebuild.ts';
import { createDatabase, type Database } from '../../../stores/postgres/database.ts';
import { migrate } from '../../../stores/postgres/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../../hosting/stack.ts';
import { addPictures, libraryOf } from './libraryOf.ts';

const BASE = 0x0f0f_1e2d_3c4b_5a69n;
const away = (bits: number, from = BASE, first = 0): string =>
  (from ^ (((1n << BigInt(bits)) - 1n) << BigInt(first))).toString(16).padStart(16, '0');

describe('groups of near-duplicates', () => {
  let database: TestDatabase;
  let db: Database;

  before(async function () {
    this.timeout(180_000);
    database = await createTestDatabase(migrate);
    db = createDatabase({ url: database.url, pool: 12, deadlineMs: 20_000, applicationName: 'test' });
  });
  after(async () => {
    await db.close();
    await database.drop();
  });

  const groupsOf = async (tenantId: string, within: (typeof GROUP_DISTANCES)[number] = 6) =>
    (await db.run((sql) => listGroups(sql, { tenantId, within, limit: 100, offset: 0 }))).groups.map(
      ({ members }) => members.map(({ id }) => id).toSorted((a, b) => a - b),
    );
  const place = (ids: readonly number[]) => db.tx((tx) => placeAssets(tx, ids));

  it('form around their oldest picture and do not chain', async () => {
    // Each is 4 bits from the one before: a chain would hold all five.
    const { tenantId, ids } = await libraryOf(
      db,
      [0, 4, 8, 12, 16].map((bits) => ({ phash: away(bits) })),
    );
    await place(ids);
    assert.deepEqual(await groupsOf(tenantId), [
      [ids[0], ids[1]],
      [ids[2], ids[3]],
    ]);
    assert.deepEqual(await groupsOf(tenantId, 2), []);
    assert.deepEqual(await groupsOf(tenantId, 8), [
      [ids[0], ids[1], ids[2]],
      [ids[3], ids[4]],
    ]);
  });

  it('are the same whether pictures come one by one, in batches, at once, or all groups are built anew', async function () {
    this.timeout(240_000);
    let state = 3;
    const random = (below: number): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    const hashes = Array.from({ length: 90 }, (_, i) => {
      const centre = BASE ^ (BigInt(i % 6) * 0x1111_0101_0011_0001n);
      return Array.from({ length: random(7) }, () => BigInt(random(64)))
        .reduce((hash, bit) => hash ^ (1n << bit), centre)
        .toString(16)
        .padStart(16, '0');
    });
    const pictures = hashes.map((phash) => ({ phash }));
    const one = await libraryOf(db, pictures);
    for (const id of one.ids) await place([id]);
    const batches = await libraryOf(db, pictures);
    for (let at = 0; at < pictures.length; at += 24) await place(batches.ids.slice(at, at + 24));
    const rebuilt = await libraryOf(db, pictures);
    assert.ok((await rebuildDuplicates(db)) >= 270);
    for (const within of GROUP_DISTANCES) {
      const shape = async ({ tenantId, ids }: typeof one) =>
        (await groupsOf(tenantId, within)).map((group) => group.map((id) => ids.indexOf(id)));
      const expected = await shape(one);
      assert.ok(within < 4 || expected.length > 0);
      assert.deepEqual(await shape(batches), expected);
      assert.deepEqual(await shape(rebuilt), expected);
      for (const group of expected) {
        const centre = hashes[group[0]!]!;
        for (const member of group) assert.ok(hammingDistance(centre, hashes[member]!) <= within);
      }
    }
    // Whoever comes first leads, but nobody is missed when all come at the same moment.
    const twins = await libraryOf(
      db,
      Array.from({ length: 10 }, () => ({ phash: away(0) })),
    );
    await Promise.all(twins.ids.map((id) => place([id])));
    assert.deepEqual(await groupsOf(twins.tenantId), [twins.ids]);
    await place(twins.ids);
    assert.deepEqual(await groupsOf(twins.tenantId), [twins.ids], 'placing again changes nothing');
  });

  it('tell the best picture first', async () => {
    const { tenantId, ids } = await libraryOf(db, [
      { phash: away(0), width: 100, bytes: 500 },
      { phash: away(1), width: 200, bytes: 100 },
      { phash: away(2), width: 200, bytes: 100, camera: 'X100' },
      { phash: away(2), width: 200, bytes: 400 },
    ]);
    await place(ids);
    const { groups } = await db.run((sql) => listGroups(sql, { tenantId, within: 6, limit: 5, offset: 0 }));
    assert.deepEqual(groups, [
      {
        centre: ids[0],
        count: 4,
        members: [
          { id: ids[3], distance: 2 },
          { id: ids[2], distance: 2 },
          { id: ids[1], distance: 1 },
          { id: ids[0], distance: 0 },
        ],
      },
    ]);
  });

  it('stay, page by page, and live on when their first picture leaves', async () => {
    const { tenantId, ids } = await libraryOf(
      db,
      Array.from({ length: 5 }, (_, i) => [0, 1, 2].map(() => ({ phash: away(11, BASE, 12 * i) }))).flat(),
    );
    await place(ids);
    const page = (offset: number) =>
      db.run((sql) => listGroups(sql, { tenantId, within: 6, limit: 2, offset }));
    const pages = [await page(0), await page(2), await page(4), await page(6)];
    assert.deepEqual(
      pages.map(({ total }) => total),
      [5, 5, 5, 5],
    );
    assert.deepEqual(
      pages.flatMap(({ groups }) => groups.map(({ centre }) => centre)),
      ids.filter((_, at) => at % 3 === 0),
    );
    await db.run((sql) => sql`update assets set state = 'deleting' where id = ${ids[0]!}`);
    const first = (await page(0)).groups[0]!;
    assert.deepEqual(
      first.members.map(({ id }) => id),
      [ids[1], ids[2]],
    );
    await db.run((sql) => sql`update assets set state = 'deleting' where id = ${ids[1]!}`);
    assert.equal((await page(0)).total, 4, 'one picture is no group');
  });

  it('let go of a picture whose hash is another one now', async () => {
    const { tenantId, ids } = await libraryOf(db, [
      { phash: away(0) },
      { phash: away(2) },
      { phash: away(30) },
    ]);
    await place(ids);
    assert.deepEqual(await groupsOf(tenantId), [[ids[0], ids[1]]]);
    await db.run((sql) => sql`update assets set phash = ('x' || ${away(30)})::bit(64) where id = ${ids[1]!}`);
    await db.tx((tx) => placeAnew(tx, ids));
    assert.deepEqual(await groupsOf(tenantId), [[ids[1], ids[2]]]);
  });

  it('stay dismissed until a new picture joins them', async () => {
    const { tenantId, ids } = await libraryOf(db, [
      { phash: away(0) },
      { phash: away(2) },
      { phash: away(6) },
    ]);
    await place(ids);
    const { id } = await db.run((sql) => dismiss(sql, tenantId, ids));
    assert.deepEqual(await groupsOf(tenantId), []);
    assert.deepEqual(await groupsOf(tenantId, 2), [], 'nor are some of them duplicates');
    const [late] = await db.run((sql) => addPictures(sql, tenantId, [{ phash: away(4) }]));
    await place([late!]);
    assert.deepEqual(await groupsOf(tenantId), [[...ids, late]]);
    assert.deepEqual(
      await groupsOf(tenantId, 2),
      [
        [ids[0], ids[1]],
        [ids[2], late],
      ].slice(1),
    );
    assert.equal(await db.run((sql) => takeBackDismissal(sql, id)), true);
    assert.equal(await db.run((sql) => takeBackDismissal(sql, id)), false);
    assert.equal((await groupsOf(tenantId, 2)).length, 2);
  });
});
