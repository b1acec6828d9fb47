import { type FoundBox, MAX_BOXES } from '../../domain/detector.ts';
import { boxOf, type Corners, type Placement } from '../pixels/placement.ts';
import { rounded } from './family.ts';

/** A box that a model proposes, in pixels of its input. */
export interface Candidate {
  classId: number;
  score: number;
  corners: Corners;
}

/** More than this many proposals are noise. */
const MOST = 30_000;

const bestFirst = (candidates: readonly Candidate[]): Candidate[] =>
  candidates.toSorted((a, b) => b.score - a.score);

/** Of boxes of one class that overlap more than `iou`, only the best stays. */
export function suppressed(candidates: readonly Candidate[], iou: number): Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of bestFirst(candidates).slice(0, MOST)) {
    const again = kept.some(
      (better) => better.classId === candidate.classId && shared(better.corners, candidate.corners) > iou,
    );
    if (!again) kept.push(candidate);
    if (kept.length === MAX_BOXES) break;
  }
  return kept;
}

/** Proposals as boxes of the picture, the best first. */
export function asBoxes(candidates: readonly Candidate[], placement: Placement): FoundBox[] {
  return bestFirst(candidates)
    .slice(0, MAX_BOXES)
    .flatMap(({ classId, score, corners }) => {
      const box = boxOf(placement, corners);
      return box === null ? [] : [{ classId, score: rounded(score), box }];
    });
}

/** Corners from a middle and a size. */
export function around(x: number, y: number, width: number, height: number): Corners {
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

function shared([left, top, right, bottom]: Corners, [l, t, r, b]: Corners): number {
  const across = Math.min(right, r) - Math.max(left, l);
  const down = Math.min(bottom, b) - Math.max(top, t);
  if (!(across > 0 && down > 0)) return 0;
  const both = across * down;
  return both / ((right - left) * (bottom - top) + (r - l) * (b - t) - both);
}
