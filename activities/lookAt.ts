import path from 'node:path';
import pLimit from 'p-limit';
import type { DetectionRun, Detector, Model, PictureFile } from '../detection/detector.ts';
import { modelName } from '../detection/manifest.ts';
import { Failure } from '../domain/failures.ts';
import { type RunModel, type RunRecord, saveRuns } from '../stores/detection/runs.ts';
import type { DetectTarget } from '../stores/detection/targets.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import type { Database } from '../stores/postgres/database.ts';
import type { WithPicture } from './modelPictures.ts';
import { scratchDir } from './scratch.ts';

export interface LookDeps {
  db: Database;
  objects: ObjectStore;
  detector: Detector;
  withPicture: WithPicture;
  scratchRoot: string;
}

/** Pictures under way at the same time; the detector decides how many are looked at. */
export const AT_ONCE = 6;
/** What was seen is written at least so often: with a large model a batch takes minutes, and what is written stays. */
const WRITE_EVERY_MS = 3_000;

/** Pixels that a classifier is going to need, by asset. */
export interface KeptPixels {
  /** Exists for as long as they are needed. */
  dir: string;
  /** Boxes of these classes, from this score on. */
  classes: readonly number[];
  from: number;
  /** Also of pictures without any box from this score on. `null`: not of those. */
  emptyBelow: number | null;
  pictures: Map<number, PictureFile>;
}

/** How a model looks. */
export interface Look {
  model: Model;
  /** Of its row. */
  modelId: number;
  /** Its boxes are not to count. */
  shadow: boolean;
  keep: KeptPixels | null;
}

/**
 * Lets a model look at pictures and records what it saw. That a picture brings the model down, or has no bytes any more, is
 * recorded, too.
 * @throws Failure of the model, or of our own parts
 */
export function createLook({ db, detector, withPicture, scratchRoot }: LookDeps) {
  async function look(
    target: DetectTarget,
    { model, keep }: Look,
    dir: string,
    signal: AbortSignal,
  ): Promise<RunRecord> {
    const { assetId } = target;
    const record = { assetId, failed: null, boxes: [], width: 0, height: 0, tookMs: 0 };
    const kept = keep && { ...keep, file: path.join(keep.dir, `${assetId}.raw`) };
    const order = kept && {
      ...{ file: kept.file, classes: kept.classes, from: kept.from, emptyBelow: kept.emptyBelow },
    };
    try {
      const { input } = model.manifest;
      const seen = await withPicture(target, input, dir, signal, async (file, { width, height }) => {
        const start = performance.now();
        const run = await detector.detect(model, file, signal, order);
        return { run, size: { width, height }, tookMs: performance.now() - start };
      });
      if ('reason' in seen) return { ...record, failed: seen };
      if (seen.run.ok && seen.run.kept !== null) kept?.pictures.set(assetId, seen.run.kept);
      return { ...record, ...outcome(seen.run), ...seen.size, tookMs: seen.tookMs };
    } catch (error) {
      if (!isLost(error)) throw error;
      return { ...record, failed: { reason: error.type, detail: error.message } };
    }
  }

  return async (how: Look, targets: readonly DetectTarget[], signal: AbortSignal): Promise<RunRecord[]> => {
    await using scratch = await scratchDir(scratchRoot, 'detect');
    const about = aboutOf(how);
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
          const record = await look(target, how, scratch.path, signal);
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

function aboutOf({ model: { manifest }, modelId, shadow }: Look): RunModel {
  return { id: modelId, name: modelName(manifest), classes: manifest.classes, shadow };
}

/** The picture has no bytes any more, or no whole ones. */
export function isLost(error: unknown): error is Failure {
  return error instanceof Failure && (error.type === 'object_missing' || error.type === 'object_damaged');
}

function outcome(run: DetectionRun): Pick<RunRecord, 'failed' | 'boxes'> {
  return run.ok
    ? { failed: null, boxes: run.boxes }
    : { failed: { reason: run.reason, detail: run.detail }, boxes: [] };
}
