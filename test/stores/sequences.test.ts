import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createDatabase, type Database } from '../../stores/postgres/database.ts';
import { migrate } from '../../stores/postgres/migrate.ts';
import { regroup, stretchesOf } from '../../stores/sequences/regroup.ts';
import { listSequences } from '../../stores/sequences/sequences.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { createTestDatabase } from '../hosting/stack.ts';
import { putShots, type Shot } from './library.ts';

const DAY = Date.UTC(2021, 4, 31);
const at = (seconds: number): string => new Date(DAY + seconds * 1_000).toISOString();

describe('sequences', () => {
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

  async function newTenant(): Promise<string> {
    tenants += 1;
    return (await db.run((sql) => ensureTenant(sql, `sequences-${tenants}`))).id;
  }

  async function arrive(tenantId: string, shots: readonly Shot[]): Promise<number[]> {
    const ids = await putShots(
      db,
      tenantId,
      shots.map((shot) => ({ camera: 'cam', ...shot })),
    );
    await regroup(db, await db.run((sql) => stretchesOf(sql, ids)));
    return ids;
  }

  /** Sequences of a tenant as lists of names with the number of their burst, in order. */
  async function groups(tenantId: string): Promise<string[]> {
    const rows = await db.run(
      (sql) => sql<{ shown: string }[]>`
        select string_agg(a.name || ':' || q.burst, ' ' order by q.position) as shown
        from sequences s join sequence_images q on q.sequence_id = s.id join assets a on a.id = q.asset_id
        where s.tenant_id = ${tenantId} group by s.id, s.started_at, s.camera_key order by s.started_at, s.camera_key`,
    );
    return rows.map(({ shown }) => shown);
  }

  const idsOf = async (tenantId: string): Promise<string[]> =>
    (
      await db.run(
        (sql) =>
          sql<
            { id: string }[]
          >`select id from sequences where tenant_id = ${tenantId} order by started_at, id`,
      )
    ).map(({ id }) => id);

  it('are images with gaps of a minute at most, bursts with two seconds at most', async () => {
    const tenantId = await newTenant();
    await arrive(tenantId, [
      { name: 'a', takenAt: at(0) },
      { name: 'b', takenAt: at(2) },
      { name: 'c', takenAt: at(4.001) },
      { name: 'd', takenAt: at(64.001) },
      { name: 'e', takenAt: at(124.002) },
      { name: 'f', takenAt: at(1_000) },
      { name: 'g', takenAt: at(1_001) },
    ]);
    assert.deepEqual(await groups(tenantId), ['a:1 b:1 c:2 d:3', 'f:1 g:1']);
    const query = {
      tenantId,
      camera: null,
      locationId: null,
      from: null,
      to: null,
      minImages: 2,
      limit: 9,
      offset: 0,
    };
    const bursts = await db.run((sql) => listSequences(sql, { ...query, kind: 'burst' }));
    assert.deepEqual([bursts.total, bursts.sequences[0]?.images], [1, 2]);
    const longer = await db.run((sql) => listSequences(sql, { ...query, kind: 'sequence' }));
    assert.deepEqual([longer.total, longer.sequences[0]?.images, longer.sequences[0]?.bursts], [1, 4, 3]);
  });

  it('keep cameras apart, and times that no camera wrote out', async () => {
    const tenantId = await newTenant();
    await arrive(tenantId, [
      { name: 'a', takenAt: at(0) },
      { name: 'x', takenAt: at(1), camera: 'other' },
      { name: 'b', takenAt: at(2) },
      { name: 'y', takenAt: at(3), camera: 'other' },
      { name: 'm', takenAt: at(1), origin: 'modified' },
      { name: 'w', takenAt: at(1), flags: ['date_only'] },
      { name: 'n', takenAt: at(1), camera: null },
    ]);
    assert.deepEqual(await groups(tenantId), ['a:1 b:1', 'x:1 y:1']);
  });

  it('join when the image between them arrives late, and keep the id of the first', async () => {
    const tenantId = await newTenant();
    await arrive(tenantId, [
      { name: 'a', takenAt: at(0) },
      { name: 'b', takenAt: at(10) },
      { name: 'd', takenAt: at(110) },
      { name: 'e', takenAt: at(120) },
    ]);
    const [first] = await idsOf(tenantId);
    await arrive(tenantId, [{ name: 'c', takenAt: at(60) }]);
    assert.deepEqual(await groups(tenantId), ['a:1 b:2 c:3 d:4 e:5']);
    assert.deepEqual(await idsOf(tenantId), [first]);
  });

  it('break when times move, and the earliest part keeps the id', async () => {
    const tenantId = await newTenant();
    const ids = await arrive(tenantId, [
      { name: 'a', takenAt: at(0) },
      { name: 'b', takenAt: at(1) },
      { name: 'c', takenAt: at(50) },
      { name: 'd', takenAt: at(100) },
      { name: 'e', takenAt: at(101) },
    ]);
    const [first] = await idsOf(tenantId);
    const before = await db.run((sql) => stretchesOf(sql, ids));
    await db.run((sql) => sql`update assets set captured_at = ${at(5_000)} where id = ${ids[2]!}`);
    await regroup(db, [...before, ...(await db.run((sql) => stretchesOf(sql, [ids[2]!])))]);
    assert.deepEqual(await groups(tenantId), ['a:1 b:1', 'd:1 e:1']);
    assert.equal((await idsOf(tenantId))[0], first);
  });

  it('follow the counter of a camera over its end, within one second', async () => {
    const tenantId = await newTenant();
    const names = ['RCNX9998.JPG', 'RCNX9999.JPG', 'RCNX0001.JPG', 'RCNX0002.JPG'];
    await arrive(
      tenantId,
      [2, 0, 3, 1].map((n) => ({ name: names[n] ?? '', takenAt: at(7) })),
    );
    assert.deepEqual(await groups(tenantId), [names.map((name) => `${name}:1`).join(' ')]);
  });

  it('tell the same name in two places apart', async () => {
    const tenantId = await newTenant();
    await arrive(tenantId, [
      { name: 'RCNX0001.JPG', takenAt: at(0) },
      { name: 'RCNX0001.JPG', takenAt: at(10_000) },
      { name: 'RCNX0002.JPG', takenAt: at(10_001) },
    ]);
    assert.deepEqual(await groups(tenantId), ['RCNX0001.JPG:1 RCNX0002.JPG:1']);
  });

  it('are the same in whatever order and company the images arrive', async function () {
    this.timeout(240_000);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 0, max: 600 }), { minLength: 2, maxLength: 25 }),
        fc.integer({ min: 1, max: 6 }),
        async (seconds, batch) => {
          const tenantId = await newTenant();
          const shots = seconds.map((second) => ({ name: `s${second}`, takenAt: at(second) }));
          for (let from = 0; from < shots.length; from += batch) {
            await arrive(tenantId, shots.slice(from, from + batch));
          }
          const expected: string[] = [];
          let run: number[] = [];
          const sorted = [...seconds].sort((a, b) => a - b);
          for (const [index, second] of [...sorted, Number.POSITIVE_INFINITY].entries()) {
            if (index > 0 && second - (sorted[index - 1] ?? 0) > 60) {
              let burst = 1;
              const shown = run.map((each, n) => {
                if (n > 0 && each - (run[n - 1] ?? 0) > 2) burst += 1;
                return `s${each}:${burst}`;
              });
              if (run.length > 1) expected.push(shown.join(' '));
              run = [];
            }
            run.push(second);
          }
          assert.deepEqual(await groups(tenantId), expected);
        },
      ),
      { numRuns: 25 },
    );
  });
});
