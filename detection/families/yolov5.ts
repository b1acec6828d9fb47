import { MIN_SCORE } from '../../domain/detector.ts';
import { around, asBoxes, type Candidate, suppressed } from './candidates.ts';
import { type Family, gridOf, shapeOf } from './family.ts';

/** That of the classic MegaDetector. */
const IOU = 0.45;

/**
 * MegaDetector v5 and its kin: `[1, N, 5 + classes]`, for each proposal its middle and size in pixels of the input, how sure
 * it is that there is something, and what. A score is the product of both; the best class only.
 */
export const yolov5: Family = {
  complaint(outputs, { classes }) {
    const grid = gridOf(outputs);
    const row = 5 + classes.length;
    if (grid === null) return 'A YOLOv5 model gives one output of three dimensions; this one has none.';
    if (grid.dims[2] === row) return null;
    const hint = grid.dims[1] === row - 1 ? ' That is the shape of YOLOv9: say "family": "yolov9".' : '';
    return `A YOLOv5 model of ${classes.length} classes gives [1, N, ${row}]; this one gives ${shapeOf(grid)}.${hint}`;
  },

  boxes(outputs, placement, { classes, nms_iou = IOU }) {
    const grid = gridOf(outputs);
    if (grid === null) return [];
    const row = 5 + classes.length;
    const candidates: Candidate[] = [];
    const at = (index: number): number => Number(grid.data[index]);
    for (let begin = 0; begin + row <= grid.data.length; begin += row) {
      const something = at(begin + 4);
      // Most proposals end here. Written so that what is no number does, too.
      if (!(something >= MIN_SCORE)) continue;
      let classId = 0;
      for (let c = 1; c < classes.length; c += 1) {
        if (at(begin + 5 + c) > at(begin + 5 + classId)) classId = c;
      }
      const score = something * at(begin + 5 + classId);
      if (!(score >= MIN_SCORE)) continue;
      const corners = around(at(begin), at(begin + 1), at(begin + 2), at(begin + 3));
      candidates.push({ classId, score, corners });
    }
    return asBoxes(suppressed(candidates, nms_iou), placement);
  },
};
