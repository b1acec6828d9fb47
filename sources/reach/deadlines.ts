/** Time limits of one exchange, in milliseconds unless said otherwise. */
export interface Deadlines {
  /** Name look-up, TCP and TLS. */
  connectMs: number;
  /** From the request to the end of the response's head. */
  headersMs: number;
  /** Between two pieces of the body. */
  idleMs: number;
  /** A body must bring this many bytes a second, averaged over `rateWindowMs`; what drips slower is cut off. */
  minBytesPerSecond: number;
  rateWindowMs: number;
  /** One page of a listing, redirects included. */
  listMs: number;
  /** One file, redirects and resumed parts included. */
  fetchMs: number;
  /** Time that a connection without work is kept, unless the server names a shorter one. */
  keepAliveMs: number;
  /** Age after which a kept-alive connection takes no new request, so that DNS and the guard are asked again. */
  connectionLifeMs: number;
}

export const DEADLINES: Deadlines = {
  connectMs: 5_000,
  headersMs: 10_000,
  idleMs: 10_000,
  minBytesPerSecond: 1_024,
  rateWindowMs: 30_000,
  listMs: 30_000,
  fetchMs: 60_000,
  keepAliveMs: 4_000,
  connectionLifeMs: 60_000,
};

/**
 * Watches how fast a body comes in.
 * @param tooSlow called when a whole window brought too little
 */
export function watchRate(
  limits: Pick<Deadlines, 'minBytesPerSecond' | 'rateWindowMs'>,
  tooSlow: () => void,
) {
  const wanted = (limits.minBytesPerSecond * limits.rateWindowMs) / 1_000;
  let seen = 0;
  const timer = setInterval(() => {
    if (seen < wanted) tooSlow();
    seen = 0;
  }, limits.rateWindowMs);
  return {
    add(bytes: number): void {
      seen += bytes;
    },
    stop(): void {
      clearInterval(timer);
    },
  };
}
