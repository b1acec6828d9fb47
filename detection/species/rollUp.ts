import type { Classification } from '../../domain/detection.ts';
import type { Level } from '../../domain/taxon.ts';
import type { Geofence, Place } from './geofence.ts';
import type { Taxonomy } from './taxonomy.ts';

export interface Knowledge {
  taxonomy: Taxonomy;
  geofence: Geofence;
}

export interface RolledUp {
  label: string;
  /** Sum over what was rolled up into the label. */
  score: number;
  level: Level;
}

/**
 * The first level at which the scores of all that belongs to one taxon add up to more than the threshold. Taxa that
 * cannot be at the place are left out, however much they have.
 */
export function rollUp(
  { taxonomy, geofence }: Knowledge,
  classifications: readonly Classification[],
  place: Place,
  levels: readonly Level[],
  threshold: number,
): RolledUp | null {
  for (const level of levels) {
    const sums = new Map<string, number>();
    for (const { label, score } of classifications) {
      const ancestor = taxonomy.ancestor(label, level);
      if (ancestor !== null) sums.set(ancestor, (sums.get(ancestor) ?? 0) + score);
    }
    let best: RolledUp | null = null;
    for (const [label, score] of sums) {
      if (score > (best?.score ?? 0) && !geofence(label, place)) best = { label, score, level };
    }
    if (best !== null && best.score > threshold) return best;
  }
  return null;
}
