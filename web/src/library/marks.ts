import type { Chunk } from './outline.ts';

/** A month at its place in the list. */
interface Mark {
  /** Share of the height of the list above it. */
  share: number;
  /** A moment in it, ISO 8601. */
  at: string;
  /** First of its year, which is what a narrow strip has room to say. */
  year: boolean;
}

/** Where months begin, to the hundred images; `shareOf` says where in the list a position is. */
export function marksOf(chunks: readonly Chunk[], shareOf: (position: number) => number): Mark[] {
  const marks: Mark[] = [];
  let [month, year] = ['', ''];
  for (const { at, start } of chunks) {
    if (at === null || at.slice(0, 7) === month) continue;
    month = at.slice(0, 7);
    marks.push({ share: shareOf(start), at, year: at.slice(0, 4) !== year });
    year = at.slice(0, 4);
  }
  return marks;
}

/** Marks that can be told apart when there are so many pixels for all of them; years go before months. */
export function legible(marks: readonly Mark[], pixels: number, apart: number): Mark[] {
  const shown: Mark[] = [];
  const room = (mark: Mark): boolean =>
    shown.every((other) => Math.abs(other.share - mark.share) * pixels >= apart);
  for (const mark of marks) if (mark.year && room(mark)) shown.push(mark);
  return shown.toSorted((a, b) => a.share - b.share);
}

/** The month at a share of the list; `null` where nothing is known. */
export function markAt(marks: readonly Mark[], share: number): Mark | null {
  return marks.findLast((mark) => mark.share <= share) ?? marks[0] ?? null;
}
