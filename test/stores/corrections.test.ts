import assert from 'node:assert/strict';
import { NO_CLOCK, whenTaken } from '../../imaging/exif/taken.ts';
import type { ClockChange } from '../../stores/corrections/change.ts';
import {
  findCorrection,
  previewCorrection,
  recordCorrection,
  requestUndo,
} from '../../stores/corrections/corrections.ts';
import { finishCorrection, moveBatch, stretchesMoved } from '../../stores/corrections/move.ts';
import type { ImageFilter } from '../../stores/finding/filter.ts';
import { createDatabase, type Database } from '../../stores/postgres/database.ts';
import { migrate } from '../../stores/postgres/migrate.ts';
import { regroup, stretchesOf } from '../../stores/sequences/regroup.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { createTestDatabase } from '../hosting/stack.ts';
import { putShots, type Shot } from './library.ts';

const GIVEN = { change: {}, selection: {} };

describe('corrections of clocks', () => {
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

  async function library(shots: readonly Shot[]): Promise<{ filter: ImageFilter; ids: number[] }> {
    tenants += 1;
    const { id: tenantId } = await db.run((sql) => ensureTenant(sql, `corrections-${tenants}`));
    return { filter: { tenantId, status: 'ready' }, ids: await putShots(db, tenantId, shots) };
  }

  const record = (filter: ImageFilter, change: ClockChange) =>
    db.tx((tx) => recordCorrection(tx, { filter, change, given: GIVEN }));

  async function finish(id: string): Promise<void> {
    while (await db.tx((tx) => moveBatch(tx, id)));
    await regroup(db, await db.run((sql) => stretchesMoved(sql, id)));
    await db.run((sql) => finishCorrection(sql, id));
  }

  async function correct(filter: ImageFilter, change: ClockChange): Promise<string> {
    const made = await record(filter, change);
    assert.ok(typeof made === 'object');
    await finish(made.id);
    return made.id;
  }

  async function undo(id: string): Promise<void> {
    assert.equal(await db.tx((tx) => requestUndo(tx, id)), 'asked');
    await finish(id);
  }

  /** Everything that a correction may touch. */
  const times = (ids: readonly number[]) =>
    db.run(
      (sql) => sql<
        { at: string; local: string; utc_offset: number; flags: string; sure: string; exif: string }[]
      >`
        select captured_at::text as at, captured_local as local, captured_offset as utc_offset,
          array_to_string(captured_flags, ',') as flags, captured_confidence as sure, exif::text as exif
        from assets where id = any(${ids as number[]}::bigint[]) order by id`,
    );

  it('move times and readings by as much, and back to the last bit', async () => {
    const { filter, ids } = await library([
      { takenAt: '2021-05-31T06:00:00.123Z', flags: ['suspect_clock', 'dst_gap'] },
      { takenAt: '2021-12-31T23:59:59Z' },
      {},
    ]);
    const before = await times(ids);
    const preview = await db.run((sql) => previewCorrection(sql, filter, { shiftSeconds: 3_601 }));
    assert.deepEqual([preview.images, preview.without, preview.samples.length], [2, 1, 2]);
    assert.equal(preview.samples[0]?.after.toISOString(), '2021-05-31T07:00:01.123Z');
    assert.deepEqual(await times(ids), before, 'a preview moves nothing');
    const id = await correct(filter, { shiftSeconds: 3_601 });
    const after = await times(ids);
    assert.match(after[0]?.at ?? '', /^2021-05-31 07:00:01\.123/);
    assert.deepEqual(
      after.map(({ local }) => local),
      ['2021-05-31T07:00:01', '2022-01-01T01:00:00', null],
    );
    assert.equal(after[0]?.flags, 'dst_gap,corrected');
    assert.deepEqual(after[2], before[2]);
    const row = await db.run((sql) => findCorrection(sql, id));
    assert.deepEqual([row?.state, row?.images], ['applied', 2]);
    await undo(id);
    assert.deepEqual(await times(ids), before);
    assert.equal((await db.run((sql) => findCorrection(sql, id)))?.state, 'undone');
    const events = await db.run(
      (sql) => sql<{ kind: string }[]>`select kind from events where asset_id = ${ids[0]!} order by id`,
    );
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['asset.clock_corrected', 'asset.clock_restored'],
    );
  });

  it('read clocks in another zone exactly as pictures that arrive are read', async () => {
    const zone = 'Europe/Berlin';
    const readings = [
      '2021-01-15T12:00:00',
      '2021-03-28T01:59:59',
      '2021-03-28T02:30:00',
      '2021-03-28T03:00:00',
      '2021-07-01T12:00:00',
      '2021-10-31T01:59:59',
      '2021-10-31T02:00:00',
      '2021-10-31T02:59:59',
      '2021-10-31T03:00:00',
    ];
    for (const timezone of [zone, 'Australia/Lord_Howe', 'America/St_Johns', 'Asia/Kathmandu']) {
      const { filter, ids } = await library(
        readings.map((reading) => ({ takenAt: `${reading}Z`, flags: ['no_zone'] })),
      );
      await correct(filter, { timezone });
      const found = await db.run(
        (sql) => sql<{ at: Date; utc_offset: number; flags: string[] }[]>`
          select captured_at as at, captured_offset as utc_offset, captured_flags as flags from assets
          where id = any(${ids}::bigint[]) order by id`,
      );
      for (const [index, reading] of readings.entries()) {
        const expected = whenTaken(
          { ...NO_CLOCK, dateTime: reading },
          { fileName: '', modifiedAt: null, timezone, now: Date.UTC(2024, 0, 1) },
        );
        const row = found[index];
        assert.equal(row?.at.toISOString(), expected.capturedAt, `${timezone} ${reading}`);
        assert.equal(row?.utc_offset, expected.capturedOffset, `${timezone} ${reading}`);
        assert.deepEqual(row?.flags, ['corrected', ...expected.capturedFlags], `${timezone} ${reading}`);
      }
    }
  });

  it('are undone in the opposite order only where they touch the same images', async () => {
    const { filter, ids } = await library([
      { camera: 'a', takenAt: '2021-05-31T06:00:00Z' },
      { camera: 'b', takenAt: '2021-05-31T06:00:00Z' },
    ]);
    const before = await times(ids);
    const both = await correct(filter, { shiftSeconds: 10 });
    const onlyA = await correct({ ...filter, camera: 'a' }, { shiftSeconds: 100 });
    const onlyB = await correct({ ...filter, camera: 'b' }, { timezone: 'Europe/Berlin' });
    assert.deepEqual(await db.tx((tx) => requestUndo(tx, both)), { first: onlyB });
    await undo(onlyA);
    assert.deepEqual(await db.tx((tx) => requestUndo(tx, both)), { first: onlyB });
    await undo(onlyB);
    await undo(both);
    assert.deepEqual(await times(ids), before);
    assert.equal(await db.tx((tx) => requestUndo(tx, both)), 'not applied');
    assert.equal(await db.tx((tx) => requestUndo(tx, '11111111-1111-4111-8111-111111111111')), 'gone');
  });

  it('come one at a time, and not for nothing', async () => {
    const { filter } = await library([{ takenAt: '2021-05-31T06:00:00Z' }]);
    assert.equal(await record({ ...filter, camera: 'nobody' }, { shiftSeconds: 1 }), 'nothing');
    const tries = await Promise.all(Array.from({ length: 6 }, () => record(filter, { shiftSeconds: 1 })));
    const made = tries.filter((each) => typeof each === 'object');
    assert.equal(made.length, 1);
    assert.equal(tries.filter((each) => each === 'busy').length, 5);
    await finish(made[0]!.id);
    assert.ok(typeof (await record(filter, { shiftSeconds: 1 })) === 'object');
  });

  it('go on where they stopped, and move no image twice', async () => {
    const shots = Array.from(
      { length: 2_300 },
      (_, n): Shot => ({
        takenAt: new Date(Date.UTC(2021, 0, 1) + n * 60_000).toISOString(),
      }),
    );
    const { filter, ids } = await library(shots);
    const made = await record(filter, { shiftSeconds: 7 });
    assert.ok(typeof made === 'object');
    // A batch is done, one breaks, two run beside each other.
    assert.equal(await db.tx((tx) => moveBatch(tx, made.id)), true);
    await assert.rejects(
      db.tx(async (tx) => {
        await moveBatch(tx, made.id);
        throw new Error('lost');
      }),
    );
    await Promise.all([finish(made.id), finish(made.id)]);
    const rows = await times(ids);
    for (const [n, row] of rows.entries()) {
      const expected = new Date(Date.parse(shots[n]!.takenAt!) + 7_000).toISOString().slice(0, 19);
      assert.equal(row.local, expected);
    }
    await undo(made.id);
    assert.equal((await times(ids))[5]?.local, shots[5]!.takenAt!.slice(0, 19));
  });

  it('repair sequences at both ends of the way', async () => {
    const { filter, ids } = await library([
      { camera: 'cam', name: 'a', takenAt: '2021-05-31T06:00:00Z' },
      { camera: 'cam', name: 'b', takenAt: '2021-05-31T06:00:01Z' },
      { camera: 'cam', name: 'c', takenAt: '2021-05-31T09:00:02Z' },
    ]);
    await regroup(db, await db.run((sql) => stretchesOf(sql, ids)));
    const shown = async () => {
      const rows = await db.run(
        (sql) => sql<{ names: string }[]>`
          select string_agg(a.name, '' order by q.position) as names from sequence_images q join assets a on a.id = q.asset_id
          where a.tenant_id = ${filter.tenantId} group by q.sequence_id order by 1`,
      );
      return rows.map(({ names }) => names);
    };
    assert.deepEqual(await shown(), ['ab']);
    const id = await correct({ ...filter, ids: [ids[1]!] }, { shiftSeconds: 3 * 3_600 });
    assert.deepEqual(await shown(), ['bc']);
    await undo(id);
    assert.deepEqual(await shown(), ['ab']);
  });
});
