import { openCamera } from '../../capture/camera.ts';
import type { CaptureDriver, CapturedFrame, StreamInfo } from '../../capture/driver.ts';
import type { DecodeMode } from '../../domain/camera.ts';
import { parseRtspAddress, type RtspCredentials } from '../../domain/rtspAddress.ts';
import type { Guard } from '../../sources/reach/guard.ts';
import type { CapturedCamera } from '../../stores/cameras/stints.ts';
import { openCredentials } from '../../stores/credentials/credentials.ts';
import type { Sealer } from '../../stores/credentials/sealer.ts';
import type { Database } from '../../stores/postgres/database.ts';
import { followLive } from './follow.ts';

export interface PictureDeps {
  db: Database;
  sealer: Sealer;
  guard: Guard;
  /** @throws Failure `driver_missing` */
  driver(): Promise<CaptureDriver>;
}

export interface PictureRequest {
  mode: DecodeMode;
  maxFps?: number | undefined;
  quality: number;
  signal: AbortSignal;
  /** When the connection is to end in any case, in milliseconds. */
  totalMs?: number;
}

/** Pictures of a camera, through whichever connection there is. */
export interface Pictures extends AsyncDisposable {
  readonly info: StreamInfo;
  readonly driver: string;
  readonly frames: AsyncIterable<CapturedFrame>;
  /** Pictures that nobody took in time. */
  readonly dropped: number;
}

async function credentialsOf(
  { db, sealer }: PictureDeps,
  { credentialId }: CapturedCamera,
): Promise<RtspCredentials | null> {
  if (credentialId === null) return null;
  const opened = await db.run((sql) => openCredentials(sql, sealer, credentialId));
  // Our own rows: what is sealed was checked.
  return (opened?.value as unknown as RtspCredentials | undefined) ?? null;
}

/** Opens a connection to the camera; the lease of it is the caller's. @throws Failure; the signal's reason */
export async function openPictures(
  deps: PictureDeps,
  camera: CapturedCamera,
  request: PictureRequest,
): Promise<Pictures> {
  const { mode, maxFps, quality, signal, totalMs } = request;
  const { address } = parseRtspAddress(camera.address);
  const driver = await deps.driver();
  const capture = await openCamera({
    ...{ driver, guard: deps.guard, address, mode, quality, signal },
    credentials: await credentialsOf(deps, camera),
    ...(maxFps !== undefined && { maxFps }),
    ...(totalMs !== undefined && { deadlines: { totalMs } }),
  });
  return {
    info: capture.info,
    driver: driver.name,
    frames: capture.frames,
    get dropped() {
      return capture.dropped;
    },
    [Symbol.asyncDispose]: () => capture.close(),
  };
}

/** The same through the connection that somebody else has. */
export function sharedPictures(
  { db }: PictureDeps,
  camera: CapturedCamera,
  { maxFps, signal }: PictureRequest,
): Pictures {
  return {
    info: { codec: 'shared', width: 0, height: 0, fps: null },
    driver: 'shared',
    frames: followLive(db, camera.id, maxFps, signal),
    dropped: 0,
    async [Symbol.asyncDispose]() {},
  };
}
