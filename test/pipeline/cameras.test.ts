import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CameraLook, CaptureProgress } from '../../domain/camera.ts';
import { readExif } from '../../imaging/exif/read.ts';
import { keepLive } from '../../stores/cameras/cameras.ts';
import type { CameraFrame } from '../../stores/cameras/frames.ts';
import { readLiveFrame } from '../../stores/cameras/liveFrames.ts';
import { CAMERA_USER, hasGstreamer, look, type RtspServer, startRtspServer } from '../capture/gstreamer.ts';
import {
  addCamera,
  framesOf,
  gapsOf,
  originalOf,
  reorder,
  SECRET_KEY,
  sessionOf,
  startSession,
  untilSession,
  want,
} from '../hosting/cameras.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

describe('cameras', function () {
  this.timeout(180_000);
  let t: Tributary;
  let server: RtspServer;
  const at = (mount: string, over: keyof RtspServer['ports'] = 'open') =>
    `rtsp://127.0.0.1:${server.ports[over]}${mount}`;

  before(async function () {
    if (!(await hasGstreamer())) this.skip();
    server = await startRtspServer();
    t = await startTributary({ parts: ['api', 'io', 'cpu', 'capture'], env: { SECRET_KEY } });
  });
  after(async () => {
    await t?.close();
    await server?.stop();
  });

  /** That the library has what the camera showed, and when it did. */
  async function check(frames: CameraFrame[], codec: string): Promise<void> {
    for (const frame of frames) {
      assert.equal(frame.assetState, 'ready', frame.reason ?? '');
      const jpeg = await originalOf(t, frame);
      const seen = await look(jpeg, codec !== 'mjpeg');
      assert.ok(seen.worst <= 16, `colours are off by ${seen.worst}`);
      const late = frame.capturedAt.getTime() - seen.at.getTime();
      assert.ok(late > -50 && late < 1_000, `captured ${late} ms after it was made`);
      const [asset] = await t.db.run(
        (sql) => sql`
          select captured_at as at, captured_at_origin as origin, captured_confidence as confidence
          from assets where id = ${frame.assetId}`,
      );
      assert.deepEqual({ ...asset }, { at: frame.capturedAt, origin: 'exif-offset', confidence: 'high' });
    }
  }

  for (const [mount, codec] of [
    ['/h264', 'h264'],
    ['/h265', 'hevc'],
    ['/mjpeg', 'mjpeg'],
  ] as const) {
    it(`are captured into the library: ${codec}, a burst`, async () => {
      const camera = await addCamera(t, at(mount), {
        key: codec,
        name: `The ${codec} one`,
        timezone: 'Europe/Berlin',
        position: { latitude: 52.5, longitude: 13.4 },
      });
      const id = await startSession(t, camera, { mode: 'burst', frameCount: 6 });
      const session = await untilSession(t, id, ({ endedAt }) => endedAt !== null);
      assert.deepEqual([session.state, session.frames, session.failureType], ['completed', 6, null]);
      const frames = await framesOf(t, id);
      assert.deepEqual(
        frames.map(({ seq }) => seq),
        [1, 2, 3, 4, 5, 6],
      );
      await check(frames, codec);
      const facts = readExif(await originalOf(t, frames[0]!));
      assert.deepEqual([facts.make, facts.model, facts.serial], ['Tributary', `The ${codec} one`, camera]);
      assert.match(frames[0]!.name ?? '', new RegExp(`^${codec}_\\d{8}T\\d{9}Z\\.jpg$`));
      // All of a camera's pictures, and nobody else's, are one sequence.
      const groups = await t.db.run(
        (sql) => sql<{ ids: number[] }[]>`
          select array_agg(distinct a.id) as ids from sequence_images i join assets a on a.id = i.asset_id
          join sequences s on s.id = i.sequence_id where a.camera_serial = ${camera} group by s.id`,
      );
      assert.deepEqual(
        groups.map(({ ids }) => ids.length),
        [6],
      );
    });
  }

  it('are captured at an interval over one connection, with pause and resume in the ledger', async () => {
    const camera = await addCamera(t, at('/h264', 'digest'), { key: 'yard', credentials: CAMERA_USER });
    const id = await startSession(t, camera, { mode: 'interval', intervalSeconds: 1, frameCount: 8 });
    await untilSession(t, id, ({ frames, state }) => frames >= 1 && state === 'capturing');
    await want(t, id, 'paused');
    const paused = await untilSession(t, id, ({ state }) => state === 'paused', 15_000);
    assert.ok(paused.frames < 8);
    await sleep(2_500);
    assert.equal((await sessionOf(t, id)).frames, paused.frames);
    await want(t, id, 'run');
    const done = await untilSession(t, id, ({ endedAt }) => endedAt !== null);
    assert.deepEqual([done.state, done.frames, done.reconnects], ['completed', 8, 0]);
    const frames = await framesOf(t, id);
    await check(frames, 'h264');
    const gaps = await gapsOf(t, id);
    assert.deepEqual(
      gaps.map(({ reason }) => reason),
      ['paused'],
    );
    const back = frames.find(({ capturedAt }) => capturedAt >= gaps[0]!.toAt!)!;
    assert.equal(gaps[0]!.toAt!.getTime(), back.capturedAt.getTime());
    assert.equal(gaps[0]!.fromAt.getTime(), paused.lastFrameAt!.getTime());
  });

  it('are captured once in a long interval, by a connection each time, on a grid', async () => {
    const camera = await addCamera(t, at('/h264'), { key: 'meadow' });
    const id = await startSession(t, camera, { mode: 'interval', intervalSeconds: 8, frameCount: 2 });
    const still = await addCamera(t, at('/still'), { key: 'picture' });
    const frozen = await startSession(t, still, { mode: 'interval', intervalSeconds: 8, frameCount: 2 });
    const first = await untilSession(t, id, ({ frames }) => frames === 1);
    assert.equal(first.state, 'waiting');
    await untilSession(t, frozen, ({ frames }) => frames === 1);
    // As if eight more had shown the same: what the pictures before showed is known to whoever takes the next.
    const scenes = () =>
      t.db.run((sql) => sql`update capture_scenes set same = 9 where session_id = ${frozen} returning same`);
    while ((await scenes()).length === 0) await sleep(50);
    const dueIn = first.nextTryAt!.getTime() - first.startedAt!.getTime();
    assert.ok(Math.abs(dueIn - 8_000) < 400, `the next is due ${dueIn} ms after the beginning`);
    const done = await untilSession(t, id, ({ endedAt }) => endedAt !== null);
    assert.deepEqual([done.state, done.frames], ['completed', 2]);
    const frames = await framesOf(t, id);
    await check(frames, 'h264');
    for (const [n, { capturedAt }] of frames.entries()) {
      const age = capturedAt.getTime() - done.startedAt!.getTime();
      assert.ok(age >= n * 8_000 && age < n * 8_000 + 5_000, `picture ${n} after ${age} ms`);
    }
    assert.deepEqual(await gapsOf(t, id), []);
    await untilSession(t, frozen, ({ endedAt }) => endedAt !== null);
    const flags = (await framesOf(t, frozen)).map((frame) => frame.flags.includes('frozen'));
    assert.deepEqual(flags, [false, true]);
    assert.equal((await scenes()).length, 0, 'forgotten with the session');
  });

  it('are watched for change: what shows nothing new is counted and not kept', async () => {
    const camera = await addCamera(t, at('/still'), { key: 'gate' });
    const id = await startSession(t, camera, { mode: 'on_change', fps: 4, decode: 'all' });
    await untilSession(t, id, ({ unchanged }) => unchanged >= 8);
    assert.equal((await sessionOf(t, id)).frames, 1, 'only the first one is kept');
    server.signal('SIGUSR1');
    const seen = await untilSession(t, id, ({ frames }) => frames >= 3);
    assert.ok(seen.unchanged >= 8);
    await want(t, id, 'stopped');
    const { state } = await untilSession(t, id, ({ endedAt }) => endedAt !== null, 15_000);
    assert.equal(state, 'stopped');
    const [, second] = await framesOf(t, id);
    assert.ok(second!.changeShare! > 0.05, `${second!.changeShare} of it changed`);
    // Nothing moves and nothing is noisy in it.
    assert.ok((await sessionOf(t, id)).frames < 60);
  });

  it('change their order while they capture', async () => {
    const camera = await addCamera(t, at('/h264'), { key: 'door' });
    const id = await startSession(t, camera, { mode: 'continuous', fps: 1 });
    await untilSession(t, id, ({ frames }) => frames >= 1);
    const since = Date.now();
    await reorder(t, id, { mode: 'continuous', fps: 4, decode: 'all', quality: 40, durationSeconds: null });
    const { frames: before } = await sessionOf(t, id);
    await untilSession(t, id, ({ frames }) => frames >= before + 20, 20_000);
    assert.ok(Date.now() - since < 18_000);
    const handle = t.client.workflow.getHandle(`capture:${id}`);
    const progress = (await handle.query('captureProgress')) as CaptureProgress;
    assert.equal(progress.state, 'capturing');
    await want(t, id, 'stopped');
    await untilSession(t, id, ({ endedAt }) => endedAt !== null, 15_000);
    assert.deepEqual(
      (await gapsOf(t, id)).filter(({ toAt }) => toAt === null),
      [],
    );
  });

  it('are tested, looked at, and watched, and share their one connection', async () => {
    const camera = await addCamera(t, at('/h265'), { key: 'shared' });
    const ask = (workflow: string): Promise<CameraLook> =>
      t.client.workflow.execute(workflow, {
        taskQueue: 'workflows',
        workflowId: `${workflow}:${camera}`,
        args: [{ cameraId: camera }],
      });
    const tested = await ask('testCamera');
    assert.ok(tested.ok, JSON.stringify(tested));
    assert.deepEqual([tested.info.codec, tested.info.width, tested.info.height], ['hevc', 320, 240]);
    const live = (after: Date | null) => t.db.run((sql) => readLiveFrame(sql, camera, after));
    const first = await live(null);
    assert.ok((await look(first!.jpeg)).worst <= 16);

    await t.db.run((sql) => keepLive(sql, camera, 8));
    const watching = t.client.workflow.execute('watchCamera', {
      ...{ taskQueue: 'workflows', workflowId: `watch:${camera}`, args: [{ cameraId: camera }] },
    });
    let last = first!.at;
    for (let seen = 0; seen < 3; ) {
      const frame = await live(last);
      if (frame === null) await sleep(50);
      else {
        seen += 1;
        last = frame.at;
      }
    }
    // A session goes before those who only watch, and shows them what it sees.
    const id = await startSession(t, camera, { mode: 'continuous', fps: 2, decode: 'all' });
    await untilSession(t, id, ({ frames }) => frames >= 1);
    await watching;
    const shared = await startSession(t, camera, { mode: 'burst', frameCount: 3 });
    const burst = await untilSession(t, shared, ({ endedAt }) => endedAt !== null);
    assert.deepEqual([burst.state, burst.frames], ['completed', 3]);
    await check(await framesOf(t, shared), 'hevc');
    const snapshot = await ask('takeSnapshot');
    assert.ok(snapshot.ok, JSON.stringify(snapshot));
    await want(t, id, 'stopped');
    await untilSession(t, id, ({ endedAt }) => endedAt !== null, 15_000);
  });

  it('say what is wrong, and wait for somebody who puts it right', async () => {
    const wrong = { ...CAMERA_USER, password: 'wrong' };
    const camera = await addCamera(t, at('/h264', 'digest'), { key: 'locked', credentials: wrong });
    const id = await startSession(t, camera, { mode: 'continuous' });
    const stuck = await untilSession(t, id, ({ state }) => state === 'needs_attention');
    assert.equal(stuck.failureType, 'auth_failed');
    await sleep(1_000);
    assert.equal((await sessionOf(t, id)).state, 'needs_attention');
    const right = await addCamera(t, at('/h264', 'digest'), { key: 'unlocked', credentials: CAMERA_USER });
    await t.db.run(
      (sql) => sql`
        update cameras set credential_id = (select credential_id from cameras where id = ${right}) where id = ${camera}`,
    );
    await want(t, id, 'run');
    const back = await untilSession(t, id, ({ frames }) => frames >= 1);
    assert.deepEqual([back.state, back.failureType], ['capturing', null]);
    await want(t, id, 'stopped');
    await untilSession(t, id, ({ endedAt }) => endedAt !== null, 15_000);
    const [gap, ...more] = await gapsOf(t, id);
    assert.deepEqual([gap!.reason, more.length], ['auth_failed', 0]);
    assert.equal(gap!.toAt!.getTime(), back.firstFrameAt!.getTime());
  });

  it('leave a clean audit', async () => {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });
});
