import pLimit from 'p-limit';
import type { Detector, Model, PictureFile } from '../detection/detector.ts';
import { modelName } from '../detection/manifest.ts';
import { readKnowledge } from '../detection/species/knowledge.ts';
import { nameBox } from '../detection/species/nameBox.ts';
import type { Knowledge } from '../detection/species/rollUp.ts';
import { meaningOf } from '../domain/categories.ts';
import { type NamedBox, type NameRecord, saveNames } from '../stores/detection/names.ts';
import type { NameTarget } from '../stores/detection/unnamed.ts';
import type { Database } from '../stores/postgres/database.ts';
import { AT_ONCE, isLost } from './lookAt.ts';
import type { WithPicture } from './modelPictures.ts';
import { scratchDir } from './scratch.ts';

export interface NameDeps {
  db: Database;
  detector: Detector;
  withPicture: WithPicture;
  scratchRoot: string;
}

/** How a classifier names boxes. */
export interface Naming {
  model: Model;
  /** Of its row. */
  modelId: number;
  /** Its words are not to count. */
  shadow: boolean;
}

type Outcome = Pick<NameRecord, 'failed' | 'boxes' | 'tookMs'>;

/**
 * Lets a classifier look at the animals that a detector found, each cut out of the same pixels, and records its answers
 * and what follows from them. A picture that brings the classifier down keeps its boxes, without species.
 * @throws Failure of the model, or of our own parts
 */
export function createNaming({ db, detector, withPicture, scratchRoot }: NameDeps) {
  async function classify(
    target: NameTarget,
    { model }: Naming,
    knowledge: Knowledge | null,
    picture: PictureFile,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const boxes = wantedOf(target, model);
    const start = performance.now();
    const run = await detector.classify(
      model,
      picture,
      boxes.map(({ box }) => box),
      signal,
    );
    const tookMs = performance.now() - start;
    if (!run.ok) return { failed: { reason: run.reason, detail: run.detail }, boxes: [], tookMs };
    const { classes } = model.manifest;
    const named = boxes.map(({ id, score }, i): NamedBox => {
      const answers = (run.each[i] ?? []).map((one) => ({
        label: classes[one.classId] ?? String(one.classId),
        score: one.score,
      }));
      return { id, answers, prediction: nameBox(knowledge, score, answers, target.place) };
    });
    return { failed: null, boxes: named, tookMs };
  }

  async function look(
    target: NameTarget,
    naming: Naming,
    knowledge: Knowledge | null,
    kept: PictureFile | undefined,
    dir: string,
    signal: AbortSignal,
  ): Promise<Outcome> {
    if (wantedOf(target, naming.model).length === 0) return { failed: null, boxes: [], tookMs: 0 };
    if (kept !== undefined) return classify(target, naming, knowledge, kept, signal);
    try {
      const named = await withPicture(target, target.detectorInput, dir, signal, (file) =>
        classify(target, naming, knowledge, { file, raw: null }, signal),
      );
      return 'reason' in named ? { failed: named, boxes: [], tookMs: 0 } : named;
    } catch (error) {
      if (!isLost(error)) throw error;
      return { failed: { reason: error.type, detail: error.message }, boxes: [], tookMs: 0 };
    }
  }

  /** @param kept pixels that the detector left */
  return async (
    naming: Naming,
    targets: readonly NameTarget[],
    kept: ReadonlyMap<number, PictureFile>,
    signal: AbortSignal,
  ): Promise<NameRecord[]> => {
    if (targets.length === 0) return [];
    await using scratch = await scratchDir(scratchRoot, 'name');
    const { model, modelId, shadow } = naming;
    const knowledge = await readKnowledge(model);
    const limit = pLimit(AT_ONCE);
    const all: NameRecord[] = [];
    const ends = await Promise.allSettled(
      targets.map((target) =>
        limit(async () => {
          signal.throwIfAborted();
          const picture = kept.get(target.assetId);
          const outcome = await look(target, naming, knowledge, picture, scratch.path, signal);
          const { assetId, detectorId, place } = target;
          all.push({ assetId, detectorId, place, ...outcome });
        }),
      ),
    );
    await db.tx((tx) => saveNames(tx, { id: modelId, name: modelName(model.manifest), shadow }, all));
    const broken = ends.find((end) => end.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
    return all;
  };
}

/** Of a flock the best ones: a classifier that takes a second for each must be done before its clock stops it. */
const MOST_BOXES = 50;

/** Boxes of animals that the detector is sure enough of. */
function wantedOf({ boxes, conservative }: NameTarget, { manifest }: Model): NameTarget['boxes'] {
  const least = manifest.box_score ?? conservative;
  return boxes
    .filter(({ label, score }) => score >= least && meaningOf(label)?.label === 'animal')
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MOST_BOXES);
}
