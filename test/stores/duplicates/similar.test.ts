import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hammingDistance, LEAST_BITS, MAX_DISTANCE, saysSomething } from '../../../domain/likeness.ts';
import { placeAssets } from '../../../stores/duplicates/place.ts';
import { similarTo } from '../../../stores/duplicates/similar.ts';
import { createDatabase, type Database } from '../../../stores/postgres/database.ts';
import { migrate } from '../../../stores/postgres/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../../hosting/stack.ts';
import { libraryOf } from './libraryOf.ts';

const hex = (value: bigint): string => value.toString(16).padStart(16, '0');
const flip = (hash: bigint, bits: readonly number[]): bigint =>
  bits.reduce((flipped, bit) => flipped ^ (1n << BigInt(bit)), hash);

const anyHash = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const someBits = fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: MAX_DISTANCE + 2 });

/** What there is to search: noise, pictures like each other, and hashes made to fill one place of the index. */
const hashes = fc
  .tuple(
    fc.array(anyHash, { maxLength: 20 }),
    fc.array(fc.tuple(anyHash, fc.array(someBits, { maxLength: 15 })), { maxLength: 3 }),
    fc.array(fc.tuple(fc.constantFrom(0n, 0xffffn, 0xaaaan), anyHash, fc.integer({ min: 0, max: 3 })), {
      maxLength: 20,
    }),
  )
  .map(([noise, clusters, crowded]) => [
    ...noise,
    ...clusters.flatMap(([centre, edits]) => [centre, ...edits.map((bits) => flip(centre, bits))]),
    // The same value in one band, anything in the others.
    ...crowded.map(([value, other, band]) => {
      const shift = BigInt(16 * band);
      return (other & ~(0xffffn << shift)) | (value << shift);
    }),
    0n,
    2n ** 63n,
  ]);

describe('the search for similar pictures', () => {
  let database: TestDatabase;
  let db: Database;

  before(async function () {
    this.timeout(180_000);
    database = await createTestDatabase(migrate);
    db = createDatabase({ url: database.url, pool: 4, deadlineMs: 20_000, applicationName: 'test' });
  });
  after(async () => {
    await db.close();
    await database.drop();
  });

  it('finds exactly what a comparison with every hash finds, at every distance', async function () {
    this.timeout(240_000);
    let pairs = 0;
    await fc.assert(
      fc.asyncProperty(hashes, async (all) => {
        const texts = all.map(hex);
        const { ids } = await libraryOf(
          db,
          texts.map((phash) => ({ phash })),
        );
        await db.tx((tx) => placeAssets(tx, ids));
        const known = ids.map((id, at) => ({ id, phash: texts[at]! }));
        for (const { id, phash } of known.slice(-8)) {
          for (let distance = 0; distance <= MAX_DISTANCE; distance += 1) {
            const found = await db.run((sql) => similarTo(sql, id, { distance, limit: 1_000 }));
            const expected = known
              .filter((other) => other.id !== id && saysSomething(other.phash))
              .map((other) => ({ id: other.id, distance: hammingDistance(phash, other.phash) }))
              .filter((other) => other.distance <= distance)
              .toSorted((a, b) => a.distance - b.distance || a.id - b.id);
            assert.deepEqual([...found], expected);
            pairs += expected.length;
          }
        }
      }),
      { numRuns: 15 },
    );
    assert.ok(pairs > 100, `only ${pairs} pairs were there to be found`);
  });

  it('finds every edit of up to ten bits, wherever the bits are', async function () {
    this.timeout(240_000);
    const centre = 0x1234_5678_9abc_def0n;
    let state = 7;
    const random = (below: number): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    // All ways that ten differences can be spread over the four bands, and no others: the search has no room to spare.
    const spreads: number[][] = [];
    for (let a = 0; a <= 10; a += 1)
      for (let b = 0; a + b <= 10; b += 1)
        for (let c = 0; a + b + c <= 10; c += 1) spreads.push([a, b, c, 10 - a - b - c]);
    const edits = spreads.map((spread) =>
      flip(
        centre,
        spread.flatMap((count, band) => {
          const bits = new Set<number>();
          while (bits.size < count) bits.add(16 * band + random(16));
          return [...bits];
        }),
      ),
    );
    const { ids } = await libraryOf(
      db,
      [centre, ...edits].map((hash) => ({ phash: hex(hash) })),
    );
    await db.tx((tx) => placeAssets(tx, ids));
    const found = await db.run((sql) => similarTo(sql, ids[0]!, { distance: 10, limit: 1_000 }));
    assert.equal(found.length, 286);
    assert.ok(found.every(({ distance }) => distance === 10));
    const nearer = await db.run((sql) => similarTo(sql, ids[0]!, { distance: 9, limit: 1_000 }));
    assert.equal(nearer.length, 0);
  });

  it('shows ready pictures of the same tenant only', async () => {
    const phash = '0123456789abcdef';
    const here = await libraryOf(db, [{ phash }, { phash }, { phash }]);
    const there = await libraryOf(db, [{ phash }]);
    await db.tx((tx) => placeAssets(tx, [...here.ids, ...there.ids]));
    await db.run((sql) => sql`update assets set state = 'deleting' where id = ${here.ids[1]!}`);
    const found = await db.run((sql) => similarTo(sql, here.ids[0]!, { distance: 6, limit: 10 }));
    assert.deepEqual([...found], [{ id: here.ids[2]!, distance: 0 }]);
  });

  it('leaves flat pictures out, so that a thousand of them cost nothing', async () => {
    const flat = Array.from({ length: 1_000 }, (_, i) => ({
      phash: i % 2 ? '8000000000000000' : '0000000000000000',
    }));
    const { ids } = await libraryOf(db, [...flat, { phash: hex(2n ** BigInt(LEAST_BITS) - 1n) }]);
    await db.tx((tx) => placeAssets(tx, ids));
    assert.deepEqual(
      (await db.run((sql) => similarTo(sql, ids[0]!, { distance: 10, limit: 10 }))).map(({ id }) => id),
      ids.slice(-1),
      'only what can be told apart',
    );
    const [rows] = await db.run(
      (sql) =>
        sql<
          { members: number }[]
        >`select count(*) as members from duplicate_members where asset_id = any(${ids}::bigint[])`,
    );
    assert.equal(rows!.members, 0);
  });

  it('refuses distances that it is not exact for', async () => {
    const { ids } = await libraryOf(db, [{ phash: '0123456789abcdef' }]);
    await assert.rejects(db.run((sql) => similarTo(sql, ids[0]!, { distance: 11, limit: 1 })));
  });
});
