import { execFile, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { openCamera } from '../capture/camera.ts';
import type { CaptureMode } from '../capture/driver.ts';
import { createFfmpegDriver } from '../capture/drivers/ffmpeg.ts';
import { parseRtspAddress } from '../domain/rtspAddress.ts';
import { createGuard } from '../sources/reach/guard.ts';
import { hasGstreamer } from '../test/capture/gstreamer.ts';
import type { Benchmark, Line } from './benchmark.ts';
import type { Lab } from './lab.ts';
import { takeSnapshot } from './measure/processes.ts';
import { interleaved } from './measure/rounds.ts';
import { median } from './measure/statistics.ts';
import { timed } from './measure/timed.ts';

const ROUNDS = 3;
const SECONDS = 12;
const FFMPEG = process.env['FFMPEG_PATH'] || 'ffmpeg';

/** Full HD as cameras send it: 25 pictures a second, 4 Mbit, a keyframe every two seconds. */
async function makeFile(file: string): Promise<void> {
  const scene = 'testsrc2=size=1920x1080:rate=25,noise=alls=8:allf=t';
  await promisify(execFile)(FFMPEG, [
    ...['-y', '-loglevel', 'error', '-f', 'lavfi', '-i', scene, '-t', String(SECONDS + 15)],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-g', '50', '-b:v', '4M', '-pix_fmt', 'yuv420p', file],
  ]);
}

async function play(lab: Lab, file: string): Promise<number> {
  const script = path.join(import.meta.dirname, 'files', 'cameraFile.py');
  const child = spawn('/usr/bin/python3', [script, file], { stdio: ['ignore', 'pipe', 'ignore'] });
  lab.atEnd(async () => void child.kill('SIGKILL'));
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(Number(line)));
    child.once('close', () => reject(new Error('The server of the camera did not start.')));
  });
}

async function run(lab: Lab): Promise<Line[]> {
  const driver = createFfmpegDriver({ ffmpegPath: FFMPEG });
  if (!(await hasGstreamer()) || !(await driver.isAvailable())) {
    lab.tell('V1 is left out: it needs GStreamer and FFmpeg');
    return [];
  }
  const file = path.join(lab.scratchDir, 'camera.mkv');
  await makeFile(file);
  const guard = createGuard({ allowPrivateNets: [], allowLoopback: true });
  const port = await play(lab, file);
  const { address } = parseRtspAddress(`rtsp://127.0.0.1:${port}/`);

  /** CPU time of a minute of one camera at one picture a second, in seconds, once it runs. */
  const minute = (mode: CaptureMode) => async () => {
    const others = takeSnapshot().pidsOf(process.pid);
    const stop = new AbortController();
    const capture = await openCamera({
      ...{ driver, guard, address, credentials: null, mode, maxFps: 1, quality: 90, signal: stop.signal },
    });
    const decoder = takeSnapshot()
      .pidsOf(process.pid)
      .filter((pid) => !others.includes(pid));
    let frames = 0;
    const read = async (): Promise<void> => {
      for await (const _frame of capture.frames) frames += 1;
    };
    const reading = read();
    const before = process.cpuUsage();
    const { cpuMs } = await timed({ decoder }, () => sleep(SECONDS * 1_000));
    const { user, system } = process.cpuUsage(before);
    await capture.close();
    await reading;
    const perMinute = (ms: number): number => (ms / 1_000) * (60 / SECONDS);
    return {
      decoderS: perMinute(cpuMs['decoder'] ?? 0),
      relayS: perMinute((user + system) / 1_000),
      frames,
    };
  };
  const taken = await interleaved(ROUNDS, { keyframes: minute('keyframes'), all: minute('all') });
  const cpu = (name: keyof typeof taken): number => median(taken[name].map(({ decoderS }) => decoderS));
  const relay = median(Object.values(taken).flatMap((all) => all.map(({ relayS }) => relayS)));
  const frames = (name: keyof typeof taken): number => median(taken[name].map((one) => one.frames));
  return [
    {
      id: 'V1',
      what: 'a minute of a camera, keyframes only | all decoded, one picture a second',
      ours: `${cpu('keyframes').toFixed(2)} CPU-s`,
      peer: `${cpu('all').toFixed(2)} CPU-s`,
      value: cpu('all') / cpu('keyframes'),
      gate: { kind: 'at-least', limit: 4, unit: '×' },
      note: `1080p25 H.264, a keyframe every two seconds; FFmpeg alone, the relay takes ${relay.toFixed(2)} CPU-s either way; ${frames('keyframes')} and ${frames('all')} pictures in ${SECONDS} s`,
    },
  ];
}

export const capture: Benchmark = { id: 'V1', title: 'Keyframes of a camera', run };
