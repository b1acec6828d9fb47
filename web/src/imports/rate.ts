export interface Sample {
  /** Milliseconds, of any monotonic clock. */
  at: number;
  done: number;
}

/** Span that a rate is taken over, in milliseconds: long enough to be calm, short enough to show a stall. */
const SPAN_MS = 12_000;
const SHORTEST_MS = 1_500;

/** Adds a sample and forgets those out of the span, but keeps one from before it to measure from. */
export function addSample(samples: readonly Sample[], sample: Sample): Sample[] {
  const last = samples.at(-1);
  // A retry puts items back: what was measured before says nothing about it.
  if (last !== undefined && sample.done < last.done) return [sample];
  const kept = samples.filter((old, index) => sample.at - old.at <= SPAN_MS || index === samples.length - 1);
  return [...kept, sample];
}

/** Items per second over the span that ends `now`; `null` while there is too little to tell. */
export function rateOf(samples: readonly Sample[], now: number): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length < 2) return null;
  const span = Math.max(now, last.at) - first.at;
  return span < SHORTEST_MS ? null : ((last.done - first.done) * 1_000) / span;
}
