import { MIN_SCORE } from '../../domain/detector.ts';
import { asBoxes, type Candidate } from './candidates.ts';
import { type Family, gridOf, shapeOf } from './family.ts';

/** YOLOv10 and others that were trained to say everything once: `[1, N, 6]`, corners in pixels of the input, score, class. */
export const yolov10: Family = {
  complaint(outputs) {
    const grid = gridOf(outputs);
    if (grid === null) return 'A YOLOv10 model gives one output of three dimensions; this one has none.';
    return grid.dims[2] === 6 ? null : `A YOLOv10 model gives [1, N, 6]; this one gives ${shapeOf(grid)}.`;
  },

  boxes(outputs, placement, { classes }) {
    const grid = gridOf(outputs);
    if (grid === null) return [];
    const candidates: Candidate[] = [];
    const at = (index: number): number => Number(grid.data[index]);
    for (let begin = 0; begin + 6 <= grid.data.length; begin += 6) {
      const score = at(begin + 4);
      const classId = Math.round(at(begin + 5));
      if (!(score >= MIN_SCORE) || !(classId >= 0 && classId < classes.length)) continue;
      const corners = [at(begin), at(begin + 1), at(begin + 2), at(begin + 3)] as const;
      candidates.push({ classId, score, corners });
    }
    return asBoxes(candidates, placement);
  },
};
