import pLimit from 'p-limit';
import type { Detector, Model, PictureFile } from '../detection/detector.ts';
import { modelName } from '../detection/manifest.ts';
import { readKnowledge } from '../detection/species/knowledge.ts';
import { nameBox, namePicture } from '../detection/species/nameBox.ts';
import type { Knowledge } from '../detection/species/rollUp.ts';
import { meaningOf } from '../domain/categories.ts';
import type { Classification } from '../domain/detection.ts';
import { type NamedBox, type NameRecord, saveNames } from '../stores/detection/names.ts';
import { type RunRecord, saveRuns } from '../stores/detection/runs.ts';
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
  /** No detector has looked: that it did is all that is said of boxes. */
  alone: boolean;
}

type Outcome = Pick<NameRecord, 'failed' | 'boxes' | 'whole' | 'tookMs'>;

const NOTHING = { failed: null, boxes: [], whole: null, tookMs: 0 } as const;
/** All of a picture. */
const WHOLE = [0, 0, 1, 1] as const;

/**
 * Lets a classifier look at the animals that a detector found, each cut out of the same pixels, or at a whole picture where
 * it found nothing, and records its answers and what follows from them. A picture that brings the classifier down keeps its
 * boxes, without species.
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
    const parts = boxes.length > 0 ? boxes.map(({ box }) => box) : [WHOLE];
    const run = await detector.classify(model, picture, parts, signal);
    const tookMs = performance.now() - start;
    if (!run.ok) return { ...NOTHING, failed: { reason: run.reason, detail: run.detail }, tookMs };
    const { classes, thresholds } = model.manifest;
    const answersOf = (at: number): Classification[] =>
      (run.each[at] ?? []).map(({ classId, score }) => ({
        label: classes[classId] ?? String(classId),
        score,
      }));
    if (boxes.length === 0) {
      const answers = answersOf(0);
      const prediction = namePicture(knowledge, answers, target.place, thresholds.typical);
      return { ...NOTHING, whole: { answers, prediction }, tookMs };
    }
    const named = boxes.map(({ id, score }, i): NamedBox => {
      const answers = answersOf(i);
      return { id, answers, prediction: nameBox(knowledge, score, answers, target.place) };
    });
    return { ...NOTHING, boxes: named, tookMs };
  }

  async function look(
    target: NameTarget,
    naming: Naming,
    knowledge: Knowledge | null,
    kept: PictureFile | undefined,
    dir: string,
    signal: AbortSignal,
  ): Promise<Outcome> {
    if (wantedOf(target, naming.model).length === 0 && !wantsWhole(target, naming.model)) return NOTHING;
    if (kept !== undefined) return classify(target, naming, knowledge, kept, signal);
    try {
      const named = await withPicture(target, target.detectorInput, dir, signal, (file) =>
        classify(target, naming, knowledge, { file, raw: null }, signal),
      );
      return 'reason' in named ? { ...NOTHING, failed: named } : named;
    } catch (error) {
      if (!isLost(error)) throw error;
      return { ...NOTHING, failed: { reason: error.type, detail: error.message } };
    }
  }

  /** Of the last model: reading the lists of a large one keeps the loop busy for as long as a picture takes. */
  let known: { modelId: number; knowledge: Knowledge | null } | null = null;

  /** @param kept pixels that the detector left */
  return async (
    naming: Naming,
    targets: readonly NameTarget[],
    kept: ReadonlyMap<number, PictureFile>,
    signal: AbortSignal,
  ): Promise<NameRecord[]> => {
    if (targets.length === 0) return [];
    await using scratch = await scratchDir(scratchRoot, 'name');
    const { model, modelId, shadow, alone } = naming;
    if (known?.modelId !== modelId) known = { modelId, knowledge: await readKnowledge(model) };
    const { knowledge } = known;
    const limit = pLimit(AT_ONCE);
    const all: NameRecord[] = [];
    const runs: RunRecord[] = [];
    const ends = await Promise.allSettled(
      targets.map((target) =>
        limit(async () => {
          signal.throwIfAborted();
          const picture = kept.get(target.assetId);
          const outcome = await look(target, naming, knowledge, picture, scratch.path, signal);
          const { assetId, detectorId, place, width, height } = target;
          all.push({ assetId, detectorId, place, ...outcome });
          runs.push({ assetId, boxes: [], width, height, failed: outcome.failed, tookMs: outcome.tookMs });
        }),
      ),
    );
    const about = { id: modelId, name: modelName(model.manifest), shadow };
    await db.tx(async (tx) => {
      // What is said of a picture belongs to whoever looked for boxes in it.
      if (alone) await saveRuns(tx, { ...about, classes: model.manifest.classes }, runs);
      await saveNames(tx, about, all);
    });
    const broken = ends.find((end) => end.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
    return all;
  };
}

/** The detector found nothing, and the classifier looks at pictures in which that is so. */
function wantsWhole({ boxes, conservative }: NameTarget, { manifest }: Model): boolean {
  return manifest.whole_pictures === true && boxes.every(({ score }) => score < conservative);
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
