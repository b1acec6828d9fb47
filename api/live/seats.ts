import { Problem } from '../problem.ts';

export interface Seats {
  /** @returns gives it back. @throws Problem 429 */
  take(address: string | undefined): () => void;
}

/**
 * Streams that may be open at the same time, of one address and of all together: each is a connection that somebody holds
 * for hours.
 */
export function createSeats(ofOne: number, ofAll: number): Seats {
  const taken = new Map<string, number>();
  let all = 0;
  return {
    take(address = '') {
      const own = taken.get(address) ?? 0;
      if (own >= ofOne || all >= ofAll) {
        throw new Problem({
          status: 429,
          code: 'too_many_streams',
          title: 'Too many open streams',
          detail:
            own >= ofOne
              ? `Your address has ${ofOne} streams of events open. Close one, or follow several things with one stream.`
              : 'The server has as many streams of events open as it can. Try again in a moment.',
          retryAfter: 10,
        });
      }
      taken.set(address, own + 1);
      all += 1;
      let given = false;
      return () => {
        if (given) return;
        given = true;
        all -= 1;
        const left = (taken.get(address) ?? 1) - 1;
        if (left === 0) taken.delete(address);
        else taken.set(address, left);
      };
    },
  };
}
