import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCamera } from '../../capture/camera.ts';
import { createFfmpegDriver } from '../../capture/drivers/ffmpeg.ts';
import { BATCH_SIZE } from '../../domain/limits.ts';
import { parseRtspAddress } from '../../domain/rtspAddress.ts';
import { createGuard } from '../../sources/reach/guard.ts';
import { sweepClaims } from '../../stores/sweep.ts';
import { hasGstreamer, type RtspServer, startRtspServer } from '../capture/gstreamer.ts';
import { type CameraLine, startCameraLine } from '../hosting/cameraLine.ts';
import {
  addCamera,
  gapsOf,
  SECRET_KEY,
  sessionOf,
  startSession,
  untilSession,
  want,
} from '../hosting/cameras.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { tell } from './report.ts';

/** Rounds of the test that looks for leaks. */
const ROUNDS = Number(process.env['ROUNDS'] || 200);
/** How exact a ledger is. */
const EXACT_MS = 2_000;
/** The longest wait between two tries, its jitter, and a connection. */
const BACK_MS = 100_000;

const rtsp = (port: number, mount = '/h264') => `rtsp://127.0.0.1:${port}${mount}`;

describe('F27: cameras that die, freeze, flap and lie', function () {
  this.timeout(400_000);
  let t: Tributary;
  let server: RtspServer;
  let figures: { files: number; children: number };

  before(async function () {
    if (!(await hasGstreamer())) this.skip();
    server = await startRtspServer();
    t = await startTributary({ parts: ['api', 'io', 'cpu', 'capture'], env: { SECRET_KEY } });
  });
  after(async () => {
    await t?.close();
    await server?.stop();
  });

  const workerFigures = () => {
    const pid = t.pid('capture');
    return {
      files: readdirSync(`/proc/${pid}/fd`).length,
      children: readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).length,
    };
  };

  /** A session that has a few frames. */
  async function begin(key: string, port: number): Promise<string> {
    const camera = await addCamera(t, rtsp(port), { key });
    const id = await startSession(t, camera, { mode: 'continuous', fps: 2, decode: 'all' });
    await untilSession(t, id, ({ frames }) => frames >= 3);
    return id;
  }

  async function end(id: string): Promise<void> {
    await want(t, id, 'stopped');
    await untilSession(t, id, ({ endedAt }) => endedAt !== null, 30_000);
  }

  /**
   * Lets one thing go wrong for a while and looks at what the ledger makes of it.
   * @returns how long after that was over the first picture came, in milliseconds
   */
  async function outage(
    key: string,
    port: number,
    wrong: () => unknown,
    forMs: number,
    right: () => unknown,
    reason: RegExp,
  ): Promise<number> {
    const id = await begin(key, port);
    const from = Date.now();
    await wrong();
    await sleep(forMs);
    const before = await sessionOf(t, id);
    const to = Date.now();
    await right();
    const back = await untilSession(t, id, ({ lastFrameAt }) => lastFrameAt!.getTime() > to, BACK_MS);
    await end(id);
    const [gap, ...more] = await gapsOf(t, id);
    assert.ok(gap !== undefined && more.length === 0, JSON.stringify([gap, more]));
    assert.match(gap.reason, reason);
    const early = gap.fromAt.getTime() - from;
    assert.ok(Math.abs(early) <= EXACT_MS, `the gap begins ${early} ms after the camera went`);
    assert.ok(gap.toAt!.getTime() >= to && gap.toAt!.getTime() <= back.lastFrameAt!.getTime());
    assert.ok(['waiting', 'connecting'].includes(before.state), before.state);
    assert.equal(back.reconnects, 1);
    return gap.toAt!.getTime() - to;
  }

  async function report(injected: Record<string, unknown>, backMs: number[]): Promise<void> {
    const audit = await t.audit();
    tell({ test: 'F27', injected, figures: { back_ms: backMs.map(Math.round), ...workerFigures() } }, audit);
    assert.ok(audit.clean, JSON.stringify(audit));
  }

  /** What was in hand when a worker was killed is claimed, and nobody brings the same frames again: the sweep's work. */
  async function giveUpClaims(): Promise<void> {
    await t.db.run(
      (sql) => sql`
        update assets set updated_at = now() - interval '7 hours'
        where state = 'pending' and item_id is null and original_stored_at is null`,
    );
    assert.ok((await sweepClaims(t.db, t.objects)) <= BATCH_SIZE);
  }

  it('one that dies is found again when it is back', async () => {
    let own = await startRtspServer();
    const { ports } = own;
    const back = await outage(
      'dies',
      ports.open,
      () => own.stop(),
      4_000,
      async () => {
        own = await startRtspServer(ports);
      },
      /^source_unreachable$/,
    );
    await own.stop();
    figures = workerFigures();
    await report({ died_for_ms: 4_000 }, [back]);
  });

  it('frozen, silent, dripping and refusing ones are as good as gone, each for itself', async () => {
    const own = await startRtspServer();
    const lines: CameraLine[] = await Promise.all([1, 2, 3].map(() => startCameraLine(server.ports.open)));
    const [silent, dripping, refusing] = lines as [CameraLine, CameraLine, CameraLine];
    const through = (
      key: string,
      line: CameraLine,
      mode: 'silent' | 'dripping' | 'refusing',
      reason: RegExp,
    ) =>
      outage(
        key,
        line.port,
        () => line.be(mode),
        27_000,
        () => line.be('open'),
        reason,
      );
    const back = await Promise.all([
      outage(
        'frozen',
        own.ports.open,
        () => own.signal('SIGSTOP'),
        27_000,
        () => own.signal('SIGCONT'),
        /^source_timeout$/,
      ),
      through('silent', silent, 'silent', /^source_(unreachable|timeout)$/),
      through('dripping', dripping, 'dripping', /^source_(unreachable|timeout)$/),
      through('refusing', refusing, 'refusing', /^source_unreachable$/),
    ]);
    assert.ok(refusing.accepted <= 4);
    await own.stop();
    for (const line of lines) await line.close();
    await report({ frozen_silent_dripping_refusing_for_ms: 27_000 }, back);
  });

  it('one that flaps costs five seconds each time, and no more', async () => {
    const line = await startCameraLine(server.ports.open);
    const id = await begin('flaps', line.port);
    const back: number[] = [];
    for (let flap = 0; flap < 5; flap += 1) {
      await sleep(3_000);
      line.cut();
      const cutAt = Date.now();
      const { lastFrameAt } = await untilSession(
        t,
        id,
        (now) => now.reconnects === flap + 1 && now.state === 'capturing',
        30_000,
      );
      back.push(lastFrameAt!.getTime() - cutAt);
    }
    await end(id);
    const gaps = await gapsOf(t, id);
    assert.equal(gaps.length, 5);
    for (const { fromAt, toAt } of gaps) assert.ok(toAt!.getTime() - fromAt.getTime() < 15_000);
    assert.ok(Math.max(...back) < 15_000, JSON.stringify(back));
    await line.close();
    await report({ cuts: 5 }, back);
  });

  it('a worker that is killed has its sessions go on elsewhere, and the ledger says so', async () => {
    const id = await begin('killed', server.ports.open);
    const before = await sessionOf(t, id);
    await t.kill('capture', 'SIGKILL');
    const killedAt = Date.now();
    await t.start('capture');
    const back = await untilSession(t, id, ({ lastFrameAt }) => lastFrameAt!.getTime() > killedAt, 30_000);
    const backMs = Date.now() - killedAt;
    assert.ok(backMs < 30_000, `${backMs} ms`);
    assert.ok(back.frames > before.frames);
    await end(id);
    const [gap, ...more] = await gapsOf(t, id);
    assert.deepEqual([gap!.reason, more.length], ['worker_lost', 0]);
    // Pictures of the last five seconds may be lost with it.
    const early = killedAt - gap!.fromAt.getTime();
    assert.ok(early >= -100 && early < 8_000, `the gap begins ${early} ms before the kill`);
    await giveUpClaims();
    await report({ kill: 'capture' }, [backMs]);
  });

  it('a worker that is stopped hands over what it has', async () => {
    const id = await begin('stopped', server.ports.open);
    await sleep(2_500);
    const stopAt = Date.now();
    await t.kill('capture', 'SIGTERM');
    const left = await sessionOf(t, id);
    const early = stopAt - left.lastFrameAt!.getTime();
    assert.ok(early < 1_500, `the last picture that was kept is ${early} ms older than the stop`);
    assert.equal(left.state, 'connecting');
    await t.start('capture');
    const startedAt = Date.now();
    await untilSession(t, id, ({ lastFrameAt }) => lastFrameAt!.getTime() > startedAt, 30_000);
    const backMs = Date.now() - startedAt;
    await end(id);
    await report({ stop: 'capture' }, [backMs]);
  });

  it('one that waits for a free stream says so', async () => {
    await t.kill('capture', 'SIGTERM');
    await t.start('capture', { CAPTURE_STREAMS: '1' });
    const first = await begin('first', server.ports.open);
    const second = await startSession(t, await addCamera(t, rtsp(server.ports.open), { key: 'second' }), {
      ...{ mode: 'continuous', fps: 2, decode: 'all' },
    });
    await sleep(8_000);
    assert.equal((await sessionOf(t, second)).frames, 0);
    const freeAt = Date.now();
    await end(first);
    await untilSession(t, second, ({ frames }) => frames >= 1, 30_000);
    const backMs = Date.now() - freeAt;
    const session = await sessionOf(t, second);
    const [gap, ...more] = await gapsOf(t, second);
    assert.deepEqual([gap!.reason, more.length], ['no_free_slot', 0]);
    assert.deepEqual([gap!.fromAt, gap!.toAt], [session.startedAt, session.firstFrameAt]);
    await end(second);
    await t.kill('capture', 'SIGTERM');
    await t.start('capture');
    await report({ slots: 1 }, [backMs]);
  });

  it('none of it leaves files or processes behind', async () => {
    await sleep(1_000);
    const now = workerFigures();
    assert.equal(now.children, 0, 'no decoder is left, zombies included');
    assert.ok(now.files <= figures.files + 10, JSON.stringify([figures, now]));
  });

  it(`${ROUNDS} connections cost no memory`, async function () {
    const driver = createFfmpegDriver({ ffmpegPath: process.env['FFMPEG_PATH'] || 'ffmpeg' });
    if (!(await driver.isAvailable())) this.skip();
    this.timeout(120_000 + ROUNDS * 6_000);
    const guard = createGuard({ allowPrivateNets: [], allowLoopback: true });
    const { address } = parseRtspAddress(rtsp(server.ports.open, '/mjpeg'));
    const look = () => ({
      files: readdirSync('/proc/self/fd').length,
      mib: process.memoryUsage.rss() / 2 ** 20,
      children: readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ').length,
    });
    const round = async (): Promise<void> => {
      const capture = await openCamera({
        ...{ driver, guard, address, credentials: null, mode: 'all', quality: 90 },
        signal: new AbortController().signal,
      });
      for await (const _frame of capture.frames) break;
      await capture.close();
    };
    // What is loaded once is no leak.
    for (let n = 0; n < 20; n += 1) await round();
    const before = look();
    for (let n = 0; n < ROUNDS; n += 1) await round();
    const after = look();
    tell({ test: 'F27', injected: { connections: ROUNDS }, figures: { before, after } }, await t.audit());
    assert.ok(after.files <= before.files + 3 && after.children <= before.children);
    assert.ok(after.mib < before.mib + 40, JSON.stringify([before, after]));
  });
});
