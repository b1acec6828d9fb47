import assert from 'node:assert/strict';
import { annotate } from '../../../stores/detection/annotate.ts';
import type { ImageFilter } from '../../../stores/finding/filter.ts';
import { asking, countImages, findImages } from '../../../stores/finding/find.ts';
import type { Order, Place } from '../../../stores/finding/order.ts';
import { SORT_KEYS } from '../../../stores/finding/order.ts';
import { CHUNK, outlineImages } from '../../../stores/finding/outline.ts';
import { createDatabase, type Database } from '../../../stores/postgres/database.ts';
import { migrate } from '../../../stores/postgres/migrate.ts';
import { ensureTenant } from '../../../stores/tenants.ts';
import { putModel, putSeen } from '../../hosting/seen.ts';
import { createTestDatabase } from '../../hosting/stack.ts';
import { putShots } from '../library.ts';

describe('outlines of lists', function () {
  this.timeout(180_000);
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let db: Database;
  let tenantId: string;
  let ids: number[];

  before(async () => {
    database = await createTestDatabase(migrate);
    db = createDatabase({ url: database.url, pool: 4, deadlineMs: 20_000, applicationName: 'test' });
    ({ id: tenantId } = await db.run((sql) => ensureTenant(sql, 'outlines')));
    ids = await putShots(
      db,
      tenantId,
      Array.from({ length: 250 }, (_, n) => ({
        name: `${(n * 37) % 250}.jpg`,
        bytes: 1_000 + ((n * 11) % 40),
        width: n % 2 === 0 ? 4_000 : 3_000,
        height: n % 2 === 0 ? 3_000 : 4_000,
        takenAt: n % 10 === 0 ? null : `2021-05-${String(1 + (n % 28)).padStart(2, '0')}T06:00:00Z`,
        createdAt: `2022-01-01T00:${String(n % 60).padStart(2, '0')}:00Z`,
      })),
    );
    await putShots(db, tenantId, [{ state: 'trashed' }, { state: 'pending' }]);
  });
  after(async () => {
    await db.close();
    await database.drop();
  });

  const outline = (filter: ImageFilter, order: Order, limit = 100_000, after: Place | null = null) =>
    asking(db, (tx) => outlineImages(tx, { filter, order, limit, after }));
  const page = async (filter: ImageFilter, order: Order, after: Place | null): Promise<number[]> =>
    (await asking(db, (tx) => findImages(tx, { filter, order, limit: CHUNK, from: { after } }))).assets.map(
      ({ id }) => id,
    );

  it('name the images of each page of the same list, in every order', async () => {
    const filter: ImageFilter = { tenantId, status: 'ready' };
    for (const key of SORT_KEYS) {
      for (const descending of [true, false]) {
        const order = { key, descending };
        const { chunks, next } = await outline(filter, order);
        assert.equal(next, null);
        assert.deepEqual(
          chunks.map((chunk) => chunk.ids.length),
          [100, 100, 50],
        );
        for (const [index, chunk] of chunks.entries()) {
          assert.deepEqual(chunk.ids, await page(filter, order, chunks[index - 1]?.last ?? null), key);
        }
      }
    }
  });

  it('tell the shape of each image, and when the first of a chunk was taken or added', async () => {
    const order = { key: 'created', descending: true } as const;
    const { chunks } = await outline({ tenantId, status: 'ready' }, order);
    const aspects = new Map(chunks.flatMap((chunk) => chunk.ids.map((id, at) => [id, chunk.aspects[at]])));
    assert.equal(aspects.get(ids[0]!), 1.333);
    assert.equal(aspects.get(ids[1]!), 0.75);
    assert.equal(chunks[0]?.at?.toISOString(), '2022-01-01T00:59:00.000Z');
    const taken = await outline({ tenantId, status: 'ready' }, { key: 'taken', descending: true });
    assert.equal(taken.chunks[0]?.at?.toISOString(), '2021-05-28T06:00:00.000Z');
    assert.equal(taken.chunks.at(-1)?.at?.toISOString().slice(0, 7), '2021-05');
    assert.deepEqual(await outline({ tenantId, status: 'failed' }, order), { chunks: [], next: null });
  });

  it('go on where one ended', async () => {
    const filter: ImageFilter = { tenantId, status: 'ready' };
    const order = { key: 'taken', descending: true } as const;
    const whole = (await outline(filter, order)).chunks.flatMap((chunk) => chunk.ids);
    const first = await outline(filter, order, 200);
    assert.equal(first.chunks.length, 2);
    const rest = await outline(filter, order, 200, first.next);
    assert.equal(rest.next, null);
    assert.deepEqual(
      [...first.chunks, ...rest.chunks].flatMap((chunk) => chunk.ids),
      whole,
    );
    assert.equal((await outline(filter, order, 250)).next, null);
  });

  it('take every filter, and know what waits for a person', async () => {
    const model = await putModel(db, 'outlined');
    const [shy, sure, empty] = ids as [number, number, number];
    await putSeen(
      db,
      model,
      [shy, sure, empty],
      [
        { asset: sure, label: 'animal', score: 0.9 },
        { asset: shy, label: 'animal', score: 0.1 },
      ],
    );
    const order = { key: 'created', descending: true } as const;
    const found = async (filter: Partial<ImageFilter>): Promise<number[]> => {
      const whole = { tenantId, status: 'ready' as const, ...filter };
      const named = (await outline(whole, order)).chunks.flatMap((chunk) => chunk.ids);
      assert.equal(await asking(db, (tx) => countImages(tx, whole)), named.length);
      return named;
    };
    assert.deepEqual(await found({ toReview: true }), [sure]);
    assert.equal((await found({ toReview: false })).length, 249);
    assert.deepEqual(await found({ label: 'animal' }), [sure]);
    const [box] = await db.run(
      (sql) => sql<{ id: number }[]>`select id from detections where asset_id = ${sure}`,
    );
    await db.tx((tx) =>
      annotate(tx, sure, { action: 'confirm', detectionId: box!.id, author: 'Ada', comment: null }),
    );
    assert.deepEqual(await found({ toReview: true }), []);
    assert.deepEqual(await found({ label: 'animal' }), [sure]);
    await db.tx((tx) =>
      annotate(tx, sure, { action: 'withdraw', detectionId: box!.id, author: 'Ada', comment: null }),
    );
    assert.deepEqual(await found({ toReview: true }), [sure]);
    assert.deepEqual(await found({ label: 'animal' }), [sure]);
  });
});
