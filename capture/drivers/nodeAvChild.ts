import { writeSync } from 'node:fs';
import type { CaptureRequest } from '../driver.ts';
import { createThrottle } from '../throttle.ts';
import { frameMessage } from './framing.ts';
import { loadNodeAv, type NodeAv } from './nodeAvLibrary.ts';

/** `nodeAv.ts` knows what it means. */
const NOT_INSTALLED = 3;

const OUTPUT = 1;

/**
 * A process that decodes one stream and does nothing else, so everything in it is synchronous: no thread of libuv's pool is
 * parked in a read, and whoever started it ends it with SIGKILL. Its standard output is messages (`framing.ts`): one about
 * the stream, then one for each picture. `--check` only looks whether the library can be loaded.
 */
const av = await loadNodeAv().catch(() => process.exit(NOT_INSTALLED));
const [request = '--check'] = process.argv.slice(2);
if (request !== '--check') decode(av, JSON.parse(request) as Omit<CaptureRequest, 'signal'>);
// The library's own threads would keep it alive.
process.exit(0);

function decode(
  { Demuxer, Decoder, Scaler, avGetCodecName }: NodeAv,
  { url, mode, maxFps, quality }: Omit<CaptureRequest, 'signal'>,
): void {
  const input = Demuxer.openSync(url, {
    format: 'rtsp',
    options: {
      rtsp_transport: 'tcp',
      allowed_media_types: 'video',
      protocol_whitelist: 'rtsp,tcp,rtp',
      timeout: 60_000_000,
      probesize: 500_000,
      analyzeduration: 500_000,
      fpsprobesize: 0,
    },
  });
  const stream = input.video();
  if (stream === undefined) return;
  const decoder = Decoder.createSync(stream, {
    threadCount: 1,
    options: {
      flags: 'low_delay',
      max_pixels: String(7_680 * 4_320),
      ...(mode === 'keyframes' && { skip_frame: 'nokey' }),
    },
  });
  const scaler = new Scaler();
  const throttle = maxFps === undefined ? null : createThrottle(1_000 / maxFps);
  const { num, den } = stream.avgFrameRate;
  const codec = avGetCodecName(stream.codecpar.codecId) ?? 'unknown';
  write(frameMessage({ kind: 'stream', codec, fps: num > 0 && den > 0 ? num / den : null }));
  let begun = false;
  for (const packet of input.packetsSync(stream.index)) {
    if (packet === null) return;
    for (const frame of decoder.decodeAllSync(packet)) {
      const keyframe = frame.keyFrame === 1;
      // What comes before the first keyframe is grey.
      begun ||= keyframe;
      if (begun && (throttle === null || throttle.due(performance.now()))) {
        const jpeg = scaler.toJpegSync(frame, { quality });
        write(frameMessage({ kind: 'picture', width: frame.width, height: frame.height, keyframe }, jpeg));
      }
      frame.free();
    }
  }
}

/** All of it: a pipe takes some at a time, and waits meanwhile. */
function write(bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(OUTPUT, bytes, at);
}
