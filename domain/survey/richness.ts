import { isAnimal, namesSpecies, narrowest } from './lineage.ts';

export interface Richness {
  /**
   * Kinds that must be different ones: every species, and a wider taxon only where nothing narrower of it was seen.
   */
  kinds: string[];
  /** Those of them that are species. */
  species: number;
}

export interface PlacedLabel {
  locationId: string | null;
  label: string;
}

/** How many kinds of animals were seen at each place. */
export function richnessByLocation(records: Iterable<PlacedLabel>): Map<string | null, Richness> {
  const seen = new Map<string | null, Set<string>>();
  for (const { locationId, label } of records) {
    const labels = seen.get(locationId) ?? new Set<string>();
    if (isAnimal(label)) labels.add(label);
    seen.set(locationId, labels);
  }
  return new Map(
    [...seen].map(([locationId, labels]) => {
      const kinds = narrowest(labels).sort();
      return [locationId, { kinds, species: kinds.filter(namesSpecies).length }];
    }),
  );
}
