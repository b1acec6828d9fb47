import { kindOf, taxonOf } from '../../domain/taxon.ts';
import { type BoxRecord, shownIn } from '../records.ts';

/** What a box shows in one lower-case word or two: the best classification of an animal, else the detector's label. */
export function labelOf(box: BoxRecord): string {
  const species = speciesLabel(box);
  if (species === null || species.trim() === '') return shownIn(box);
  if (species.split(';').length !== 7) return species.toLowerCase();
  const taxon = taxonOf(species);
  return (taxon?.commonName ?? taxon?.scientificName ?? box.label).toLowerCase();
}

/** The label of the best classification where the box is an animal's. `null`: it names no kind of animal. */
export function speciesLabel(box: BoxRecord): string | null {
  if (shownIn(box) !== 'animal') return null;
  const best = box.classifications[0]?.label ?? null;
  return best === null || kindOf(best) !== 'taxon' ? null : best;
}
