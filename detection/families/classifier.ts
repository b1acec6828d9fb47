import type { FoundBox } from '../../domain/detector.ts';
import { boxOf } from '../pixels/placement.ts';
import type { Tensor } from '../pixels/tensor.ts';
import { type Family, type Outputs, rounded } from './family.ts';

/** Answers that are kept. */
const TOP = 5;

function scoresOf(outputs: Outputs): Tensor | null {
  return Object.values(outputs)[0] ?? null;
}

/** Numbers of any size as shares of one. */
function softmax(logits: readonly number[]): number[] {
  const top = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - top));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** One score for each class. Its "boxes" are the part of the picture that it saw, once for each of its best answers. */
export const classifier: Family = {
  complaint(outputs, { classes }) {
    const scores = scoresOf(outputs);
    if (scores?.data.length === classes.length) return null;
    return `The manifest has ${classes.length} classes; the model gives ${scores?.data.length ?? 0} scores.`;
  },

  boxes(outputs, placement, { output }) {
    const given = Array.from(scoresOf(outputs)?.data ?? [], Number);
    const shares = output === 'logits' ? softmax(given) : given;
    const { left, top, scaled } = placement;
    const seen = boxOf(placement, [left, top, left + scaled.width, top + scaled.height]);
    if (seen === null) return [];
    return shares
      .map((score, classId): FoundBox => ({ classId, score: rounded(score), box: seen }))
      .filter(({ score }) => Number.isFinite(score))
      .toSorted((a, b) => b.score - a.score)
      .slice(0, TOP);
  },
};
