/** What of the address says which images are shown; the names are those of the API. */
export const FILTERS = [
  'q',
  'source',
  'label',
  'camera',
  'location_id',
  'status',
  'format',
  'taken_from',
  'taken_to',
  'has_detections',
  'to_review',
  'has_gps',
  'bbox',
  'import_id',
  'pull_source_id',
  'sequence',
] as const;
export type FilterName = (typeof FILTERS)[number];
export const SORTS = ['-created', '-taken', 'taken', 'name', '-size'] as const;
export type Sort = (typeof SORTS)[number];

/** Which images, in which order. A filter that is absent does not matter. */
export interface Selection {
  filters: Readonly<Partial<Record<FilterName, string>>>;
  sort: Sort;
}

const isSort = (text: string | null): text is Sort => SORTS.some((sort) => sort === text);

/** What an address asks for; what it does not know it leaves out. */
export function readSelection(params: URLSearchParams): Selection {
  const given = FILTERS.flatMap((name) => {
    const value = params.get(name)?.trim() ?? '';
    return value === '' ? [] : [[name, value] as const];
  });
  const sort = params.get('sort');
  return { filters: Object.fromEntries(given), sort: isSort(sort) ? sort : '-created' };
}

/** The same as an address; parameters of others are kept. */
export function writeSelection(params: URLSearchParams, { filters, sort }: Selection): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const name of FILTERS) {
    const value = filters[name];
    if (value === undefined || value === '') next.delete(name);
    else next.set(name, value);
  }
  if (sort === '-created') next.delete('sort');
  else next.set('sort', sort);
  return next;
}

/** With one filter set, or without it (`null`). */
export function withFilter(selection: Selection, name: FilterName, value: string | null): Selection {
  const { [name]: _, ...others } = selection.filters;
  return { ...selection, filters: value === null || value === '' ? others : { ...others, [name]: value } };
}

/** The text by which answers to it are kept. */
export const keyOfSelection = ({ filters, sort }: Selection): string =>
  `${sort} ${FILTERS.map((name) => filters[name] ?? '').join('\u0000')}`;
