import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { addCalibration, currentCalibration } from '../../stores/cameras/calibrations.ts';
import {
  type CameraInput,
  changeCamera,
  createCamera,
  findCamera,
  findFormerCamera,
  listCameras,
  lockCamera,
  removeCamera,
} from '../../stores/cameras/cameras.ts';
import { type FramePlace, newestFrames, pageFrames } from '../../stores/cameras/frames.ts';
import { type GapPlace, pageGaps, readSighting } from '../../stores/cameras/gaps.ts';
import { changeOrder, createSession, findSession, setWanted } from '../../stores/cameras/sessions.ts';
import { createWindow, wasOpened } from '../../stores/cameras/windows.ts';
import { dropForgotten, rotateCredentials, saveCredentials } from '../../stores/credentials/credentials.ts';
import { createSealer } from '../../stores/credentials/sealer.ts';
import { createDatabase, type Database, type Sql } from '../../stores/postgres/database.ts';
import { migrate } from '../../stores/postgres/migrate.ts';
import { removeTenantRows } from '../../stores/tenancy/removal.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { createTestDatabase, type TestDatabase } from '../hosting/stack.ts';

const SECRET = 'a key that is long enough to be one';
const ORDER = { mode: 'continuous', fps: 1, durationSeconds: null, decode: 'all', quality: 90 } as const;

describe('rows of cameras', () => {
  let database: TestDatabase;
  let db: Database;
  let tenantId: string;
  let made = 0;

  before(async function () {
    this.timeout(180_000);
    database = await createTestDatabase(migrate);
    db = createDatabase({ url: database.url, pool: 6, deadlineMs: 20_000, applicationName: 'test' });
  });
  after(async () => {
    await db.close();
    await database.drop();
  });
  beforeEach(async () => {
    made += 1;
    tenantId = (await db.run((sql) => ensureTenant(sql, `cameras-${made}`))).id;
  });

  const input = (more: Partial<CameraInput> = {}): CameraInput => ({
    key: 'gate',
    name: 'Gate',
    address: 'rtsp://192.0.2.7/1',
    credentialId: null,
    defaults: {},
    latitude: null,
    longitude: null,
    timezone: null,
    enabled: true,
    ...more,
  });

  async function camera(more: Partial<CameraInput> = {}): Promise<string> {
    const id = await db.tx((tx) => createCamera(tx, tenantId, input(more)));
    assert.ok(id);
    return id;
  }

  const session = (cameraId: string) =>
    db.tx((tx) => createSession(tx, { tenantId, cameraId, order: ORDER }));

  const at = (minute: number) => new Date(Date.parse('2026-05-01T12:00:00Z') + minute * 60_000);

  /** A session that ran from one minute to another. */
  async function ran(cameraId: string, from: number, to: number | null): Promise<string> {
    const id = await session(cameraId);
    await db.run(
      (sql) => sql`
        update capture_sessions set started_at = ${at(from)}, ended_at = ${to === null ? null : at(to)},
          state = ${to === null ? 'capturing' : 'stopped'} where id = ${id}`,
    );
    return id;
  }

  const gap = (
    cameraId: string,
    sessionId: string,
    from: number,
    to: number | null,
    reason = 'source_unreachable',
  ) =>
    db.run(
      (sql) => sql`
        insert into capture_gaps (tenant_id, camera_id, session_id, from_at, to_at, reason)
        values (${tenantId}, ${cameraId}, ${sessionId}, ${at(from)}, ${to === null ? null : at(to)}, ${reason})`,
    );

  const messages = (sql: Sql, subjectId: string) =>
    sql<{ kind: string }[]>`select kind from outbox where subject_id = ${subjectId} order by id`;

  it('are one for each key of a tenant, however many make them at once', async () => {
    const ids = await Promise.all(
      Array.from({ length: 12 }, () => db.tx((tx) => createCamera(tx, tenantId, input()))),
    );
    assert.equal(ids.filter((id) => id !== null).length, 1);
    const [id] = ids.filter((each) => each !== null);
    await db.tx((tx) => removeCamera(tx, id!));
    assert.ok(await camera(), 'a key is free again when its camera is deleted');
  });

  it('do not take the key of another camera', async () => {
    const id = await camera();
    await camera({ key: 'yard' });
    const before = (await db.run((sql) => findCamera(sql, id)))!;
    assert.equal(await db.tx((tx) => changeCamera(tx, before, input({ key: 'yard' }))), false);
    assert.equal(await db.tx((tx) => changeCamera(tx, before, input({ key: 'barn' }))), true);
    assert.equal((await db.run((sql) => findCamera(sql, id)))?.key, 'barn');
  });

  it('end their sessions and windows when they are deleted, and keep what was seen', async () => {
    const id = await camera();
    const [open, over] = [await session(id), await ran(id, 0, 5)];
    const window = await db.tx((tx) =>
      createWindow(
        tx,
        { id, tenantId },
        { name: 'w', fromSpec: '08:00', toSpec: '09:00', days: [1], order: {}, enabled: true },
      ),
    );
    await db.tx((tx) => removeCamera(tx, id));
    assert.equal(await db.run((sql) => findCamera(sql, id)), null);
    assert.ok(await db.run((sql) => findFormerCamera(sql, id)));
    assert.equal((await db.run((sql) => findSession(sql, open)))?.wanted, 'stopped');
    assert.equal((await db.run((sql) => findSession(sql, over)))?.wanted, 'run');
    assert.deepEqual(
      (await db.run((sql) => messages(sql, open))).map(({ kind }) => kind),
      ['run-capture', 'capture-changed'],
    );
    const [row] = await db.run(
      (sql) => sql`select revision, deleted_at from capture_windows where id = ${window.id}`,
    );
    assert.ok(row?.['revision'] === 2 && row['deleted_at']);
  });

  it('are told apart by their condition', async () => {
    const [idle, seen, lost, paused, off, both] = [
      await camera({ key: 'idle', name: 'a' }),
      await camera({ key: 'seen', name: 'b' }),
      await camera({ key: 'lost', name: 'c' }),
      await camera({ key: 'paused', name: 'd' }),
      await camera({ key: 'off', name: 'e', enabled: false }),
      await camera({ key: 'both', name: 'f' }),
    ];
    for (const id of [seen, off, both]) await session(id);
    const blind = await ran(lost, 0, null);
    await gap(lost, blind, 1, null);
    const held = await ran(paused, 0, null);
    await db.run((sql) => sql`update capture_sessions set state = 'paused' where id = ${held}`);
    await gap(paused, held, 1, null, 'paused');
    await gap(both, await ran(both, 0, null), 1, null);
    await db.run((sql) => sql`update cameras set health = '{black}' where id = ${idle}`);
    const ask = async (filter: object) =>
      (
        await db.run((sql) => listCameras(sql, { tenantId, ...filter }, { limit: 10, offset: 0 }))
      ).cameras.map(({ key }) => key);
    assert.deepEqual(await ask({ condition: 'idle' }), ['idle']);
    assert.deepEqual(await ask({ condition: 'capturing' }), ['seen', 'both']);
    assert.deepEqual(await ask({ condition: 'lost' }), ['lost']);
    assert.deepEqual(await ask({ condition: 'paused' }), ['paused']);
    assert.deepEqual(await ask({ condition: 'disabled' }), ['off']);
    assert.deepEqual(await ask({ unhealthy: true }), ['idle']);
    assert.equal((await ask({ unhealthy: false })).length, 5);
    assert.equal((await db.run((sql) => findCamera(sql, both)))?.lostSince, null);
    const found = await db.run((sql) => findCamera(sql, lost));
    assert.equal(found?.lostSince?.toISOString(), at(1).toISOString());
    assert.equal(found?.currentSessionId, blind);
    const some = await db.run((sql) => listCameras(sql, { tenantId, text: 'LOS' }, { limit: 10, offset: 0 }));
    assert.deepEqual([some.total, some.cameras.map(({ key }) => key)], [1, ['lost']]);
  });

  it('are calibrated in versions without holes, however many calibrate at once', async () => {
    const id = await camera();
    const calibrate = () =>
      db.tx(async (tx) => {
        await lockCamera(tx, id);
        return addCalibration(
          tx,
          { id, tenantId },
          { intrinsics: { fx: 1 }, distortion: null, extrinsics: null, note: null },
        );
      });
    const versions = await Promise.all(Array.from({ length: 8 }, calibrate));
    assert.deepEqual(
      versions.map(({ version }) => version).sort((a, b) => a - b),
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
    assert.equal((await db.run((sql) => currentCalibration(sql, id)))?.version, 8);
  });

  it('say what is wanted of a session once it is open, and nothing after it ended', async () => {
    const id = await camera();
    const open = await session(id);
    assert.equal(await db.tx((tx) => setWanted(tx, open, 'paused')), true);
    assert.equal(await db.tx((tx) => setWanted(tx, open, 'run')), true);
    assert.equal(await db.tx((tx) => changeOrder(tx, open, { ...ORDER, fps: 2 })), true);
    assert.equal((await db.run((sql) => messages(sql, open))).length, 4);
    const over = await ran(id, 0, 1);
    assert.equal(await db.tx((tx) => setWanted(tx, over, 'run')), false);
    assert.equal(await db.tx((tx) => changeOrder(tx, over, ORDER)), false);
    assert.equal((await db.run((sql) => messages(sql, over))).length, 1);
  });

  describe('say how long a camera was seen', () => {
    const within = (cameraId: string, from: number, to: number) =>
      db.run(async (sql) => {
        const { asked, seen, gaps } = await readSighting(sql, cameraId, { from: at(from), to: at(to) });
        return { asked: asked / 60, seen: seen / 60, gaps };
      });

    it('while nobody asked for it', async () => {
      assert.deepEqual(await within(await camera(), 0, 10), { asked: 0, seen: 0, gaps: 0 });
    });

    it('by one session with gaps', async () => {
      const id = await camera();
      const one = await ran(id, 0, 60);
      await gap(id, one, 10, 15);
      await gap(id, one, 30, 50, 'paused');
      assert.deepEqual(await within(id, 0, 60), { asked: 60, seen: 35, gaps: 2 });
      assert.deepEqual(await within(id, 12, 40), { asked: 28, seen: 15, gaps: 2 });
      assert.deepEqual(await within(id, -100, 5), { asked: 5, seen: 5, gaps: 0 });
      assert.deepEqual(await within(id, 32, 40), { asked: 8, seen: 0, gaps: 1 });
    });

    it('by several, of which one suffices', async () => {
      const id = await camera();
      const [one, two] = [await ran(id, 0, 30), await ran(id, 20, 60)];
      await gap(id, one, 10, 30);
      await gap(id, two, 20, 25);
      assert.deepEqual(await within(id, 0, 60), { asked: 60, seen: 45, gaps: 2 });
    });

    it('up to now, by what goes on', async () => {
      const id = await camera();
      const one = await ran(id, 0, null);
      await gap(id, one, 10, null);
      assert.deepEqual(await within(id, 0, 20), { asked: 20, seen: 10, gaps: 1 });
    });

    it('when a clock says that a session begins a moment from now', async () => {
      const id = await camera();
      await session(id);
      await db.run(
        (sql) =>
          sql`update capture_sessions set started_at = now() + interval '5 seconds' where camera_id = ${id}`,
      );
      const now = Date.now();
      const found = await db.run((sql) =>
        readSighting(sql, id, { from: new Date(now - 1_000), to: new Date(now + 60_000) }),
      );
      assert.deepEqual([found.asked, found.seen], [0, 0]);
    });
  });

  it('give gaps page by page, each once', async () => {
    const id = await camera();
    const one = await ran(id, 0, null);
    for (let minute = 0; minute < 10; minute += 1) await gap(id, one, minute, minute + 1);
    await gap(id, one, 9, null);
    const seen: string[] = [];
    let after: GapPlace | undefined;
    for (;;) {
      const place = after;
      const page = await db.run((sql) => pageGaps(sql, { cameraId: id }, { limit: 3, after: place }));
      seen.push(...page.map((each) => each.id));
      after = page.at(-1);
      if (page.length < 3) break;
    }
    assert.equal(seen.length, 11);
    assert.equal(new Set(seen).size, 11);
    const some = await db.run((sql) =>
      pageGaps(sql, { cameraId: id, from: at(2), to: at(4) }, { limit: 10 }),
    );
    assert.equal(some.length, 2);
    const open = await db.run((sql) => pageGaps(sql, { cameraId: id, open: true }, { limit: 10 }));
    assert.equal(open.length, 1);
    await assert.rejects(gap(id, one, 20, null), 'one open gap for each session');
  });

  it('give frames page by page, by time, session and flags', async () => {
    const id = await camera();
    const [one, two] = [await ran(id, 0, null), await ran(id, 0, null)];
    await db.run(
      (sql) => sql`
        insert into capture_frames (tenant_id, camera_id, session_id, seq, captured_at, width, height, bytes, flags)
        select ${tenantId}, ${id}, case when n % 2 = 0 then ${one}::uuid else ${two}::uuid end, n,
          -- Two of each moment.
          ${at(0)}::timestamptz + (n / 2) * interval '1 second', 640, 480, 1000,
          case when n % 5 = 0 then array['black'] when n % 7 = 0 then array['black', 'frozen'] else '{}'::text[] end
        from generate_series(0, 99) n`,
    );
    const seen: string[] = [];
    let after: FramePlace | undefined;
    for (;;) {
      const place = after;
      const page = await db.run((sql) => pageFrames(sql, { cameraId: id }, { limit: 7, after: place }));
      seen.push(...page.map((each) => each.id));
      after = page.at(-1);
      if (page.length < 7) break;
    }
    assert.equal(new Set(seen).size, 100);
    const count = async (filter: object) =>
      (await db.run((sql) => pageFrames(sql, { cameraId: id, ...filter }, { limit: 200 }))).length;
    assert.equal(await count({ sessionId: one }), 50);
    assert.equal(await count({ flags: ['black'] }), 20 + 12);
    assert.equal(await count({ flags: ['frozen'] }), 12);
    assert.equal(await count({ flags: [] }), 68);
    assert.equal(await count({ from: at(0), to: new Date(at(0).getTime() + 10_000) }), 20);
    const newest = await db.run((sql) => newestFrames(sql, two, 3));
    assert.deepEqual(
      newest.map(({ seq }) => seq),
      [99, 97, 95],
    );
  });

  it('open a window once', async () => {
    const id = await camera();
    const window = await db.tx((tx) =>
      createWindow(
        tx,
        { id, tenantId },
        { name: 'w', fromSpec: '08:00', toSpec: '09:00', days: [1], order: {}, enabled: true },
      ),
    );
    const opened = (from: Date) => db.tx((tx) => wasOpened(tx, window.id, from));
    const now = new Date();
    assert.equal(await opened(now), false);
    const order = { ...ORDER, durationSeconds: 3_600 };
    const first = await db.tx((tx) =>
      createSession(tx, { tenantId, cameraId: id, order, windowId: window.id }),
    );
    assert.equal(await opened(now), true);
    // The next day's, while the one of today is about to end.
    assert.equal(await opened(new Date(now.getTime() + 3_600_000)), false);
    assert.equal(await opened(new Date(now.getTime() + 1_800_000)), true, 'it goes on into it');
    await db.run(
      (sql) => sql`update capture_sessions set ended_at = now(), state = 'stopped' where id = ${first}`,
    );
    assert.equal(await opened(now), true, 'somebody stopped it');
    assert.equal(await opened(new Date(now.getTime() + 1_800_000)), false);
  });

  it('keep their credentials while they are needed, through a change of the key', async () => {
    const sealer = createSealer(SECRET);
    const value = { username: 'viewer', password: 'x' };
    const credentialId = await db.tx((tx) => saveCredentials(tx, sealer, { tenantId, kind: 'rtsp', value }));
    const id = await camera({ credentialId });
    await db.run(
      (sql) => sql`update credentials set created_at = now() - interval '1 year' where id = ${credentialId}`,
    );
    const there = async () =>
      (await db.run((sql) => sql`select from credentials where id = ${credentialId}`)).length;
    await db.run((sql) => dropForgotten(sql, 30));
    assert.equal(await there(), 1);
    const rotated = createSealer('another key, which is long enough, too', [SECRET]);
    assert.ok((await db.tx((tx) => rotateCredentials(tx, rotated))) >= 1);
    await db.tx((tx) => removeCamera(tx, id));
    assert.equal(await there(), 0);
  });

  it('go with their tenant', async () => {
    const id = await camera();
    const one = await ran(id, 0, null);
    await gap(id, one, 0, 1);
    await db.tx((tx) =>
      addCalibration(
        tx,
        { id, tenantId },
        { intrinsics: null, distortion: null, extrinsics: null, note: 'n' },
      ),
    );
    await db.tx((tx) =>
      createWindow(
        tx,
        { id, tenantId },
        { name: 'w', fromSpec: '08:00', toSpec: '09:00', days: [1], order: {}, enabled: true },
      ),
    );
    await db.run(
      (sql) => sql`
        insert into capture_frames (id, tenant_id, camera_id, session_id, seq, captured_at, width, height, bytes)
        values (${randomUUID()}, ${tenantId}, ${id}, ${one}, 1, now(), 1, 1, 1)`,
    );
    await db.run(
      (sql) => sql`
        insert into live_frames (camera_id, jpeg, width, height, at) values (${id}, ${Buffer.from('x')}, 1, 1, now())`,
    );
    await removeTenantRows(db, tenantId, async () => {});
    for (const table of [
      'capture_frames',
      'capture_gaps',
      'capture_sessions',
      'capture_windows',
      'camera_calibrations',
      'live_frames',
      'cameras',
    ]) {
      const [row] = await db.run((sql) =>
        table === 'live_frames' || table === 'camera_calibrations'
          ? sql<{ n: number }[]>`select count(*) as n from ${sql(table)} where camera_id = ${id}`
          : sql<{ n: number }[]>`select count(*) as n from ${sql(table)} where tenant_id = ${tenantId}`,
      );
      assert.equal(row?.n, 0, table);
    }
  });
});
