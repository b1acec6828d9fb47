/** Which images are chosen for something to be done with all of them. */
export interface Selected {
  ids: ReadonlySet<number>;
  /** Where a range begins; `null` when nothing was chosen yet. */
  anchor: number | null;
}

export const NOTHING: Selected = { ids: new Set(), anchor: null };

/** One more, or one less. */
export function toggled({ ids }: Selected, id: number): Selected {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: id };
}

/** Everything between the anchor and an image, in the order of the list, beside what was chosen before. */
export function extended(
  selected: Selected,
  id: number,
  list: { ids: readonly number[]; positions: ReadonlyMap<number, number> },
): Selected {
  const to = list.positions.get(id);
  const from = selected.anchor === null ? to : list.positions.get(selected.anchor);
  if (to === undefined || from === undefined) return toggled(selected, id);
  const next = new Set(selected.ids);
  for (const between of list.ids.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(between);
  return { ids: next, anchor: selected.anchor ?? id };
}

/** What is still in the list. */
export function remaining(selected: Selected, positions: ReadonlyMap<number, number>): Selected {
  const ids = [...selected.ids].filter((id) => positions.has(id));
  if (ids.length === selected.ids.size) return selected;
  return { ids: new Set(ids), anchor: selected.anchor };
}
