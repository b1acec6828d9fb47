import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fillOrder } from '../../../domain/camera.ts';
import { createCamera, keepLive } from '../../../stores/cameras/cameras.ts';
import { holdConnection, releaseConnection, takeConnection } from '../../../stores/cameras/connection.ts';
import { publishLiveFrame, readLiveFrame } from '../../../stores/cameras/liveFrames.ts';
import { endSession, loseSession } from '../../../stores/cameras/losses.ts';
import { createSession, findSession } from '../../../stores/cameras/sessions.ts';
import {
  type RecordedFrame,
  recordedFrames,
  recordSight,
  type Sight,
} from '../../../stores/cameras/sights.ts';
import { beginSession, readStint, type Stint } from '../../../stores/cameras/stints.ts';
import { createImport, readImport } from '../../../stores/imports.ts';
import { addListedPage } from '../../../stores/listedPage.ts';
import { createDatabase, type Database } from '../../../stores/postgres/database.ts';
import { migrate } from '../../../stores/postgres/migrate.ts';
import { ensureTenant } from '../../../stores/tenants.ts';
import { createTestDatabase } from '../../hosting/stack.ts';

describe('rows of a session that runs', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let db: Database;
  let tenantId: string;
  let cameras = 0;

  before(async function () {
    this.timeout(180_000);
    database = await createTestDatabase(migrate);
    db = createDatabase({ url: database.url, pool: 10, deadlineMs: 5_000, applicationName: 'test' });
    tenantId = (await db.run((sql) => ensureTenant(sql, 'stints'))).id;
  });
  after(async () => {
    await db.close();
    await database.drop();
  });

  const newCamera = async (): Promise<string> => {
    cameras += 1;
    const key = `camera-${cameras}`;
    const id = await db.tx((tx) =>
      createCamera(tx, tenantId, {
        ...{ key, name: key, address: 'rtsp://192.0.2.7/', credentialId: null, defaults: {} },
        ...{ latitude: null, longitude: null, timezone: null, enabled: true },
      }),
    );
    return id!;
  };
  const newStint = async (): Promise<Stint> => {
    const cameraId = await newCamera();
    const order = fillOrder({ mode: 'continuous' });
    const id = await db.tx((tx) => createSession(tx, { tenantId, cameraId, order }));
    return (await db.run((sql) => beginSession(sql, id)))!;
  };
  /** Items as a hand-over makes them. */
  const newItems = (count: number): Promise<number[]> =>
    db.tx(async (tx) => {
      const id = await createImport(tx, { tenantId, kind: 'rtsp', address: randomUUID(), settings: null });
      const items = Array.from({ length: count }, (_, n) => ({
        ...{ externalId: `${n}`, name: `${n}`, locator: null, size: 1, sizeExact: true, modifiedAt: null },
        version: 'v',
      }));
      await addListedPage(tx, (await readImport(tx, id))!, { items, next: null });
      const rows = await tx<
        { id: number }[]
      >`select id from import_items where import_id = ${id} order by slot`;
      return rows.map((row) => row.id);
    });
  const at = (second: number) => new Date(Date.UTC(2030, 0, 1, 0, 0, second));
  const sight = (from: number, to: number, more: Partial<Sight> = {}): Sight => ({
    ...{ firstAt: at(from), lastAt: at(to), flags: [], dropped: 0, unchanged: 0 },
    ...more,
  });
  const frame = (second: number, itemId: number): RecordedFrame => ({
    ...{ id: randomUUID(), capturedAt: at(second), itemId, width: 4, height: 3, bytes: 9 },
    ...{ keyframe: true, flags: ['black', 'frozen'], changeShare: 0.5 },
  });
  const gaps = (id: string) =>
    db.run(
      (sql) => sql<{ from: Date; to: Date | null; reason: string }[]>`
        select from_at as from, to_at as to, reason from capture_gaps where session_id = ${id} order by from_at`,
    );
  const sessionOf = async (id: string) => (await db.run((sql) => findSession(sql, id)))!;

  it('number frames without holes, count, and know what they have', async () => {
    const stint = await newStint();
    const [one, two, three] = await newItems(3);
    const frames = [frame(1, one!), frame(2, two!)];
    const seen = sight(1, 2, { flags: ['black'], dropped: 2, unchanged: 3 });
    assert.ok(await db.tx((tx) => recordSight(tx, stint, seen, frames)));
    assert.equal(await db.tx((tx) => recordSight(tx, stint, seen, frames)), false, 'once is enough');
    assert.equal(
      await db.run((sql) => recordedFrames(sql, [...frames.map(({ id }) => id), randomUUID()])),
      2,
    );
    assert.ok(await db.tx((tx) => recordSight(tx, stint, sight(3, 3), [frame(3, three!)])));
    const rows = await db.run(
      (sql) => sql`
        select seq, captured_at as at, flags, change_share as share, calibration_version as calibration
        from capture_frames where session_id = ${stint.sessionId} order by seq`,
    );
    assert.deepEqual(
      rows.map((row) => ({ ...row })),
      [1, 2, 3].map((n) => ({
        ...{ seq: n, at: at(n), flags: ['black', 'frozen'], share: 0.5, calibration: null },
      })),
    );
    const session = await sessionOf(stint.sessionId);
    assert.deepEqual(
      [
        session.state,
        session.frames,
        session.dropped,
        session.unchanged,
        session.firstFrameAt,
        session.lastFrameAt,
      ],
      ['capturing', 3, 2, 3, at(1), at(3)],
    );
  });

  it('know how well a camera is, and since when', async () => {
    const stint = await newStint();
    const health = async () => {
      const [row] = await db.run(
        (sql) => sql`
          select health, health_since as since, last_frame_at as last from cameras where id = ${stint.camera.id}`,
      );
      return [row!['health'], row!['since'], row!['last']];
    };
    const see = (from: number, flags: string[]) =>
      db.tx((tx) => recordSight(tx, stint, sight(from, from, { flags }), []));
    await see(1, ['black']);
    await see(5, ['black']);
    assert.deepEqual(await health(), [['black'], at(1), at(5)]);
    await see(6, ['blurred']);
    assert.deepEqual(await health(), [['blurred'], at(6), at(6)]);
    await see(7, []);
    assert.deepEqual(await health(), [[], null, at(7)]);
  });

  it('have one gap for one outage, whatever is said of it meanwhile', async () => {
    const stint = await newStint();
    const id = stint.sessionId;
    const lose = (reason: 'source_timeout' | 'auth_failed' | 'worker_lost' | 'paused') =>
      db.tx((tx) =>
        loseSession(tx, id, {
          ...{ reason, detail: 'x', nextTryMs: 5_000 },
          state: reason === 'auth_failed' ? 'needs_attention' : reason === 'paused' ? 'paused' : 'waiting',
        }),
      );
    await lose('source_timeout');
    const began = (await sessionOf(id)).startedAt!;
    await lose('auth_failed');
    const stuck = await sessionOf(id);
    assert.deepEqual([stuck.state, stuck.failureType], ['needs_attention', 'auth_failed']);
    assert.deepEqual(
      (await gaps(id)).map((gap) => ({ ...gap })),
      [{ from: began, to: null, reason: 'source_timeout' }],
    );
    await db.tx((tx) => recordSight(tx, stint, sight(10, 20), []));
    const back = await sessionOf(id);
    assert.deepEqual([back.failureType, back.nextTryAt, back.reconnects], [null, null, 0]);
    await lose('worker_lost');
    await lose('paused');
    await db.tx((tx) => recordSight(tx, stint, sight(40, 41), []));
    const of = async (reason: string) => (await gaps(id)).find((gap) => gap.reason === reason)!;
    assert.deepEqual((await of('source_timeout')).to, at(10));
    const lost = await of('worker_lost');
    assert.deepEqual(lost.from, at(20), 'from its last picture on');
    // A pause begins where the loss ends. (The pictures are of the future here.)
    assert.deepEqual([lost.to, (await of('paused')).to], [at(20), at(40)]);
    assert.equal((await gaps(id)).length, 3);
    assert.equal((await sessionOf(id)).reconnects, 0, 'a pause is none, nor is the first picture');
    await lose('worker_lost');
    await db.tx((tx) => endSession(tx, id, 'stopped', null));
    const ended = await gaps(id);
    assert.ok(ended.every(({ to }) => to !== null));
    await lose('source_timeout');
    assert.equal((await gaps(id)).length, ended.length, 'what has ended loses nothing');
    assert.equal(await db.run((sql) => readStint(sql, id)), null);
  });

  it('count a connection that had to be made again', async () => {
    const stint = await newStint();
    const see = (second: number) => db.tx((tx) => recordSight(tx, stint, sight(second, second), []));
    await see(1);
    for (const second of [5, 9]) {
      await db.tx((tx) =>
        loseSession(tx, stint.sessionId, {
          ...{ reason: 'source_unreachable', detail: null, state: 'waiting', nextTryMs: 1 },
        }),
      );
      await see(second);
    }
    assert.equal((await sessionOf(stint.sessionId)).reconnects, 2);
  });

  it('lease the one connection of a camera to one at a time', async () => {
    const camera = await newCamera();
    const [session, other] = [randomUUID(), randomUUID()];
    const take = (holder: string, first = true) =>
      db.run((sql) => takeConnection(sql, camera, holder, first));
    const hold = (holder: string) => db.run((sql) => holdConnection(sql, camera, holder));
    const racers = Array.from({ length: 8 }, () => randomUUID());
    const won = await Promise.all(racers.map((holder) => take(holder)));
    assert.deepEqual(won.filter((result) => result === 'taken').length, 1);
    const winner = racers[won.indexOf('taken')]!;
    assert.equal(await hold(randomUUID()), null);
    await db.run((sql) => releaseConnection(sql, camera, randomUUID()));
    assert.deepEqual(await hold(winner), { watched: false }, 'only its holder gives it back');
    await db.run((sql) => releaseConnection(sql, camera, winner));

    assert.equal(await take(session), 'taken');
    assert.equal(await take(session), 'taken', 'a session has its own back after a crash');
    assert.equal(await take(other), 'busy');
    await db.run(
      (sql) => sql`update cameras set connection_until = now() - interval '1 second' where id = ${camera}`,
    );
    assert.equal(await take(other), 'taken', 'nobody has held it');
    await db.run((sql) => releaseConnection(sql, camera, other));

    await db.run((sql) => keepLive(sql, camera, 10));
    assert.equal(await take(camera, false), 'taken');
    assert.deepEqual(await hold(camera), { watched: true });
    assert.equal(await take(other, false), 'busy');
    assert.equal(await take(session), 'waived', 'those who only watch give way');
    assert.equal(await hold(camera), null);
  });

  it('show the newest picture, and tell those who look', async () => {
    const camera = await newCamera();
    const told: string[] = [];
    const deafen = await db.listen('live_frame', (id) => told.push(id));
    const picture = (second: number) => ({
      jpeg: Buffer.from([second]),
      width: 4,
      height: 3,
      at: at(second),
    });
    for (const second of [1, 2]) await db.run((sql) => publishLiveFrame(sql, camera, picture(second)));
    assert.deepEqual(
      { ...(await db.run((sql) => readLiveFrame(sql, camera))) },
      { ...picture(2), hidden: false },
    );
    assert.equal(await db.run((sql) => readLiveFrame(sql, camera, at(2))), null);
    for (let tries = 0; told.length < 2 && tries < 100; tries += 1) await sleep(20);
    assert.deepEqual(told, [camera, camera]);
    await deafen();
  });
});
