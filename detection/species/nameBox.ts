import type { Classification } from '../../domain/detection.ts';
import type { SpeciesPrediction } from '../../domain/prediction.ts';
import { SPECIAL } from '../../domain/taxon.ts';
import { combine } from './ensemble.ts';
import type { Place } from './geofence.ts';
import type { Knowledge } from './rollUp.ts';

/**
 * What a picture in which no detector found anything shows as a whole.
 * @param knowledge `null`: the labels are plain names; of one that is less sure than `typical`, nothing follows
 * @param classifications best first
 */
export function namePicture(
  knowledge: Knowledge | null,
  classifications: readonly Classification[],
  place: Place,
  typical: number,
): SpeciesPrediction | null {
  const [top] = classifications;
  if (top === undefined) return null;
  if (knowledge !== null) {
    // The ensemble leaves these to the detector, and would call somebody an animal.
    const special = top.label === SPECIAL.human || top.label === SPECIAL.vehicle;
    if (special && top.score > 0.5) return { label: top.label, score: top.score, source: 'classifier' };
    return combine(knowledge, null, classifications, place);
  }
  return top.score < typical ? null : { label: top.label, score: top.score, source: 'classifier' };
}

/**
 * What an animal's box shows.
 * @param knowledge `null`: the classifier's labels are plain names, so its best answer is the answer
 * @param score of the box
 * @param classifications best first
 * @returns `null`: there are none
 */
export function nameBox(
  knowledge: Knowledge | null,
  score: number,
  classifications: readonly Classification[],
  place: Place,
): SpeciesPrediction | null {
  const [top] = classifications;
  if (top === undefined) return null;
  if (knowledge === null) return { label: top.label, score: top.score, source: 'classifier' };
  return combine(knowledge, { label: 'animal', score }, classifications, place);
}
