import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { frameName, stampFrame } from '../../capture/stamp.ts';
import { BATCH_SIZE, MIME_TYPES } from '../../domain/limits.ts';
import { createDigests } from '../../sources/digests.ts';
import { type Next, recordedFrames, recordSight, type Sight } from '../../stores/cameras/sights.ts';
import type { Stint } from '../../stores/cameras/stints.ts';
import { type HandedFile, handIn } from '../../stores/handIn.ts';
import type { KeepDeps } from '../../stores/keepOriginal.ts';
import { scratchDir } from '../scratch.ts';

export interface HandOverDeps extends KeepDeps {
  scratchRoot: string;
}

/** A picture that is to be kept. */
export interface SeenFrame {
  /** UUID. */
  id: string;
  jpeg: Buffer;
  width: number;
  height: number;
  at: Date;
  keyframe: boolean | null;
  flags: readonly string[];
  changeShare: number | null;
}

async function fileOf(camera: Stint['camera'], frame: SeenFrame, dir: string): Promise<HandedFile> {
  const { latitude, longitude } = camera;
  const bytes = stampFrame(frame.jpeg, {
    frameId: frame.id,
    capturedAt: frame.at,
    timezone: camera.timezone,
    camera: { id: camera.id, name: camera.name },
    position: latitude === null || longitude === null ? null : { latitude, longitude },
    width: frame.width,
    height: frame.height,
  });
  const digests = createDigests();
  digests.update(bytes);
  const file = path.join(dir, frame.id);
  await writeFile(file, bytes, { mode: 0o600 });
  return {
    ...digests.end(),
    path: file,
    name: frameName(camera.key, frame.at),
    bytes: bytes.length,
    mediaType: MIME_TYPES.jpeg,
  };
}

/**
 * Keeps frames and hands them to the pipeline, together with what is true of their session and camera from then on.
 * Doing it again with the same frames changes nothing.
 *
 * @param frames a batch at most
 * @throws Failure; nothing was recorded then, unless the answer of the database was lost
 */
export async function handOver(
  deps: HandOverDeps,
  stint: Stint,
  sight: Sight,
  frames: readonly SeenFrame[],
  next?: Next,
): Promise<void> {
  const { db } = deps;
  if (frames.length > BATCH_SIZE) throw new RangeError('More frames than a batch holds.');
  if (frames.length === 0) {
    await db.tx((tx) => recordSight(tx, stint, sight, [], next));
    return;
  }
  await using scratch = await scratchDir(deps.scratchRoot, 'frames');
  const { camera } = stint;
  const files = await Promise.all(frames.map((frame) => fileOf(camera, frame, scratch.path)));
  const by = { tenantId: camera.tenantId, kind: 'rtsp', address: camera.address } as const;
  const handed = await handIn(deps, by, files, async (tx, all) => {
    const rows = frames.map(({ id, at, width, height, keyframe, flags, changeShare }, i) => ({
      ...{ id, capturedAt: at, width, height, keyframe, flags, changeShare },
      bytes: files[i]?.bytes ?? 0,
      itemId: all[i]?.itemId ?? 0,
    }));
    const isNew = await recordSight(tx, stint, sight, rows, next);
    if (!isNew) throw new Error('These frames were handed over before.');
  });
  if (handed === null) throw new Error('A frame was deleted while it was handed over.');
}

/** Whether an earlier try went through although its answer was lost. */
export async function wasHandedOver({ db }: HandOverDeps, frames: readonly SeenFrame[]): Promise<boolean> {
  const ids = frames.map(({ id }) => id);
  return ids.length > 0 && (await db.run((sql) => recordedFrames(sql, ids))) === ids.length;
}
