import type { Classification } from '../../domain/detection.ts';
import type { SpeciesPrediction } from '../../domain/prediction.ts';
import { combine } from './ensemble.ts';
import type { Place } from './geofence.ts';
import type { Knowledge } from './rollUp.ts';

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
