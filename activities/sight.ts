import { Context, log } from '@temporalio/activity';
import type { Detector, Model } from '../detection/detector.ts';
import { modelIn } from '../detection/modelFiles.ts';
import { meaningOf } from '../domain/categories.ts';
import type { DetectionSkipReason } from '../domain/detection.ts';
import { FAILURES, Failure } from '../domain/failures.ts';
import type { Decoder } from '../imaging/decoder.ts';
import { type ModelRow, modelInUse } from '../stores/detection/models.ts';
import type { DetectTarget } from '../stores/detection/targets.ts';
import { type NameTarget, unnamedAmong } from '../stores/detection/unnamed.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import type { Database } from '../stores/postgres/database.ts';
import { createLook, type KeptPixels } from './lookAt.ts';
import { createPictures } from './modelPictures.ts';
import { createNaming } from './nameBoxes.ts';
import { scratchDir } from './scratch.ts';

export interface DetectDeps {
  db: Database;
  objects: ObjectStore;
  detector: Detector;
  decoder: Decoder;
  scratchRoot: string;
  modelsDir: string;
}

/** A model of a row, with its file. */
export interface Ready {
  row: ModelRow;
  model: Model;
}

/** What became of a picture. */
export interface End {
  assetId: number;
  failed: { reason: string; detail: string } | null;
}

/** Trouble of the model itself: no picture can be looked at, and none of them is to blame. */
export function skipReason(error: unknown): DetectionSkipReason | null {
  if (!(error instanceof Failure) || !('model' in FAILURES[error.type])) return null;
  return error.type === 'runtime_missing' ? 'no-runtime' : 'model-unusable';
}

export function warnUnusable({ name, version }: ModelRow, error: unknown): void {
  log.warn('a model cannot be used', { model: `${name}@${version}`, detail: String(error) });
}

/** How pictures are looked at, whenever that is: by a detector, and what it found by a classifier. */
export function createSight(deps: DetectDeps) {
  const { db, modelsDir, scratchRoot } = deps;
  const withPicture = createPictures(deps);
  const look = createLook({ ...deps, withPicture });
  const name = createNaming({ ...deps, withPicture });

  const ready = (row: ModelRow): Ready => ({ row, model: modelIn(modelsDir, row.manifest) });

  /** A classifier that cannot be used holds no box up. @returns `null`: that is so, and was logged */
  async function attempted<T>(row: ModelRow, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (skipReason(error) === null) throw error;
      warnUnusable(row, error);
      return null;
    }
  }

  return {
    ready,

    /**
     * Lets a detector look, and the tenant's classifier at what it found, in the same pixels.
     * @param assets whose boxes may wait for a classifier: what was found before an attempt that was lost, too
     */
    async lookAndName(
      { row, model }: Ready,
      about: { tenantId: string; shadow: boolean },
      targets: readonly DetectTarget[],
      assets: readonly number[],
    ): Promise<End[]> {
      const signal = Context.current().cancellationSignal;
      const { tenantId, shadow } = about;
      const named = shadow ? null : await db.run((sql) => modelInUse(sql, tenantId, 'classifier'));
      const classifier = named === null ? null : await attempted(named, async () => ready(named));
      if (classifier === null) return look({ model, modelId: row.id, shadow, keep: null }, targets, signal);
      await using scratch = await scratchDir(scratchRoot, 'pixels');
      const keep = keptFor(model, classifier.model, scratch.path);
      const ends = await look({ model, modelId: row.id, shadow, keep }, targets, signal);
      await attempted(classifier.row, async () => {
        const ids = { classifier: classifier.row.id, detector: row.id };
        const unnamed = await db.run((sql) => unnamedAmong(sql, ids, assets));
        const naming = { model: classifier.model, modelId: classifier.row.id, shadow: false, alone: false };
        await name(naming, unnamed, keep.pictures, signal);
      });
      return ends;
    },

    /** Lets a classifier look at boxes that were found before. */
    nameLater: ({ row, model }: Ready, shadow: boolean, targets: readonly NameTarget[]): Promise<End[]> =>
      name(
        { model, modelId: row.id, shadow, alone: false },
        targets,
        new Map(),
        Context.current().cancellationSignal,
      ),

    /** Lets a classifier look at pictures as a whole where there is no detector. */
    nameAlone: ({ row, model }: Ready, targets: readonly NameTarget[]): Promise<End[]> =>
      name(
        { model, modelId: row.id, shadow: false, alone: true },
        targets,
        new Map(),
        Context.current().cancellationSignal,
      ),
  };
}

/** Which pixels a classifier needs of what a detector finds. */
function keptFor({ manifest }: Model, classifier: Model, dir: string): KeptPixels {
  const classes = manifest.classes.flatMap((label, id) => (meaningOf(label)?.label === 'animal' ? [id] : []));
  const from = classifier.manifest.box_score ?? manifest.thresholds.conservative;
  const emptyBelow = classifier.manifest.whole_pictures ? manifest.thresholds.conservative : null;
  return { dir, classes, from, emptyBelow, pictures: new Map() };
}
