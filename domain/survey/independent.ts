export interface IndependenceRule {
  /** Records closer together than this are one. */
  minutes: number;
  /**
   * What the time is measured from: the last record that `counted`, or the last that was `seen`. With the latter an
   * animal that stays all day counts once.
   */
  since: 'counted' | 'seen';
}

export const INDEPENDENCE: IndependenceRule = { minutes: 30, since: 'counted' };

/**
 * Tells for each record of a kind at a place whether it counts as another visit.
 * Records of one place and kind are given in the order of their times.
 */
export function createIndependence({ minutes, since }: IndependenceRule = INDEPENDENCE) {
  const last = new Map<string, number>();
  return (place: string, label: string, at: Date): boolean => {
    const key = JSON.stringify([place, label]);
    const before = last.get(key);
    const time = at.getTime();
    const counts = before === undefined || time - before >= minutes * 60_000;
    if (counts || since === 'seen') last.set(key, time);
    return counts;
  };
}
