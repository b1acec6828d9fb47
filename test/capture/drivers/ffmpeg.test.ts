import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { CaptureRequest } from '../../../capture/driver.ts';
import { createFfmpegDriver, readStreamLine } from '../../../capture/drivers/ffmpeg.ts';
import { ffmpegArguments } from '../../../capture/drivers/ffmpegArguments.ts';
import type { FailureType } from '../../../domain/failures.ts';

const URL_ = 'rtsp://127.0.0.1:1234/0123/';
const request = (more: Partial<CaptureRequest> = {}): CaptureRequest => ({
  ...{ url: URL_, mode: 'all', quality: 90, signal: new AbortController().signal },
  ...more,
});

describe("FFmpeg's arguments", () => {
  for (const url of [
    'rtsp://192.168.1.9/live',
    'rtsp://127.0.0.1/live',
    'rtsp://user:pass@127.0.0.1:554/',
    'rtsp://127.0.0.1:554@10.0.0.5/',
    'http://127.0.0.1:80/x.m3u8',
    'file:///etc/hostname',
    '/etc/hostname',
    'concat:/etc/hostname|/etc/passwd',
    'subfile,,start,0,end,9,,:/etc/hostname',
    'data:text/plain,x',
    'pipe:0',
    'unix:/run/x.sock',
    'async:rtsp://127.0.0.1:554/',
    'cache:rtsp://127.0.0.1:554/',
    '-rtsp://127.0.0.1:554/',
    'rtsp://127.0.0.1:554/a b',
    'rtsp://127.0.0.1:554/a\n-f',
    '',
  ]) {
    it(`never hold ${JSON.stringify(url)}`, () => {
      assert.throws(() => ffmpegArguments(request({ url })), /loopback/);
    });
  }

  it('read RTSP over TCP and nothing else', () => {
    const args = ffmpegArguments(request());
    const after = (name: string) => args[args.indexOf(name) + 1];
    assert.deepEqual(
      ['-protocol_whitelist', '-f', '-rtsp_transport', '-i', '-allowed_media_types'].map(after),
      ['rtsp,tcp,rtp', 'rtsp', 'tcp', URL_, 'video'],
    );
    assert.ok(args.includes('-nostdin'));
    assert.ok(!args.includes('-skip_frame'));
    assert.equal(args.filter((each) => each.includes('://')).length, 1);
    assert.ok(ffmpegArguments(request({ mode: 'keyframes' })).includes('nokey'));
  });

  it('give the quality that was asked for', () => {
    const quantizer = (quality: number) => {
      const args = ffmpegArguments(request({ quality }));
      return Number(args[args.indexOf('-q:v') + 1]);
    };
    assert.deepEqual([100, 90, 50, 1].map(quantizer), [2, 5, 17, 31]);
  });
});

describe('what FFmpeg says', () => {
  const LINES: [string, ReturnType<typeof readStreamLine>][] = [
    [
      '  Stream #0:0: Video: h264 (High), yuv420p(tv, bt709, progressive), 1920x1080 [SAR 1:1 DAR 16:9], 25 fps, 25 tbr, 90k tbn',
      { codec: 'h264', width: 1920, height: 1080, fps: 25 },
    ],
    [
      '  Stream #0:0: Video: hevc (Main), yuv420p(tv), 3840x2160, 12.50 fps, 90k tbr',
      { codec: 'hevc', width: 3840, height: 2160, fps: 12.5 },
    ],
    [
      '  Stream #0:0: Video: h264 (Constrained Baseline), yuv420p(tv, smpte170m, progressive), 320x240 [SAR 1:1 DAR 4:3], 12 tbr, 90k tbn',
      { codec: 'h264', width: 320, height: 240, fps: null },
    ],
    [
      '  Stream #0:0(eng): Video: mjpeg (Baseline), yuvj420p, 64x48',
      { codec: 'mjpeg', width: 64, height: 48, fps: null },
    ],
    ['  Stream #0:0: Audio: pcm_mulaw, 8000 Hz', null],
    ['  Stream #0:0: Video: h264, none', null],
    ['Stream mapping:', null],
  ];
  for (const [line, expected] of LINES) {
    it(`is understood: ${line.trim()}`, () => {
      assert.deepEqual(readStreamLine(`Input #0, rtsp:\n${line}\nStream mapping:\n`), expected);
    });
  }
});

/** Programs that are not FFmpeg, or not as they should be. */
describe('an FFmpeg that fails', () => {
  let work: string;
  before(async () => {
    work = await fs.mkdtemp(path.join(os.tmpdir(), 'ffmpeg-'));
  });
  after(() => fs.rm(work, { recursive: true }));

  const PROGRAMS: [string, string, FailureType][] = [
    ['is too old', 'echo "Unrecognized option \'fps_mode\'." >&2; exit 1', 'driver_missing'],
    ['crashes', 'kill -SEGV $$', 'source_error'],
    ['writes something else', 'echo hello', 'bad_response'],
    ['says nothing for ever', 'exec sleep 60', 'source_timeout'],
    ['ignores being asked to stop', "trap '' TERM INT HUP; while :; do sleep 0.1; done", 'source_timeout'],
    [
      'talks without end',
      'while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa >&2; done',
      'source_timeout',
    ],
    [
      'has no rights',
      'echo "[tcp] Connection to tcp://h:1 failed: Connection refused" >&2; exit 1',
      'source_unreachable',
    ],
    ['is refused', 'echo "method DESCRIBE failed: 401 Unauthorized" >&2; exit 1', 'auth_failed'],
    ['finds nothing', 'echo "Server returned 404 Not Found" >&2; exit 1', 'source_not_found'],
  ];
  for (const [what, script, type] of PROGRAMS) {
    it(`is known when it ${what}`, async () => {
      const ffmpegPath = path.join(work, what.replaceAll(' ', '-'));
      await fs.writeFile(ffmpegPath, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      const driver = createFfmpegDriver({ ffmpegPath });
      await assert.rejects(driver.open(request({ pictureMs: 500 })), { type });
    });
  }

  it('is known when it is not there', async () => {
    const driver = createFfmpegDriver({ ffmpegPath: path.join(work, 'nothing') });
    assert.equal(await driver.isAvailable(), false);
    await assert.rejects(driver.open(request()), { type: 'driver_missing' });
  });
});
