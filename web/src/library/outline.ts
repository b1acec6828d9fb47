import type { ImageOutline } from '../api/types.ts';

/** A hundred images of a list, and how to ask for them. */
export interface Chunk {
  cursor: string | null;
  /** Time of its first image, ISO 8601. */
  at: string | null;
  /** Where it begins in the list. */
  start: number;
}

/** A whole list as far as it must be known to lay it out: some bytes for each image, whatever is on the screen. */
export interface Outline {
  ids: readonly number[];
  /** Width divided by height; a square where nobody knows. */
  aspects: readonly number[];
  chunks: readonly Chunk[];
  positions: ReadonlyMap<number, number>;
  /** Images in front that came while the list was looked at. */
  arrived: number;
  /** There are more images than one page can show. */
  cut: boolean;
}

/** Images in front that are put above the others without moving them; more than that, and the list is laid out afresh. */
const MOST_ARRIVED = 1_000;

export function outlineOf({ chunks, next_cursor }: ImageOutline): Outline {
  const ids: number[] = [];
  const aspects: number[] = [];
  const places: Chunk[] = [];
  for (const chunk of chunks) {
    places.push({ cursor: chunk.cursor, at: chunk.at, start: ids.length });
    for (const id of chunk.ids) ids.push(id);
    for (const aspect of chunk.aspects) aspects.push(aspect ?? 1);
  }
  const positions = new Map(ids.map((id, position) => [id, position]));
  return { ids, aspects, chunks: places, positions, arrived: 0, cut: next_cursor !== null };
}

/**
 * What a newer answer says, with what it has in front of the older one told apart. The older one comes back when
 * nothing is different.
 */
export function succeed(old: Outline | undefined, next: Outline): Outline {
  if (old === undefined) return next;
  if (old.ids.length === next.ids.length && old.ids.every((id, position) => next.ids[position] === id))
    return old;
  const held = old.ids.slice(old.arrived).find((id) => next.positions.has(id));
  const arrived = held === undefined ? 0 : (next.positions.get(held) ?? 0);
  return { ...next, arrived: arrived > MOST_ARRIVED ? 0 : arrived };
}

/** Without some images, which somebody put away a moment ago. */
export function without(outline: Outline, gone: ReadonlySet<number>): Outline {
  const kept = outline.ids.map((id) => !gone.has(id));
  if (kept.every(Boolean)) return outline;
  const ids = outline.ids.filter((_, position) => kept[position]);
  let before = 0;
  const startOf: number[] = [];
  for (const stays of kept) {
    startOf.push(before);
    if (stays) before += 1;
  }
  return {
    ...outline,
    ids,
    aspects: outline.aspects.filter((_, position) => kept[position]),
    chunks: outline.chunks.map((chunk) => ({ ...chunk, start: startOf[chunk.start] ?? ids.length })),
    positions: new Map(ids.map((id, position) => [id, position])),
    arrived: startOf[outline.arrived] ?? ids.length,
  };
}

/** The chunks that images `from` up to, not including, `to` are in, each with where it ends. */
export function chunksOf(
  { chunks, ids }: Pick<Outline, 'chunks' | 'ids'>,
  from: number,
  to: number,
): (Chunk & { end: number })[] {
  const found: (Chunk & { end: number })[] = [];
  for (const [index, chunk] of chunks.entries()) {
    const end = chunks[index + 1]?.start ?? ids.length;
    if (chunk.start < to && end > from) found.push({ ...chunk, end });
  }
  return found;
}
