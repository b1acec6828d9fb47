import pLimit, { type LimitFunction } from 'p-limit';

export interface Lane {
  run: LimitFunction;
  leave(): void;
}

/**
 * Lanes that the batches of one import share within this process, first come, first served. Side by side all batches
 * of a window would be fetched at the end of it, and until then nobody would have anything to decode.
 */
export function createLanes(width: number): (key: string) => Lane {
  const lanes = new Map<string, { limit: LimitFunction; users: number }>();
  return (key) => {
    const lane = lanes.get(key) ?? { limit: pLimit(width), users: 0 };
    lane.users += 1;
    lanes.set(key, lane);
    return {
      run: lane.limit,
      leave() {
        lane.users -= 1;
        if (lane.users === 0) lanes.delete(key);
      },
    };
  };
}
