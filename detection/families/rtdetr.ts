import { type FoundBox, MAX_BOXES, MIN_SCORE } from '../../domain/detector.ts';
import { boxBetween } from '../pixels/placement.ts';
import type { Tensor } from '../pixels/tensor.ts';
import { type Family, type Outputs, rounded, shapeOf } from './family.ts';

function partsOf(outputs: Outputs): { labels: Tensor; boxes: Tensor; scores: Tensor } | null {
  const { labels, boxes, scores } = outputs;
  return labels === undefined || boxes === undefined || scores === undefined
    ? null
    : { labels, boxes, scores };
}

const last = ({ dims }: Tensor): number | undefined => dims[dims.length - 1];

/**
 * RT-DETR (MDv6 apa-rtdetr): it is told the size of the picture and gives corners in pixels of that, beside labels and
 * scores. Everything is said once.
 */
export const rtdetr: Family = {
  extra: ({ source }) => ({
    orig_target_sizes: {
      type: 'int64',
      data: BigInt64Array.from([BigInt(source.width), BigInt(source.height)]),
      dims: [1, 2],
    },
  }),

  complaint(outputs) {
    const parts = partsOf(outputs);
    if (parts === null) {
      return `An RT-DETR model gives "labels", "boxes" and "scores"; this one gives ${Object.keys(outputs).join(', ')}.`;
    }
    const { labels, boxes, scores } = parts;
    const fits =
      last(boxes) === 4 && last(labels) === last(scores) && boxes.data.length === scores.data.length * 4;
    return fits
      ? null
      : `The outputs do not belong together: boxes ${shapeOf(boxes)}, labels ${shapeOf(labels)}, scores ${shapeOf(scores)}.`;
  },

  boxes(outputs, { source }, { classes }) {
    const parts = partsOf(outputs);
    if (parts === null) return [];
    const { labels, boxes, scores } = parts;
    const found: FoundBox[] = [];
    for (const [i, value] of scores.data.entries()) {
      const score = Number(value);
      const classId = Number(labels.data[i]);
      if (!(score >= MIN_SCORE) || !(classId >= 0 && classId < classes.length)) continue;
      const x = (corner: number): number => Number(boxes.data[i * 4 + corner]) / source.width;
      const y = (corner: number): number => Number(boxes.data[i * 4 + corner]) / source.height;
      const box = boxBetween(x(0), y(1), x(2), y(3));
      if (box !== null) found.push({ classId, score: rounded(score), box });
    }
    return found.toSorted((a, b) => b.score - a.score).slice(0, MAX_BOXES);
  },
};
