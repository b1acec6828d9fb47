/** A stretch of time, in milliseconds since 1970: from, inclusive, to, exclusive. */
export interface Interval {
  from: number;
  to: number;
}

export const DAY_MS = 86_400_000;

/** The same time without overlaps, in order. Stretches that touch become one; empty ones go. */
export function merged(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter(({ from, to }) => from < to).toSorted((a, b) => a.from - b.from);
  const result: Interval[] = [];
  for (const { from, to } of sorted) {
    const last = result.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else result.push({ from, to });
  }
  return result;
}

/** What is left of a stretch when others are cut out of it, in order. */
export function without({ from, to }: Interval, cut: readonly Interval[]): Interval[] {
  const left: Interval[] = [];
  let at = from;
  for (const gap of merged(cut)) {
    if (gap.to <= at) continue;
    if (gap.from >= to) break;
    if (gap.from > at) left.push({ from: at, to: gap.from });
    at = gap.to;
  }
  if (at < to) left.push({ from: at, to });
  return left;
}

export function lengthOf(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, { from, to }) => sum + to - from, 0);
}
