/** A picture to lay out: width divided by height. */
export interface Shape {
  id: number;
  aspect: number;
}

/** Items `start` to `start + widths.length - 1` of the list, side by side at one height, in CSS pixels. */
export interface Row {
  /** The same for the same row after new pictures came, so that its elements stay. */
  key: number;
  start: number;
  height: number;
  widths: number[];
}

export interface Measure {
  width: number;
  gap: number;
  /** Height that rows come close to. */
  target: number;
}

/** Nothing is drawn narrower or wider than this; panoramas and scrolls are fitted inside. */
const NARROWEST = 0.45;
const WIDEST = 3.2;
/** A row is not stretched higher than this times the target only to reach the edge. */
const TALLEST = 1.4;

export function clampAspect(aspect: number): number {
  return Number.isFinite(aspect) && aspect > 0 ? Math.min(WIDEST, Math.max(NARROWEST, aspect)) : 1;
}

/**
 * Justified rows. Pictures that arrived while the page was open (`arrived`, newest first) fill rows from the
 * oldest of them upwards, so only the topmost row ever changes; the rest (`rest`, newest first) fills rows
 * downwards, so only the last one changes. Rows that a person looks at stay as they are.
 */
export function justify(arrived: readonly Shape[], rest: readonly Shape[], measure: Measure): Row[] {
  const upwards = fill(arrived.toReversed(), measure).reverse();
  let start = 0;
  for (const row of upwards) {
    row.widths.reverse();
    row.start = start;
    start += row.widths.length;
  }
  const downwards = fill(rest, measure);
  for (const row of downwards) row.start += arrived.length;
  return [...upwards, ...downwards];
}

function fill(shapes: readonly Shape[], { width, gap, target }: Measure): Row[] {
  const rows: Row[] = [];
  if (width <= 0) return rows;
  let from = 0;
  let sum = 0;
  const heightOf = (aspects: number, count: number): number => (width - gap * (count - 1)) / aspects;
  const close = (to: number, height: number): void => {
    const row = shapes.slice(from, to);
    const first = row[0];
    if (first === undefined) return;
    rows.push({
      key: first.id,
      start: from,
      height: Math.round(height),
      widths: row.map((shape) => clampAspect(shape.aspect) * height),
    });
    from = to;
  };
  for (let index = 0; index < shapes.length; index += 1) {
    const aspect = clampAspect(shapes[index]?.aspect ?? 1);
    const height = heightOf(sum + aspect, index - from + 1);
    if (height > target) {
      sum += aspect;
      continue;
    }
    const without = index > from ? heightOf(sum, index - from) : Number.POSITIVE_INFINITY;
    if (without <= target * TALLEST && without - target < target - height) {
      close(index, without);
      sum = aspect;
      if (heightOf(sum, 1) <= target) {
        close(index + 1, heightOf(sum, 1));
        sum = 0;
      }
    } else {
      close(index + 1, height);
      sum = 0;
    }
  }
  close(shapes.length, target);
  return rows;
}
