import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Box } from '../../domain/detection.ts';
import { createDriftCounter, matchBoxes, type ScoredBox, stabilityIndex } from '../../domain/drift.ts';

const box = (label: string, score: number, at: Box = [0.1, 0.1, 0.2, 0.2]): ScoredBox => ({
  ...{ label, score, box: at },
  shown: score >= 0.3,
});

describe('how two models differ', () => {
  it('the stability index is that of the books', () => {
    const psi = stabilityIndex([50, 50], [25, 75]) ?? Number.NaN;
    assert.ok(Math.abs(psi - (0.25 * Math.log(2) + 0.25 * Math.log(1.5))) < 1e-12, String(psi));
    assert.equal(stabilityIndex([3, 7], [30, 70]), 0);
    assert.equal(stabilityIndex([0, 0], [1, 2]), null);
    assert.ok(Number.isFinite(stabilityIndex([10, 0], [0, 10])));
  });

  it('the stability index is never below nothing, and the same both ways', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(counts, counts, (one, other) => {
        const [there, back] = [stabilityIndex(one, other)!, stabilityIndex(other, one)!];
        return there >= 0 && Math.abs(there - back) < 1e-9;
      }),
    );
  });

  it('boxes are put together once, the nearest first, and only with the same label', () => {
    const near: Box = [0.12, 0.1, 0.2, 0.2];
    const { ious, onlyCurrent, onlyCandidate } = matchBoxes(
      [box('animal', 0.9), box('animal', 0.8, near), box('person', 0.9)],
      [box('animal', 0.7, near), box('vehicle', 0.9)],
    );
    assert.deepEqual([ious, onlyCurrent, onlyCandidate], [[1], 2, 1]);
    assert.equal(matchBoxes([box('animal', 0.9)], [box('animal', 0.9, [0.6, 0.6, 0.2, 0.2])]).ious.length, 0);
  });

  it('matching loses no box', () => {
    const boxes = fc.array(
      fc.record({ x: fc.double({ min: 0, max: 0.5, noNaN: true }), label: fc.constantFrom('a', 'b') }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(boxes, boxes, (one, other) => {
        const made = (all: typeof one) => all.map(({ x, label }) => box(label, 0.9, [x, 0.1, 0.3, 0.3]));
        const { ious, onlyCurrent, onlyCandidate } = matchBoxes(made(one), made(other));
        return (
          ious.length + onlyCurrent === one.length &&
          ious.length + onlyCandidate === other.length &&
          ious.every((iou) => iou >= 0.5 && iou <= 1 + 1e-9)
        );
      }),
    );
  });

  it('adds up pictures, labels and scores', () => {
    const counter = createDriftCounter();
    counter.add({ current: [box('animal', 0.9)], candidate: [box('animal', 0.95)] });
    counter.add({ current: [box('animal', 0.4)], candidate: [box('animal', 0.1)] });
    counter.add({ current: [], candidate: [box('person', 1)] });
    counter.add({ current: [], candidate: [] });
    const drift = counter.drift();
    assert.deepEqual([drift.pictures, drift.agreement], [4, 0.5]);
    const { meanIou, ...boxes } = drift.boxes;
    assert.deepEqual(boxes, { matched: 1, onlyCurrent: 1, onlyCandidate: 1 });
    assert.ok(Math.abs((meanIou ?? 0) - 1) < 1e-9);
    const [animal, person] = drift.labels;
    assert.deepEqual(
      [animal?.label, animal?.currentPictures, animal?.candidatePictures, animal?.agreement],
      ['animal', 2, 1, 0.75],
    );
    assert.deepEqual([person?.label, person?.candidateScores[9], person?.psi], ['person', 1, null]);
    assert.deepEqual(createDriftCounter().drift().agreement, null);
  });
});
