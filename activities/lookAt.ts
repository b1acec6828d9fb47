import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import type { DetectionRun, Detector, Model } from '../detection/detector.ts';
import { modelName } from '../detection/manifest.ts';
import { Failure } from '../domain/failures.ts';
import { DETECTOR_SHARE } from '../domain/limits.ts';
import type { Preset } from '../domain/presets.ts';
import type { Decoder } from '../imaging/decoder.ts';
import { fitInside } from '../imaging/pixels.ts';
import { type RunRecord, saveRuns } from '../stores/detection/runs.ts';
import type { DetectTarget } from '../stores/detection/targets.ts';
import { originalKey } from '../stores/objects/keys.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import type { Database } from '../stores/postgres/database.ts';
import { scratchDir } from './scratch.ts';

export interface LookDeps {
  db: Database;
  objects: ObjectStore;
  detector: Detector;
  decoder: Decoder;
  scratchRoot: string;
}

/** Pictures under way at the same time; the detector decides how many are looked at. */
const AT_ONCE = 6;
/** What was seen is written at least so often: with a large model a batch takes minutes, and what is written stays. */
const WRITE_EVERY_MS = 3_000;

/**
 * Lets a model look at pictures and records what it saw. That a picture brings the model down, or has no bytes any more, is
 * recorded, too.
 *
 * A model sees the largest whole rendition: the bytes are small and were written by us, and a picture gives the same boxes
 * on the day that it comes in and years later. Where that is too small for the model, one is made of the original.
 * @throws Failure of the model, or of our own parts
 */
export function createLook({ db, objects, detector, decoder, scratchRoot }: LookDeps) {
  /** The picture that the model sees, as a file. @returns `null`: it cannot be made any more */
  async function withPicture<T>(
    target: DetectTarget,
    model: Model,
    dir: string,
    signal: AbortSignal,
    work: (file: string, size: { width: number; height: number }) => Promise<T>,
  ): Promise<T | { reason: string; detail: string }> {
    const { rendition } = target;
    const wanted = fitInside(target, model.manifest.input);
    if (rendition !== null && rendition.width >= wanted.width * DETECTOR_SHARE) {
      const file = await objects.localFile(rendition.objectKey);
      try {
        return await work(file.path, rendition);
      } finally {
        await file.release();
      }
    }
    const original = await objects.localFile(originalKey(target.tenantId, target.uid));
    try {
      const outputDir = path.join(dir, String(target.assetId));
      await mkdir(outputDir);
      const job = { inputPath: original.path, outputDir, presets: [detectorPreset(model)] };
      const result = await decoder.derive(job, signal, 'soon');
      if (!result.ok) return { reason: result.reason, detail: result.detail };
      const [made] = result.renditions;
      if (made === undefined) throw new Error('The decoder made nothing.');
      return await work(made.path, made);
    } finally {
      await original.release();
    }
  }

  async function look(
    target: DetectTarget,
    model: Model,
    dir: string,
    signal: AbortSignal,
  ): Promise<RunRecord> {
    const record = { assetId: target.assetId, failed: null, boxes: [], width: 0, height: 0, tookMs: 0 };
    try {
      const seen = await withPicture(target, model, dir, signal, async (file, { width, height }) => {
        const start = performance.now();
        const run = await detector.detect(model, file, signal);
        return { run, size: { width, height }, tookMs: performance.now() - start };
      });
      if ('reason' in seen) return { ...record, failed: seen };
      return { ...record, ...outcome(seen.run), ...seen.size, tookMs: seen.tookMs };
    } catch (error) {
      const lost =
        error instanceof Failure && (error.type === 'object_missing' || error.type === 'object_damaged');
      if (!lost) throw error;
      return { ...record, failed: { reason: error.type, detail: error.message } };
    }
  }

  return async (
    row: { id: number },
    model: Model,
    targets: readonly DetectTarget[],
    signal: AbortSignal,
  ): Promise<RunRecord[]> => {
    await using scratch = await scratchDir(scratchRoot, 'detect');
    const { classes } = model.manifest;
    const about = { id: row.id, name: modelName(model.manifest), classes };
    const limit = pLimit(AT_ONCE);
    const all: RunRecord[] = [];
    let unwritten: RunRecord[] = [];
    let written = Date.now();
    const write = async (): Promise<void> => {
      const now = unwritten;
      unwritten = [];
      written = Date.now();
      await db.tx((tx) => saveRuns(tx, about, now));
      all.push(...now);
    };
    const ends = await Promise.allSettled(
      targets.map((target) =>
        limit(async () => {
          signal.throwIfAborted();
          const record = await look(target, model, scratch.path, signal);
          // Only now: what is unwritten may be another list by then.
          unwritten.push(record);
          if (Date.now() - written >= WRITE_EVERY_MS) await write();
        }),
      ),
    );
    await write();
    const broken = ends.find((end) => end.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
    return all;
  };
}

function outcome(run: DetectionRun): Pick<RunRecord, 'failed' | 'boxes'> {
  return run.ok
    ? { failed: null, boxes: run.boxes }
    : { failed: { reason: run.reason, detail: run.detail }, boxes: [] };
}

/** As large as the model can use, and nearly lossless: it is thrown away afterwards. */
function detectorPreset({ manifest: { input } }: Model): Preset {
  return {
    ...{ name: 'detector', version: 1, fit: 'inside', width: input.width, height: input.height },
    ...{
      format: 'jpeg',
      quality: 92,
      chroma: '4:4:4',
      background: '#ffffff',
      focus: { x: 0.5, y: 0.5 },
      eager: false,
    },
  };
}
