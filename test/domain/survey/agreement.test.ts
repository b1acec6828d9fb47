import assert from 'node:assert/strict';
import { agreementOf, judged, majorityOf } from '../../../domain/survey/agreement.ts';

const votes = (yes: number, no: number, unsure = 0) => ({ yes, no, unsure });
const near = (value: number | null, wanted: number): boolean =>
  value !== null && Math.abs(value - wanted) < 1e-9;

describe('agreement between people', () => {
  it('is all, none, or less than chance', () => {
    assert.deepEqual(agreementOf([votes(3, 0), votes(0, 3)]), { pictures: 2, observed: 1, kappa: 1 });
    const split = agreementOf([votes(2, 1), votes(1, 2)]);
    assert.ok(near(split.observed, 1 / 3) && near(split.kappa, -1 / 3), JSON.stringify(split));
  });

  it('tells what is known of two raters', () => {
    // Both yes 20, both no 15, they differ 15 times: observed 0.7; 55 % yes: by chance 0.505.
    const all = [
      ...Array.from({ length: 20 }, () => votes(2, 0)),
      ...Array.from({ length: 15 }, () => votes(0, 2)),
      ...Array.from({ length: 15 }, () => votes(1, 1)),
    ];
    const { observed, kappa } = agreementOf(all);
    assert.ok(near(observed, 0.7) && near(kappa, (0.7 - 0.505) / 0.495), JSON.stringify([observed, kappa]));
  });

  it('is not known where nobody can be compared, or nobody ever says anything else', () => {
    assert.deepEqual(agreementOf([]), { pictures: 0, observed: null, kappa: null });
    assert.deepEqual(agreementOf([votes(1, 0), votes(0, 0)]), { pictures: 0, observed: null, kappa: null });
    assert.deepEqual(agreementOf([votes(2, 0), votes(3, 0)]), { pictures: 2, observed: 1, kappa: null });
  });

  it('gives a majority only where there is one', () => {
    assert.deepEqual(
      [votes(2, 1), votes(1, 2), votes(1, 1), votes(0, 0, 3), votes(1, 0, 5)].map(majorityOf),
      [true, false, null, null, true],
    );
  });

  it('judges a model by it', () => {
    const told = judged([
      ...Array.from({ length: 6 }, () => [true, true] as const),
      ...Array.from({ length: 2 }, () => [false, true] as const),
      ...Array.from({ length: 4 }, () => [true, false] as const),
      [false, false],
    ]);
    assert.deepEqual([told.pictures, told.precision, told.recall], [13, 0.75, 0.6]);
    const nothing = judged([[false, false]]);
    assert.deepEqual([nothing.precision, nothing.recall], [null, null]);
  });
});
