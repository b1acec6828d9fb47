import { MIN_SCORE } from '../../domain/detector.ts';
import { around, asBoxes, type Candidate, suppressed } from './candidates.ts';
import { type Family, gridOf, shapeOf } from './family.ts';

/** That of newer MegaDetector tools. */
const IOU = 0.6;

/**
 * YOLOv8, v9 and v11 (MDv1000 cedar, larch, sorrel; MDv6 yolov9): `[1, 4 + classes, A]`. Columns are proposals: middle and
 * size in pixels of the input, then a score for each class, already the final one.
 */
export const yolov9: Family = {
  complaint(outputs, { classes }) {
    const grid = gridOf(outputs);
    const rows = 4 + classes.length;
    if (grid === null) return 'A YOLOv9 model gives one output of three dimensions; this one has none.';
    if (grid.dims[1] === rows) return null;
    const hint = grid.dims[2] === rows + 1 ? ' That is the shape of YOLOv5: say "family": "yolov5".' : '';
    return `A YOLOv9 model of ${classes.length} classes gives [1, ${rows}, A]; this one gives ${shapeOf(grid)}.${hint}`;
  },

  boxes(outputs, placement, { classes, nms_iou = IOU }) {
    const grid = gridOf(outputs);
    if (grid === null) return [];
    const count = grid.dims[2] ?? 0;
    const at = (row: number, column: number): number => Number(grid.data[row * count + column]);
    const candidates: Candidate[] = [];
    for (let i = 0; i < count; i += 1) {
      let classId = 0;
      let score = at(4, i);
      for (let c = 1; c < classes.length; c += 1) {
        const other = at(4 + c, i);
        if (other > score) {
          classId = c;
          score = other;
        }
      }
      if (!(score >= MIN_SCORE)) continue;
      candidates.push({ classId, score, corners: around(at(0, i), at(1, i), at(2, i), at(3, i)) });
    }
    return asBoxes(suppressed(candidates, nms_iou), placement);
  },
};
