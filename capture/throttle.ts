/** Lets through one of many in each interval. */
export interface Throttle {
  /** @param atMs by any clock that is the same each time */
  due(atMs: number): boolean;
}

/**
 * Due times lie on a grid that begins with the first one, so that being late once makes nothing late after that, and
 * what was missed is not made up for. A clock that jumps back begins a new grid.
 */
export function createThrottle(intervalMs: number): Throttle {
  if (!(intervalMs > 0)) throw new RangeError('An interval is longer than nothing.');
  let origin: number | null = null;
  let last = -1;
  return {
    due(atMs) {
      if (origin === null || atMs < origin + last * intervalMs) {
        origin = atMs;
        last = 0;
        return true;
      }
      const turn = Math.floor((atMs - origin) / intervalMs);
      if (turn <= last) return false;
      last = turn;
      return true;
    },
  };
}
