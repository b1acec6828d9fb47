import assert from 'node:assert/strict';
import { facetOf } from '../../../stores/finding/facets.ts';
import type { ImageFilter } from '../../../stores/finding/filter.ts';
import { asking, countImages, estimateImages, type Found, findImages } from '../../../stores/finding/find.ts';
import { type Place, SORT_KEYS } from '../../../stores/finding/order.ts';
import { createLocation, createUser } from '../../../stores/people.ts';
import { createDatabase, type Database } from '../../../stores/postgres/database.ts';
import { migrate } from '../../../stores/postgres/migrate.ts';
import { ensureTenant } from '../../../stores/tenants.ts';
import { createTestDatabase } from '../../hosting/stack.ts';
import { putShots, type Shot } from '../library.ts';

describe('finding images', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let db: Database;
  let tenants = 0;

  before(async function () {
    this.timeout(180_000);
    database = await createTestDatabase(migrate);
    db = createDatabase({ url: database.url, pool: 4, deadlineMs: 10_000, applicationName: 'test' });
  });
  after(async () => {
    await db.close();
    await database.drop();
  });

  async function library(shots: readonly Shot[]): Promise<{ tenantId: string; ids: number[] }> {
    tenants += 1;
    const { id: tenantId } = await db.run((sql) => ensureTenant(sql, `finding-${tenants}`));
    return { tenantId, ids: await putShots(db, tenantId, shots) };
  }

  async function names(filter: ImageFilter): Promise<string> {
    const { assets } = await asking(db, (tx) =>
      findImages(tx, { filter, order: { key: 'name', descending: false }, limit: 100, from: { offset: 0 } }),
    );
    const total = await asking(db, (tx) => countImages(tx, filter));
    assert.equal(total, assets.length);
    return assets.map(({ name }) => name).join(' ');
  }

  it('takes every filter for what it says, alone and together', async () => {
    const { tenantId: elsewhere } = await library([{ name: 'foreign', camera: 'a' }]);
    const [place, person] = await db.run((sql) =>
      Promise.all([
        createLocation(sql, elsewhere, { name: 'Meadow', latitude: null, longitude: null, timezone: null }),
        createUser(sql, elsewhere, { name: 'Ada', email: null }),
      ]),
    );
    const { tenantId } = await library([
      {
        name: 'a',
        camera: 'cam-1',
        make: 'Reconyx',
        model: 'HF2X',
        takenAt: '2021-05-31T06:00:00Z',
        bytes: 10,
      },
      {
        name: 'b',
        camera: 'cam-2',
        make: 'Reconyx',
        takenAt: '2021-06-01T00:00:00Z',
        bytes: 20,
        width: 640,
        height: 480,
      },
      {
        name: 'c',
        latitude: 52,
        longitude: 13,
        locationId: place.id,
        format: 'png',
        createdAt: '2020-01-01T00:00:00Z',
      },
      { name: 'd', latitude: -17, longitude: 179.5, userId: person.id, sourceKind: 'upload' },
      {
        name: 'e',
        latitude: -17,
        longitude: -179.5,
        title: 'Red 100% fox',
        keywords: ['snow_deep', 'night'],
      },
      { name: 'f', state: 'trashed', camera: 'cam-1' },
      { name: 'g', state: 'rejected' },
      { name: 'h', state: 'failed' },
      { name: 'i', state: 'pending' },
      { name: 'j', state: 'deleted' },
    ]);
    const cases: [Partial<ImageFilter>, string][] = [
      [{}, 'a b c d e'],
      [{ status: 'all' }, 'a b c d e f g h i'],
      [{ status: 'trashed' }, 'f'],
      [{ status: 'processing' }, 'i'],
      [{ status: 'failed' }, 'h'],
      [{ status: 'rejected' }, 'g'],
      [{ camera: 'cam-1' }, 'a'],
      [{ camera: 'cam-1', status: 'all' }, 'a f'],
      [{ cameraMake: 'Reconyx' }, 'a b'],
      [{ cameraMake: 'Reconyx', cameraModel: 'HF2X' }, 'a'],
      [{ takenFrom: new Date('2021-06-01') }, 'b'],
      [{ takenTo: new Date('2021-06-01') }, 'a'],
      [{ takenFrom: new Date('2021-05-01'), takenTo: new Date('2021-07-01') }, 'a b'],
      [{ createdTo: new Date('2020-06-01') }, 'c'],
      [{ createdFrom: new Date('2020-06-01') }, 'a b d e'],
      [{ hasGps: true }, 'c d e'],
      [{ hasGps: false }, 'a b'],
      [{ bbox: { west: 10, south: 50, east: 15, north: 55 } }, 'c'],
      [{ bbox: { west: 179, south: -20, east: -179, north: -10 } }, 'd e'],
      [{ locationId: place.id }, 'c'],
      [{ userId: person.id }, 'd'],
      [{ source: 'upload' }, 'd'],
      [{ format: 'png' }, 'c'],
      [{ mime: 'image/png' }, 'c'],
      [{ minWidth: 1_000, maxBytes: 15 }, 'a'],
      [{ maxWidth: 640, maxHeight: 480 }, 'b'],
      [{ minBytes: 11, maxBytes: 20 }, 'b'],
      [{ words: ['FOX', '100%'] }, 'e'],
      [{ words: ['100_'] }, ''],
      [{ words: ['snow_deep'] }, 'e'],
      [{ words: ['snowXdeep'] }, ''],
      [{ words: ['red', 'hare'] }, ''],
      [{ words: ["'; drop table assets; --"] }, ''],
    ];
    for (const [more, expected] of cases) {
      assert.equal(await names({ tenantId, status: 'ready', ...more }), expected, JSON.stringify(more));
    }
  });

  it('walks every order to its end by places, each image once, while others come and go', async () => {
    const shots = Array.from(
      { length: 57 },
      (_, n): Shot => ({
        // Ties everywhere, names longer than a btree entry and times that are not known.
        name: n % 4 === 0 ? 'x'.repeat(1_900) : `n${n % 5}`,
        bytes: n % 3,
        takenAt: n % 6 === 0 ? null : `2021-05-31T06:00:0${n % 7}.123Z`,
        createdAt: `2021-01-01T00:00:00.12345${n % 5}Z`,
      }),
    );
    for (const key of SORT_KEYS) {
      for (const descending of [true, false]) {
        const { tenantId, ids } = await library(shots);
        const filter: ImageFilter = { tenantId, status: 'ready' };
        const seen: number[] = [];
        let after: Place | null = null;
        do {
          const place: Place | null = after;
          const found: Found = await asking(db, (tx) =>
            findImages(tx, { filter, order: { key, descending }, limit: 10, from: { after: place } }),
          );
          seen.push(...found.assets.map(({ id }) => id));
          after = found.next;
          // The row that the place was taken from goes; others come at both ends.
          await db.run(
            (sql) => sql`update assets set state = 'trashed', trashed_at = now(), trashed_by = 'person'
            where id = ${seen.at(-1) ?? 0}`,
          );
          await putShots(db, tenantId, [{ name: '', bytes: 0 }]);
        } while (after !== null);
        const original = seen.filter((id) => ids.includes(id));
        assert.equal(new Set(seen).size, seen.length, `${key} ${descending}`);
        assert.equal(original.length, ids.length, `${key} ${descending}`);
      }
    }
  });

  it('puts images without a time last when the latest come first', async () => {
    const { tenantId } = await library([
      { name: 'none' },
      { name: 'old', takenAt: '2001-01-01T00:00:00Z' },
      { name: 'new', takenAt: '2021-01-01T00:00:00Z' },
    ]);
    const { assets } = await asking(db, (tx) =>
      findImages(tx, {
        filter: { tenantId, status: 'ready' },
        order: { key: 'taken', descending: true },
        limit: 10,
        from: { offset: 0 },
      }),
    );
    assert.deepEqual(
      assets.map(({ name }) => name),
      ['new', 'old', 'none'],
    );
  });

  it('counts what the images of a filter are made of', async () => {
    const { tenantId } = await library([
      { camera: 'k1', make: 'Reconyx', model: 'HF2X', takenAt: '2021-05-31T23:59:59Z' },
      { camera: 'k1', make: 'Reconyx', model: 'HF2X', takenAt: '2021-06-01T00:00:00Z', format: 'png' },
      { camera: 'k2', takenAt: '2021-06-01T00:00:00Z' },
      { state: 'trashed', camera: 'k2' },
      { state: 'pending' },
    ]);
    const filter: ImageFilter = { tenantId, status: 'ready' };
    const ask = (facet: Parameters<typeof facetOf>[2]) => asking(db, (tx) => facetOf(tx, filter, facet));
    assert.deepEqual((await ask('camera')).values, [
      { value: 'k1', label: 'Reconyx HF2X', count: 2 },
      { value: 'k2', label: null, count: 1 },
    ]);
    assert.deepEqual(
      (await ask('taken_month')).values.map(({ value, count }) => [value, count]),
      [
        ['2021-06', 2],
        ['2021-05', 1],
      ],
    );
    assert.deepEqual(
      (await ask('status')).values.map(({ value, count }) => [value, count]),
      [
        ['ready', 3],
        ['processing', 1],
        ['trashed', 1],
      ],
    );
    assert.deepEqual((await ask('location')).values, [{ value: null, label: null, count: 3 }]);
    const many = await library(Array.from({ length: 130 }, (_, n): Shot => ({ camera: `c${n}` })));
    const { values, others } = await asking(db, (tx) =>
      facetOf(tx, { tenantId: many.tenantId, status: 'ready' }, 'camera'),
    );
    assert.deepEqual([values.length, others], [100, 30]);
  });

  it('estimates without counting', async () => {
    const { tenantId } = await library([{}, {}]);
    const guess = await asking(db, (tx) => estimateImages(tx, { tenantId, status: 'ready' }));
    assert.ok(Number.isInteger(guess) && guess >= 0);
  });

  it('takes folders that cameras begin by themselves for one camera', async () => {
    const source = '11111111-1111-4111-8111-111111111111';
    const keys = async (...paths: string[]) => {
      const rows = await db.run(
        (sql) => sql<{ key: string }[]>`
          select distinct camera_key(null, null, null, ${source}, path) as key from unnest(${paths}::text[]) path`,
      );
      return rows.map(({ key }) => key);
    };
    assert.deepEqual(
      await keys(
        'North/DCIM/100RECNX/RCNX0001.JPG',
        'North/101EK113/EK000001.JPG',
        'North/100_BTCF/IMG_0001.JPG',
        'North/DCIM/102MEDIA/DSCF0001.JPG',
        'North/100DSCIM/PICT0001.JPG',
        'North/IMG_0001.JPG',
      ),
      [`@${source}/North`],
    );
    assert.deepEqual(await keys('DCIM/100CANON/IMG_0001.JPG', 'IMG_0001.JPG'), [`@${source}/`]);
    assert.equal((await keys('North/a.jpg', 'South/a.jpg', '2021site/a.jpg')).length, 3);
    const [row] = await db.run(
      (sql) => sql<{ serial: string; upload: string | null; none: string | null }[]>`
        select camera_key('Reconyx', 'HF2X', 'H1', ${source}, 'a/b.jpg') as serial,
          camera_key('Apple', 'iPhone', null, null, 'b.jpg') as upload, camera_key(null, null, null, null, 'b.jpg') as none`,
    );
    assert.deepEqual(row, { serial: 'reconyx hf2x #h1', upload: 'apple iphone', none: null });
  });
});
