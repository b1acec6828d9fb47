import type { DetectionLabel } from '../../domain/detection.ts';
import { kindOf, taxonOf } from '../../domain/taxon.ts';
import { type BoxRecord, shownIn, speciesOfWhole, type WholeRecord } from '../records.ts';

/** What a box shows in one lower-case word or two: the best classification of an animal, else the detector's label. */
export function labelOf(box: BoxRecord): string {
  return wordFor(speciesLabel(box), shownIn(box));
}

/** The same of a picture as a whole. */
export function labelOfWhole(whole: WholeRecord): string {
  return wordFor(speciesOfWhole(whole), whole.label);
}

function wordFor(species: string | null, otherwise: DetectionLabel): string {
  if (species === null || species.trim() === '') return otherwise;
  if (species.split(';').length !== 7) return species.toLowerCase();
  const taxon = taxonOf(species);
  return (taxon?.commonName ?? taxon?.scientificName ?? otherwise).toLowerCase();
}

/** The label of the best classification where the box is an animal's. `null`: it names no kind of animal. */
export function speciesLabel(box: BoxRecord): string | null {
  if (shownIn(box) !== 'animal') return null;
  const best = box.classifications[0]?.label ?? null;
  return best === null || kindOf(best) !== 'taxon' ? null : best;
}
