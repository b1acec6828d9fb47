import type { Classification, Detection } from '../../domain/detection.ts';
import { comesBefore, type SpeciesPrediction } from '../../domain/prediction.ts';
import { SPECIAL } from '../../domain/taxon.ts';
import { combine } from './ensemble.ts';
import type { Place } from './geofence.ts';
import type { Knowledge } from './rollUp.ts';

export interface ClassifiedBox extends Pick<Detection, 'label' | 'score'> {
  /** Best first; empty: no classifier looked at it. */
  classifications: readonly Classification[];
}

export interface ImagePrediction {
  /** In the order of the boxes. */
  boxes: SpeciesPrediction[];
  image: SpeciesPrediction;
}

/**
 * What a picture shows, box by box, and the picture as a whole: humans come before vehicles, those before animals.
 * A picture is blank only when nothing in it claims otherwise.
 * @param boxes those that count; a picture may have none
 * @param whole what a classifier said of the whole picture, where one looked; it decides when there is no box
 */
export function predictImage(
  knowledge: Knowledge,
  boxes: readonly ClassifiedBox[],
  whole: readonly Classification[],
  place: Place,
): ImagePrediction {
  const each = boxes.map((box) =>
    box.classifications.length > 0 ? combine(knowledge, box, box.classifications, place) : byDetector(box),
  );
  if (each.length > 0)
    return { boxes: each, image: each.reduce((best, one) => (comesBefore(one, best) ? one : best)) };
  const image: SpeciesPrediction =
    whole.length > 0
      ? combine(knowledge, null, whole, place)
      : { label: SPECIAL.blank, score: 1, source: 'detector' };
  return { boxes: [], image };
}

/** A box that no classifier looked at is what the detector says. */
function byDetector({ label, score }: ClassifiedBox): SpeciesPrediction {
  return { label: SPECIAL[label === 'person' ? 'human' : label], score, source: 'detector' };
}
