import type { Classification, Detection } from '../../domain/detection.ts';
import type { SpeciesPrediction } from '../../domain/prediction.ts';
import { type Level, SPECIAL } from '../../domain/taxon.ts';
import type { Place } from './geofence.ts';
import { type Knowledge, rollUp } from './rollUp.ts';

const ROLL_UP: readonly Level[] = ['genus', 'family', 'order', 'class', 'kingdom'];
/** Where a taxon that cannot be there is rolled up to: its genus would say nearly as much. */
const GEOFENCED: readonly Level[] = ['family', 'order', 'class', 'kingdom'];
/** The top label alone must be enough, although sums are not exact. */
const EPSILON = 1e-10;

/**
 * What a box, or a picture as a whole, shows: the rules of SpeciesNet's ensemble, in its order and with its
 * thresholds.
 * @param box `null`: nothing was found
 * @param classifications the classifier's best, best first, one at least
 * @throws RangeError without classifications, or for one that is not a label
 */
export function combine(
  knowledge: Knowledge,
  box: Pick<Detection, 'label' | 'score'> | null,
  classifications: readonly Classification[],
  place: Place,
): SpeciesPrediction {
  const [top] = classifications;
  if (top === undefined) throw new RangeError('There is no classification to combine.');
  const seen = box?.label ?? 'animal';
  const sure = box?.score ?? 0;
  const byClassifier = (label: string): SpeciesPrediction => ({
    label,
    score: top.score,
    source: 'classifier',
  });
  const byDetector = (label: string): SpeciesPrediction => ({ label, score: sure, source: 'detector' });

  if (seen === 'person') {
    if (sure > 0.7) return byDetector(SPECIAL.human);
    const agreed = top.label === SPECIAL.human || top.label === SPECIAL.vehicle;
    if (sure > 0.2 && agreed && top.score > 0.5) return byClassifier(SPECIAL.human);
  }
  if (seen === 'vehicle') {
    if (sure > 0.2 && top.label === SPECIAL.human && top.score > 0.5) return byClassifier(SPECIAL.human);
    if (sure > 0.7) return byDetector(SPECIAL.vehicle);
    if (sure > 0.2 && top.label === SPECIAL.vehicle && top.score > 0.4) return byClassifier(SPECIAL.vehicle);
  }
  if (top.label === SPECIAL.blank && ((sure < 0.2 && top.score > 0.5) || top.score > 0.99)) {
    return byClassifier(SPECIAL.blank);
  }
  if (top.label !== SPECIAL.blank && top.label !== SPECIAL.human && top.label !== SPECIAL.vehicle) {
    if (top.score > 0.8 || (top.score > 0.65 && seen === 'animal' && sure > 0.2)) {
      return geofenced(knowledge, classifications, top, place);
    }
  }
  const rolled = rollUp(knowledge, classifications, place, ROLL_UP, 0.65);
  if (rolled !== null) {
    return { label: rolled.label, score: rolled.score, source: `classifier+rollup_to_${rolled.level}` };
  }
  if (seen === 'animal' && sure > 0.5) return byDetector(SPECIAL.animal);
  return byClassifier(SPECIAL.unknown);
}

function geofenced(
  knowledge: Knowledge,
  classifications: readonly Classification[],
  top: Classification,
  place: Place,
): SpeciesPrediction {
  if (!knowledge.geofence(top.label, place)) {
    return { label: top.label, score: top.score, source: 'classifier' };
  }
  const rolled = rollUp(knowledge, classifications, place, GEOFENCED, top.score - EPSILON);
  if (rolled === null) {
    return { label: SPECIAL.unknown, score: top.score, source: 'classifier+geofence+rollup_failed' };
  }
  return {
    label: rolled.label,
    score: rolled.score,
    source: `classifier+geofence+rollup_to_${rolled.level}`,
  };
}
