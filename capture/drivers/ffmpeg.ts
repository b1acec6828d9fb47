import { spawn } from 'node:child_process';
import { Failure } from '../../domain/failures.ts';
import type { CaptureDriver, CaptureMode, StreamInfo } from '../driver.ts';
import { type Decoder, runDecoder } from './decoder.ts';
import { ffmpegArguments } from './ffmpegArguments.ts';
import { createJpegSplitter } from './jpegSplitter.ts';

export interface FfmpegOptions {
  /** The program: a path, or a name to be found on `PATH`. */
  ffmpegPath: string;
}

/** What FFmpeg says of its input fits into this. */
const KEPT_INTRODUCTION = 16_384;

/** Of `Stream #0:0: Video: h264 (High), yuv420p(progressive), 1920x1080 [SAR 1:1 DAR 16:9], 25 fps, …`. */
export function readStreamLine(text: string): StreamInfo | null {
  const line = /^ *Stream #0:\d+[^\n]*?: Video: [^\n]*$/m.exec(text)?.[0] ?? '';
  const codec = /: Video: (\w{1,32})/.exec(line)?.[1];
  const size = /, (\d{1,5})x(\d{1,5})\b/.exec(line);
  if (codec === undefined || size === null) return null;
  const fps = Number(/, (\d+(?:\.\d+)?) fps\b/.exec(line)?.[1] ?? 0);
  return { codec, width: Number(size[1]), height: Number(size[2]), fps: fps > 0 ? fps : null };
}

/** Seldom asked, because the relay knows better why a camera went away. */
function explain({ said, code, pictures }: { said: string; code: number | null; pictures: number }): Failure {
  if (code === 127 || code === 126) return new Failure('driver_missing', 'FFmpeg could not be started.');
  if (/401 Unauthorized|403 Forbidden/.test(said))
    return new Failure('auth_failed', 'The camera refuses the user name or the password.');
  if (/404 Not Found/.test(said))
    return new Failure('source_not_found', 'The camera has nothing at this address.');
  if (/Connection refused|timed out/i.test(said))
    return new Failure('source_unreachable', 'The camera did not answer.');
  // "Unrecognized option" and the like: a program from before version 5.1.
  if (/Unrecognized option|Option not found/i.test(said))
    return new Failure('driver_missing', 'FFmpeg is too old: 5.1 or newer is needed.');
  return pictures > 0
    ? new Failure('source_unreachable', 'The video of the camera ended.')
    : new Failure('source_error', 'The video of the camera cannot be decoded.');
}

function createFfmpegDecoder(command: string, args: readonly string[], mode: CaptureMode): Decoder {
  const splitter = createJpegSplitter();
  let introduction = '';
  let found: StreamInfo | null = null;
  return {
    command,
    args,
    // Nothing of ours: FFREPORT alone would make it write files.
    env: { PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin', AV_LOG_FORCE_NOCOLOR: '1' },
    read: (chunk) =>
      splitter.read(chunk).map(({ bytes, width, height }) => ({
        ...{ jpeg: bytes, width, height },
        // In between, its output does not tell them apart.
        keyframe: mode === 'keyframes' ? true : null,
      })),
    listen(text) {
      if (found !== null || introduction.length > KEPT_INTRODUCTION) return;
      introduction += text;
      found = readStreamLine(introduction);
    },
    info: ({ width, height }) => ({
      codec: found?.codec ?? 'unknown',
      width,
      height,
      fps: found?.fps ?? null,
    }),
    explain,
  };
}

/** FFmpeg, installed by whoever runs us, as a process for each camera. */
export function createFfmpegDriver({ ffmpegPath }: FfmpegOptions): CaptureDriver {
  return {
    name: 'ffmpeg',
    isAvailable: () =>
      new Promise((resolve) => {
        const child = spawn(ffmpegPath, ['-version'], { stdio: 'ignore', timeout: 10_000 });
        child.once('error', () => resolve(false));
        child.once('close', (code) => resolve(code === 0));
      }),
    open: (request) =>
      runDecoder(createFfmpegDecoder(ffmpegPath, ffmpegArguments(request), request.mode), request),
  };
}
