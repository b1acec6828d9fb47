import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { Failure } from '../../domain/failures.ts';
import type { Capture, CapturedFrame, CaptureRequest, StreamInfo } from '../driver.ts';
import { createFrameQueue } from '../frameQueue.ts';

/** A decoder that runs as a process and writes pictures to its standard output. */
export interface Decoder {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** @returns the pictures that are complete with these bytes. @throws Failure when they make no sense */
  read(chunk: Buffer): Omit<CapturedFrame, 'at'>[];
  /** What it says besides, as it comes. */
  listen?(text: string): void;
  /** What is known of the stream, asked when there is a first picture. */
  info(first: Omit<CapturedFrame, 'at'>): StreamInfo;
  /** Why it ended by itself. */
  explain(end: { said: string; code: number | null; pictures: number }): Failure;
}

const PICTURE_MS = 90_000;
/** Pictures that wait for their reader. */
const QUEUE = 8;
const KEPT_STDERR = 8_192;
/** Of the process, in MiB: what a picture of 8K costs FFmpeg several times over. */
const MEMORY_MIB = 1_024;

/**
 * With nothing of our environment in it. `RLIMIT_DATA` bounds what it allocates; a core
 * file would hold pictures. Systems that know no such limits run without.
 */
function start({ command, args, env }: Decoder): ChildProcess {
  const options: SpawnOptions = { env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true };
  if (process.platform === 'win32') return spawn(command, args, options);
  const limited = `ulimit -c 0 2>/dev/null; ulimit -d ${MEMORY_MIB * 1024} 2>/dev/null; exec "$@"`;
  return spawn('/bin/sh', ['-c', limited, 'sh', command, ...args], options);
}

/**
 * Runs a decoder and hands out its pictures. However it ends, the process is killed and gone before anybody is told.
 * @throws Failure; the signal's reason
 */
export async function runDecoder(decoder: Decoder, request: CaptureRequest): Promise<Capture> {
  const { signal, maxFps } = request;
  signal.throwIfAborted();
  const child = start(decoder);
  const queue = createFrameQueue<CapturedFrame>(QUEUE);
  const patience = (request.pictureMs ?? PICTURE_MS) + (maxFps === undefined ? 0 : 1_000 / maxFps);
  let said = '';
  let pictures = 0;
  /** Why we ended it; `undefined`: we did not. */
  let stopped: { reason: unknown } | undefined;
  let opened: (info: StreamInfo) => void = () => {};
  let refused: (reason: unknown) => void = () => {};
  const ready = new Promise<StreamInfo>((resolve, reject) => {
    opened = resolve;
    refused = reject;
  });

  function stop(reason: unknown): void {
    stopped ??= { reason };
    child.kill('SIGKILL');
  }
  const tooLate = () => stop(new Failure('source_timeout', 'No picture came from the camera for too long.'));
  const late = setTimeout(tooLate, patience);
  const onAbort = () => stop(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });

  child.stdout?.on('data', (chunk: Buffer) => {
    if (stopped) return;
    try {
      for (const picture of decoder.read(chunk)) {
        pictures += 1;
        late.refresh();
        queue.push({ ...picture, at: new Date() });
        if (pictures === 1) opened(decoder.info(picture));
      }
    } catch (error) {
      stop(error);
    }
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-KEPT_STDERR);
    decoder.listen?.(text);
  });

  // 'close' comes after the last of its output, and when it never started too.
  const gone = new Promise<void>((resolve) => {
    child.once('error', () => {
      if (child.pid === undefined) resolve();
    });
    child.once('close', () => resolve());
  }).then(() => {
    clearTimeout(late);
    signal.removeEventListener('abort', onAbort);
    const reason = stopped ? stopped.reason : decoder.explain({ said, code: child.exitCode, pictures });
    queue.end(reason);
    refused(reason ?? new Failure('source_error', 'The capture was closed before its first picture.'));
  });

  try {
    const info = await ready;
    return {
      info,
      frames: queue,
      get dropped() {
        return queue.dropped;
      },
      async close() {
        stop(null);
        await gone;
      },
    };
  } catch (error) {
    await gone;
    throw error;
  }
}
