import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Failure } from '../../domain/failures.ts';
import type { CaptureDriver, CaptureRequest } from '../driver.ts';
import { type Decoder, runDecoder } from './decoder.ts';
import { createUnframer } from './framing.ts';

/** `nodeAvChild.ts` says so by its exit code. */
const NOT_INSTALLED = 3;

type Header =
  | { kind: 'stream'; codec: string; fps: number | null }
  | { kind: 'picture'; width: number; height: number; keyframe: boolean };

/** The script beside this file: `.ts` from source, `.js` as built. */
function childScript(): string {
  const ending = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  return fileURLToPath(new URL(`./nodeAvChild${ending}`, import.meta.url));
}

/** The flags of this process that teach Node to run TypeScript; built scripts need none. */
function loaderFlags(script: string): string[] {
  if (!script.endsWith('.ts')) return [];
  const { execArgv } = process;
  return execArgv.flatMap((flag, at) => {
    if (/^--(import|require|loader)=/.test(flag)) return [flag];
    const value = execArgv[at + 1];
    return /^(--import|--require|-r|--loader)$/.test(flag) && value !== undefined ? [flag, value] : [];
  });
}

/** Everything the child sees of the world. It needs no threads but its own. */
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', TZ: 'UTC', UV_THREADPOOL_SIZE: '2' };

const childArguments = (message: string) => {
  const script = childScript();
  return [...loaderFlags(script), script, message];
};

function createNodeAvDecoder({ url, mode, maxFps, quality }: CaptureRequest): Decoder {
  const unframe = createUnframer();
  let stream: { codec: string; fps: number | null } = { codec: 'unknown', fps: null };
  return {
    command: process.execPath,
    args: childArguments(JSON.stringify({ url, mode, maxFps, quality })),
    env: ENVIRONMENT,
    read: (chunk) =>
      unframe(chunk).flatMap(({ header, body }) => {
        // Our own script wrote it.
        const said = header as Header;
        if (said.kind === 'stream') {
          stream = { codec: said.codec, fps: said.fps };
          return [];
        }
        return [{ jpeg: body, width: said.width, height: said.height, keyframe: said.keyframe }];
      }),
    info: ({ width, height }) => ({ ...stream, width, height }),
    explain({ code, pictures }) {
      if (code === NOT_INSTALLED) return new Failure('driver_missing', 'node-av is not installed.');
      return pictures > 0
        ? new Failure('source_unreachable', 'The video of the camera ended.')
        : new Failure('source_error', 'The video of the camera cannot be decoded.');
    },
  };
}

/**
 * FFmpeg's libraries from npm (node-av, an optional dependency), in a process of its own for each camera: a codec that
 * crashes takes one capture with it.
 */
export function createNodeAvDriver(): CaptureDriver {
  return {
    name: 'node-av',
    isAvailable: () =>
      new Promise((resolve) => {
        const options = { stdio: 'ignore', env: ENVIRONMENT, timeout: 30_000 } as const;
        const child = spawn(process.execPath, childArguments('--check'), options);
        child.once('error', () => resolve(false));
        child.once('close', (code) => resolve(code === 0));
      }),
    open: (request) => runDecoder(createNodeAvDecoder(request), request),
  };
}
