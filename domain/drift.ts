import type { Box } from './detection.ts';
import { overlap } from './detector.ts';

/** Scores are counted in tenths. */
export const SCORE_BINS = 10;
/** Boxes that overlap by at least this share, with the same label, are the same thing. */
export const SAME_THING = 0.5;

/** A box as it is compared. */
export interface ScoredBox {
  label: string;
  score: number;
  box: Box;
  /** Its score is high enough to be shown. */
  shown: boolean;
}

/** What two models saw in one picture. */
export interface Pair {
  current: readonly ScoredBox[];
  candidate: readonly ScoredBox[];
}

export interface LabelDrift {
  label: string;
  /** Pictures in which it is shown. */
  currentPictures: number;
  candidatePictures: number;
  /** In both, and in neither, by all pictures. */
  agreement: number;
  /** Boxes that are shown. */
  currentBoxes: number;
  candidateBoxes: number;
  /** Of all boxes, by tenths of their scores. */
  currentScores: number[];
  candidateScores: number[];
  /** Population stability index of those: below 0.1 little has changed, above 0.25 much has. `null`: one has no boxes. */
  psi: number | null;
}

export interface Drift {
  pictures: number;
  /** Pictures in which both show the same labels, by all. `null`: there are none. */
  agreement: number | null;
  labels: LabelDrift[];
  /** Boxes that are shown, put together in pairs of the same label. */
  boxes: { matched: number; onlyCurrent: number; onlyCandidate: number; meanIou: number | null };
}

/** How much two distributions differ: the population stability index of counts in the same bins. */
export function stabilityIndex(current: readonly number[], candidate: readonly number[]): number | null {
  const [all, others] = [sum(current), sum(candidate)];
  if (all === 0 || others === 0) return null;
  // An empty bin would weigh infinitely much; half a count stands in for it.
  const share = (count: number, total: number): number => Math.max(count, 0.5) / total;
  return current.reduce((total, count, i) => {
    const [p, q] = [share(count, all), share(candidate[i] ?? 0, others)];
    return total + (q - p) * Math.log(q / p);
  }, 0);
}

export interface Matches {
  /** Overlaps of the pairs. */
  ious: number[];
  onlyCurrent: number;
  onlyCandidate: number;
}

/** Puts boxes of the same label together, those that overlap most first, each at most once. */
export function matchBoxes(current: readonly ScoredBox[], candidate: readonly ScoredBox[]): Matches {
  const pairs = current.flatMap((one, i) =>
    candidate.flatMap((other, k) => {
      const iou = one.label === other.label ? overlap(one.box, other.box) : 0;
      return iou >= SAME_THING ? [{ i, k, iou }] : [];
    }),
  );
  const [taken, given] = [new Set<number>(), new Set<number>()];
  const ious: number[] = [];
  for (const { i, k, iou } of pairs.toSorted((a, b) => b.iou - a.iou)) {
    if (taken.has(i) || given.has(k)) continue;
    taken.add(i);
    given.add(k);
    ious.push(iou);
  }
  return { ious, onlyCurrent: current.length - ious.length, onlyCandidate: candidate.length - ious.length };
}

/** Adds up what two models saw, picture by picture; what is held grows with the number of labels only. */
export function createDriftCounter() {
  const byLabel = new Map<string, Omit<LabelDrift, 'psi' | 'agreement'> & { differ: number }>();
  let pictures = 0;
  let same = 0;
  let ious = 0;
  const boxes = { matched: 0, onlyCurrent: 0, onlyCandidate: 0 };

  const of = (label: string) => {
    const known = byLabel.get(label);
    if (known !== undefined) return known;
    const bins = () => new Array<number>(SCORE_BINS).fill(0);
    const made = {
      ...{ label, currentPictures: 0, candidatePictures: 0, currentBoxes: 0, candidateBoxes: 0, differ: 0 },
      ...{ currentScores: bins(), candidateScores: bins() },
    };
    byLabel.set(label, made);
    return made;
  };

  return {
    add({ current, candidate }: Pair): void {
      pictures += 1;
      for (const { label, score } of current) bump(of(label).currentScores, score);
      for (const { label, score } of candidate) bump(of(label).candidateScores, score);
      const [seen, found] = [current.filter(isShown), candidate.filter(isShown)];
      for (const { label } of seen) of(label).currentBoxes += 1;
      for (const { label } of found) of(label).candidateBoxes += 1;
      const [before, after] = [labelsOf(seen), labelsOf(found)];
      for (const label of before) of(label).currentPictures += 1;
      for (const label of after) of(label).candidatePictures += 1;
      const differing = [...new Set([...before, ...after])].filter(
        (label) => before.has(label) !== after.has(label),
      );
      for (const label of differing) of(label).differ += 1;
      if (differing.length === 0) same += 1;
      const matches = matchBoxes(seen, found);
      boxes.matched += matches.ious.length;
      boxes.onlyCurrent += matches.onlyCurrent;
      boxes.onlyCandidate += matches.onlyCandidate;
      ious += sum(matches.ious);
    },
    drift(): Drift {
      const labels = [...byLabel.values()].map(({ differ, ...counts }) => ({
        ...counts,
        agreement: pictures === 0 ? 1 : 1 - differ / pictures,
        psi: stabilityIndex(counts.currentScores, counts.candidateScores),
      }));
      labels.sort(
        (a, b) => b.currentPictures + b.candidatePictures - a.currentPictures - a.candidatePictures,
      );
      return {
        pictures,
        agreement: pictures === 0 ? null : same / pictures,
        labels,
        boxes: { ...boxes, meanIou: boxes.matched === 0 ? null : ious / boxes.matched },
      };
    },
  };
}

const isShown = ({ shown }: ScoredBox): boolean => shown;
const labelsOf = (boxes: readonly ScoredBox[]): Set<string> => new Set(boxes.map(({ label }) => label));

function bump(bins: number[], score: number): void {
  const bin = Math.min(bins.length - 1, Math.max(0, Math.floor(score * bins.length)));
  bins[bin] = (bins[bin] ?? 0) + 1;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
