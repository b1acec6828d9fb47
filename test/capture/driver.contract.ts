import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CameraRequest, openCamera } from '../../capture/camera.ts';
import { type Capture, type CaptureDriver, type CapturedFrame, grabFrame } from '../../capture/driver.ts';
import { openRelay } from '../../capture/rtsp/relay.ts';
import type { FailureType } from '../../domain/failures.ts';
import { parseRtspAddress } from '../../domain/rtspAddress.ts';
import { createGuard } from '../../sources/reach/guard.ts';
import { assertNoLeak, openDescriptors } from '../sources/leaks.ts';
import { CAMERA_USER, hasGstreamer, look, type RtspServer, startRtspServer } from './gstreamer.ts';

const guard = createGuard({ allowPrivateNets: [], allowLoopback: true });
const never = () => new AbortController().signal;

/** Processes that we started and that are there still, zombies included. */
const children = () =>
  readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean);

/** What every driver must do, with real cameras behind a relay. */
export function describeDriver(name: string, createDriver: () => CaptureDriver): void {
  describe(`${name} as a capture driver`, () => {
    const driver = createDriver();
    let server: RtspServer;
    let capture: Capture | null = null;

    before(async function () {
      if (!(await hasGstreamer()) || !(await driver.isAvailable())) this.skip();
      server = await startRtspServer();
    });
    after(() => server?.stop());
    afterEach(async () => {
      await capture?.close();
      capture = null;
    });

    const open = async (url: string, more: Partial<CameraRequest> = {}) => {
      capture = await openCamera({
        ...{ driver, guard, mode: 'all', quality: 90, signal: never() },
        ...parseRtspAddress(url),
        ...more,
      });
      return capture;
    };
    const at = (mount: string, over: keyof RtspServer['ports'] = 'open') =>
      `rtsp://127.0.0.1:${server.ports[over]}${mount}`;
    const collect = async (count: number, from: Capture | null = capture) => {
      const frames: CapturedFrame[] = [];
      for await (const frame of from!.frames) if (frames.push(frame) === count) break;
      return frames;
    };
    const fails = (promise: Promise<unknown>, type: FailureType) =>
      assert.rejects(promise, (error: { type?: string; message: string }) => {
        assert.equal(error.type, type, error.message);
        return true;
      });

    for (const [mount, codec] of [
      ['/h264', 'h264'],
      ['/h265', 'hevc'],
      ['/mjpeg', 'mjpeg'],
    ] as const) {
      it(`shows what is there when it is there: ${codec}`, async () => {
        const { info } = await open(at(mount));
        assert.deepEqual([info.codec, info.width, info.height], [codec, 320, 240]);
        const frames = await collect(10);
        let last = 0;
        for (const { jpeg, width, height, at: arrived } of frames) {
          assert.deepEqual([width, height], [320, 240]);
          const seen = await look(jpeg, codec !== 'mjpeg');
          assert.ok(seen.worst <= 16, `colours are off by ${seen.worst}`);
          const delay = arrived.getTime() - seen.at.getTime();
          assert.ok(delay >= -20 && delay < 1_000, `arrived ${delay} ms after it was made`);
          assert.ok(seen.at.getTime() > last, 'pictures come in order');
          last = seen.at.getTime();
        }
      });
    }

    it('gives keyframes only', async () => {
      await open(at('/h264'), { mode: 'keyframes' });
      const frames = await collect(4);
      const times = await Promise.all(frames.map(async ({ jpeg }) => (await look(jpeg)).at.getTime()));
      // The server makes one a second.
      for (const [index, time] of times.entries()) {
        if (index === 0) continue;
        const gap = time - times[index - 1]!;
        // On a busy machine it makes fewer, never more.
        assert.ok(gap > 800 && gap < 4_000, `keyframes ${gap} ms apart`);
      }
      assert.ok(frames.every(({ keyframe }) => keyframe === true));
    });

    it('gives no more pictures a second than it was asked for', async () => {
      await open(at('/h264'), { maxFps: 4 });
      const frames = await collect(13);
      const times = await Promise.all(frames.map(async ({ jpeg }) => (await look(jpeg)).at.getTime()));
      const seconds = (times.at(-1)! - times[0]!) / 1_000;
      const fps = (times.length - 1) / seconds;
      assert.ok(fps > 1.5 && fps < 4.4, `${fps} pictures a second`);
    });

    it('takes one picture and goes', async () => {
      const relay = await openRelay({
        ...{ guard, signal: never(), credentials: null },
        address: parseRtspAddress(at('/h264')).address,
      });
      const { jpeg } = await grabFrame(driver, {
        ...{ url: relay.url, mode: 'keyframes', quality: 90, signal: never() },
      });
      assert.ok((await look(jpeg)).worst <= 16);
      assert.equal(await relay.ended, null);
    });

    for (const method of ['basic', 'digest'] as const) {
      it(`lets the relay answer for ${method} credentials`, async () => {
        await open(at('/h264', method), { credentials: CAMERA_USER });
        assert.equal((await collect(2)).length, 2);
      });
      it(`says that ${method} credentials are wrong, or missing`, async () => {
        await fails(
          open(at('/h264', method), { credentials: { ...CAMERA_USER, password: 'x' } }),
          'auth_failed',
        );
        await fails(open(at('/h264', method)), 'auth_failed');
      });
    }

    it('never has the password where others can read it', async () => {
      await open(at('/h264', 'digest'), { credentials: CAMERA_USER });
      const forms = [CAMERA_USER.password, encodeURIComponent(CAMERA_USER.password), CAMERA_USER.username];
      const everywhere = children().map((pid) =>
        ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1')).join('\0'),
      );
      // The server itself was given it as an argument.
      const ours = everywhere.filter((text) => !text.includes('rtspServer.py'));
      assert.ok(ours.length > 0);
      for (const text of ours) {
        assert.ok(!forms.slice(0, 2).some((form) => text.includes(form)));
        assert.ok(!text.includes(String(server.ports.digest)));
      }
    });

    it('says that there is nothing', () => fails(open(at('/nothing')), 'source_not_found'));

    it('says that nobody listens', async () => {
      const closed = net.createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => closed.once('listening', resolve));
      const { port } = closed.address() as net.AddressInfo;
      await new Promise((resolve) => closed.close(resolve));
      await fails(open(`rtsp://127.0.0.1:${port}/`), 'source_unreachable');
    });

    it('ends with its signal, before the first picture and after', async () => {
      const stop = new AbortController();
      const pending = open(at('/h264'), { signal: stop.signal });
      setTimeout(() => stop.abort(new Error('enough')), 150);
      await assert.rejects(pending, /enough/);
      const later = new AbortController();
      await open(at('/h264'), { signal: later.signal });
      await collect(1);
      later.abort(new Error('enough again'));
      await assert.rejects(collect(1_000), /enough again/);
    });

    it('does not show a slow reader old pictures', async () => {
      await open(at('/h264'));
      await collect(1);
      await sleep(2_500);
      const late = openedFrames(capture!);
      assert.ok(capture!.dropped > 5);
      const { jpeg } = (await late.next()).value as CapturedFrame;
      const age = Date.now() - (await look(jpeg)).at.getTime();
      assert.ok(age < 1_500, `the oldest one is ${age} ms old`);
    });

    it('notices that the camera is gone', async () => {
      const own = await startRtspServer();
      try {
        await open(`rtsp://127.0.0.1:${own.ports.open}/h264`);
        await collect(2);
        await own.stop();
        await fails(collect(1_000), 'source_unreachable');
      } finally {
        await own.stop();
      }
    });

    it('notices that the camera is frozen', async () => {
      const own = await startRtspServer();
      try {
        await open(`rtsp://127.0.0.1:${own.ports.open}/h264`, { deadlines: { stallMs: 1_000 } });
        await collect(2);
        own.signal('SIGSTOP');
        const since = Date.now();
        await fails(collect(1_000), 'source_timeout');
        assert.ok(Date.now() - since < 4_000);
      } finally {
        await own.stop();
      }
    });

    for (const [what, behave] of [
      ['never answers', () => {}],
      [
        'drips',
        (socket: net.Socket) => {
          const timer = setInterval(() => socket.write('R'), 100);
          socket.on('close', () => clearInterval(timer));
        },
      ],
    ] as const) {
      it(`does not wait for a camera that ${what}`, async () => {
        const sockets = new Set<net.Socket>();
        const fake = net.createServer((socket) => {
          sockets.add(socket);
          socket.on('error', () => {});
          socket.resume();
          behave(socket);
        });
        await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
        try {
          const { port } = fake.address() as net.AddressInfo;
          await fails(open(`rtsp://127.0.0.1:${port}/`, { deadlines: { answerMs: 700 } }), 'source_timeout');
        } finally {
          for (const socket of sockets) socket.destroy();
          await new Promise((resolve) => fake.close(resolve));
        }
      });
    }

    it('gives up when no picture comes in time, although packets do', () =>
      fails(open(at('/h264'), { mode: 'keyframes', pictureMs: 50 }), 'source_timeout'));

    it('leaves nothing behind, fifty times', async () => {
      const [before, running] = [await openDescriptors(), children().length];
      for (let round = 0; round < 50; round++) {
        await open(at('/mjpeg'), { mode: 'keyframes' });
        if (round % 10 === 0) await collect(1);
        await capture!.close();
      }
      await assertNoLeak(before);
      assert.equal(children().length, running);
      assert.ok(readdirSync('/proc/self/task').length < 100);
    }).timeout(280_000);
  });
}

const openedFrames = (capture: Capture) => capture.frames[Symbol.asyncIterator]();
