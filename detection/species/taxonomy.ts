import { type Level, parseLabel, RANKS, SPECIAL } from '../../domain/taxon.ts';

/** The labels that there are, each found by its place in the tree of life. */
export interface Taxonomy {
  /**
   * What a label is rolled up to. `null`: the label is wider than that itself, or nobody gave that place a label.
   * @throws RangeError for what is not a label
   */
  ancestor(label: string, level: Level): string | null;
}

const ROOT = ';;;;';

/** `class;order;family;genus;species` of a label. @throws RangeError for what is not a label */
export function placeOf(label: string): string {
  return parseLabel(label).ranks.join(';');
}

/**
 * @param labels of every taxon that may be answered: what the classifier knows, and their ancestors
 * @throws RangeError for what is not a label
 */
export function createTaxonomy(labels: Iterable<string>): Taxonomy {
  const byPlace = new Map<string, string>();
  for (const line of labels) {
    const label = line.trim();
    if (label !== '') byPlace.set(placeOf(label), label);
  }
  // Blank and vehicle lie at the root as animals do, and are none.
  for (const none of [SPECIAL.blank, SPECIAL.vehicle, SPECIAL.unknown]) byPlace.delete(placeOf(none));
  for (const some of [SPECIAL.human, SPECIAL.animal]) byPlace.set(placeOf(some), some);

  return {
    ancestor(label, level) {
      const { ranks } = parseLabel(label);
      if (level === 'kingdom') {
        const living = ranks[0] !== '' || label === SPECIAL.animal;
        return living ? (byPlace.get(ROOT) ?? null) : null;
      }
      const depth = RANKS.indexOf(level);
      if (ranks[depth] === '') return null;
      return byPlace.get(ranks.map((rank, i) => (i <= depth ? rank : '')).join(';')) ?? null;
    },
  };
}
