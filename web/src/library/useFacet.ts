import { useQuery } from '@tanstack/react-query';
import { useParts } from '../api/parts.ts';
import type { FacetName } from '../api/types.ts';
import { type FilterName, keyOfSelection, type Selection, withFilter } from './filters.ts';

const STALE_MS = 30_000;

/** Values of one filter and how many images have each, as the other filters leave them. */
export function useFacet(facet: FacetName, name: FilterName, selection: Selection, enabled = true) {
  const { api } = useParts();
  const others = withFilter(selection, name, null);
  const { data } = useQuery({
    queryKey: ['facet', facet, keyOfSelection({ ...others, sort: '-created' })],
    queryFn: async () => (await api.facets(others.filters, [facet]))[facet] ?? null,
    staleTime: STALE_MS,
    placeholderData: (held) => held,
    enabled,
  });
  return data ?? null;
}
