import { meaningOf, surveyLabel } from './categories.ts';
import type { DetectionLabel } from './detection.ts';
import { kindOf, type Level, SPECIAL } from './taxon.ts';

/** Which way a label of a box or a picture came about. */
export type PredictionSource =
  | 'human'
  | 'detector'
  | 'classifier'
  | `classifier+rollup_to_${Level}`
  | `classifier+geofence+rollup_to_${Level}`
  | 'classifier+geofence+rollup_failed';

export interface SpeciesPrediction {
  /** One of the classifier's labels, of their ancestors, special, or what a person wrote. */
  label: string;
  /** 0 to 1. */
  score: number;
  source: PredictionSource;
}

export interface Prediction extends SpeciesPrediction {
  /** `name@version`. `null`: no classifier looked. */
  classifier: string | null;
}

/** `animal` says less than any taxon, so it comes after them. */
const ORDER = ['human', 'vehicle', 'taxon', 'animal', 'unknown', 'blank'] as const;

/** Humans come before vehicles, those before animals; of the same kind the surer one. */
export function comesBefore(a: SpeciesPrediction, b: SpeciesPrediction): boolean {
  const [first, second] = [ORDER.indexOf(kindOf(a.label)), ORDER.indexOf(kindOf(b.label))];
  return first === second ? a.score > b.score : first < second;
}

/** What a box with this label would be called. `null`: nothing is to be seen, or nobody can tell. */
export function categoryOf(label: string): DetectionLabel | null {
  if (label.split(';').length !== 7) return meaningOf(label)?.label ?? null;
  const kind = kindOf(label);
  if (kind === 'human') return 'person';
  if (kind === 'vehicle') return 'vehicle';
  return kind === 'blank' || kind === 'unknown' ? null : 'animal';
}

/** A box that is shown, as far as this is concerned. */
interface Shown {
  origin: 'human' | 'machine';
  label: string;
  score: number | null;
  prediction: Prediction | null;
}

/**
 * What a picture as a whole shows: what the most important of its boxes does; without any, what a classifier said of the whole
 * picture, or blank.
 */
export function imagePrediction(
  shown: readonly Shown[],
  nothingHere: boolean,
  whole: Prediction | null,
): Prediction {
  const blank: Prediction = {
    ...{ label: SPECIAL.blank, score: 1, classifier: null },
    source: nothingHere ? 'human' : 'detector',
  };
  const each = shown.map(predictionOf);
  return (
    each.reduce<Prediction | null>(
      (best, one) => (best === null || comesBefore(one, best) ? one : best),
      null,
    ) ?? (nothingHere || whole === null ? blank : whole)
  );
}

function predictionOf({ origin, label, score, prediction }: Shown): Prediction {
  if (prediction !== null) return prediction;
  const named = { label: surveyLabel(label), classifier: null };
  return origin === 'human'
    ? { ...named, score: 1, source: 'human' }
    : { ...named, score: score ?? 0, source: 'detector' };
}
