import { useFacet } from '../library/useFacet.ts';

const USUAL = ['animal', 'person', 'vehicle'] as const;
/** As many as there are keys for. */
const MOST = 9;

/** What boxes are called here most often, each behind a digit key. */
export function useLabels(): string[] {
  const counts = useFacet('label', 'label', { filters: {}, sort: '-created' });
  const known = (counts?.values ?? []).flatMap(({ value }) => (value === null ? [] : [value]));
  return [...new Set([...USUAL, ...known])].slice(0, MOST);
}
