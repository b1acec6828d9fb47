import { setMaxListeners } from 'node:events';
import { Agent } from 'undici';
import { Failure } from '../../domain/failures.ts';
import { credentialHeader, type WebCredentials } from '../credentials.ts';
import type { RequestBudget } from '../source.ts';
import { DEADLINES, type Deadlines } from './deadlines.ts';
import { Broken, exchange, type Method, type Receive } from './exchange.ts';
import { isClosedEarly, networkFailure } from './faults.ts';
import type { ConnectorOptions, Guard } from './guard.ts';
import { createPacing } from './pacing.ts';
import { isRedirect, MAX_HOPS, redirectTarget } from './redirect.ts';
import type { ResponseHead } from './response.ts';

/** A request as it is about to go out. */
export interface Unsigned {
  url: URL;
  method: Method;
  headers: Readonly<Record<string, string>>;
}

export interface HttpRequest {
  url: URL;
  method?: Method;
  headers?: Record<string, string>;
  body?: string | undefined;
  /** Turns of the account that is asked; without it only the client's own limits for an origin hold. */
  budget?: RequestBudget | undefined;
  /** Sent to exactly this origin and nowhere else, whatever redirects say. */
  credentials?: { origin: string; give: WebCredentials } | undefined;
  signal: AbortSignal;
  /**
   * Milliseconds for everything, redirects included; waiting for the first turn does not count. What was used is taken
   * off, so that several requests can share one allowance.
   */
  time: { leftMs: number };
  /** Asked for every hop that the general rules allow. `false`: a redirect is an answer like any other, and not followed. */
  mayRedirect?: ((to: URL) => boolean) | false;
  /** More headers, made as each request goes out: for signatures, which age while a request waits for its turn. */
  sign?: ((request: Unsigned) => Record<string, string>) | undefined;
}

export interface HttpClient {
  readonly deadlines: Deadlines;
  /**
   * One request, its redirects followed. `receive` sees the head that is not a redirect, whatever its status.
   * @throws Failure; or what `receive` and its sink throw; or the signal's reason.
   */
  request(request: HttpRequest, receive: Receive): Promise<void>;
  close(): Promise<void>;
}

export interface HttpClientOptions {
  guard: Guard;
  deadlines?: Partial<Deadlines>;
  /** Requests to one origin at the same time. */
  concurrency?: number;
  /** Per origin. */
  requestsPerSecond?: number | null;
  onConnect?: ConnectorOptions['onConnect'];
  resolve?: ConnectorOptions['resolve'];
}

/** Own dispatchers only: proxies named in the environment would move the guard's check to the proxy. No cookies. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const deadlines: Deadlines = { ...DEADLINES, ...options.deadlines };
  const concurrency = options.concurrency ?? 6;
  const pacing = createPacing({ concurrency, requestsPerSecond: options.requestsPerSecond ?? null });
  const connect = options.guard.connector({
    timeoutMs: deadlines.connectMs,
    ...(options.onConnect && { onConnect: options.onConnect }),
    ...(options.resolve && { resolve: options.resolve }),
  });

  const newAgent = () =>
    new Agent({
      connect,
      connections: concurrency,
      pipelining: 1,
      keepAliveTimeout: deadlines.keepAliveMs,
      keepAliveMaxTimeout: deadlines.keepAliveMs,
    });
  let agent = newAgent();
  let born = performance.now();
  const retiring = new Set<Agent>();

  /** undici has no age limit for connections, so the whole pool is replaced; the old one ends with its last request. */
  function currentAgent(): Agent {
    if (performance.now() - born > deadlines.connectionLifeMs) {
      const old = agent;
      retiring.add(old);
      const forget = () => retiring.delete(old);
      old.close().then(forget, forget);
      agent = newAgent();
      born = performance.now();
    }
    return agent;
  }

  async function hop(request: HttpRequest, url: URL, signal: AbortSignal, receive: Receive): Promise<void> {
    const given = request.credentials;
    const method = request.method ?? 'GET';
    const unsigned: Record<string, string> = {
      accept: '*/*',
      'accept-encoding': 'identity',
      'user-agent': 'Tributary',
      ...request.headers,
      ...(given?.origin === url.origin ? credentialHeader(given.give) : {}),
    };
    const headers = { ...unsigned, ...request.sign?.({ url, method, headers: unsigned }) };
    const once = () =>
      exchange(
        {
          dispatcher: currentAgent(),
          url,
          method,
          headers,
          body: request.body,
          signal,
          limits: deadlines,
        },
        receive,
      );
    try {
      await once().catch((error: unknown) => {
        if (error instanceof Broken && isClosedEarly(error.cause, error.stage) && !signal.aborted)
          return once();
        throw error;
      });
    } catch (error) {
      if (error instanceof Broken) throw networkFailure(error.cause, url.host, error.stage);
      throw error;
    }
  }

  /** A place at the origin and, where somebody keeps count, a turn of the account. */
  async function takeTurn(request: HttpRequest, url: URL, signal: AbortSignal): Promise<() => void> {
    const leave = await pacing.turn(url.origin, signal);
    try {
      const giveBack = await request.budget?.turn(signal);
      return () => {
        giveBack?.();
        leave();
      };
    } catch (error) {
      leave();
      throw error;
    }
  }

  async function follow(request: HttpRequest, signal: AbortSignal, start: () => void, receive: Receive) {
    let url = request.url;
    for (let hops = 0; ; hops++) {
      const giveBack = await takeTurn(request, url, signal);
      start();
      try {
        await hop(request, url, signal, (head: ResponseHead) => {
          if (request.mayRedirect !== false && isRedirect(head)) throw new Redirected(redirectTarget(head));
          return receive(head);
        });
        return;
      } catch (error) {
        if (!(error instanceof Redirected)) throw error;
        url = error.to;
      } finally {
        giveBack();
      }
      if (hops === MAX_HOPS) {
        throw new Failure(
          'redirect_refused',
          `${request.url.host} redirects more than ${MAX_HOPS} times in a row.`,
        );
      }
      if (request.mayRedirect && !request.mayRedirect(url)) {
        throw new Failure(
          'redirect_refused',
          `${request.url.host} redirects to a place outside this source.`,
        );
      }
    }
  }

  return {
    deadlines,
    async request(request, receive) {
      const stop = new AbortController();
      const cancel = () => stop.abort(request.signal.reason);
      request.signal.throwIfAborted();
      // One signal stands for a batch of requests; every listener is taken off again.
      setMaxListeners(0, request.signal);
      request.signal.addEventListener('abort', cancel, { once: true });
      let timer: NodeJS.Timeout | undefined;
      let started = 0;
      const start = () => {
        if (timer) return;
        started = performance.now();
        timer = setTimeout(
          () =>
            stop.abort(
              new Failure('source_timeout', `${request.url.host} was too slow: its time was used up.`),
            ),
          Math.max(1, request.time.leftMs),
        );
      };
      try {
        await follow(request, stop.signal, start, receive);
      } finally {
        clearTimeout(timer);
        if (timer) request.time.leftMs -= performance.now() - started;
        request.signal.removeEventListener('abort', cancel);
      }
    },
    async close() {
      await Promise.all([agent, ...retiring].map((each) => each.destroy()));
    },
  };
}

/** Ends a hop whose body is of no interest. */
class Redirected extends Error {
  readonly to: URL;

  constructor(to: URL) {
    super('redirected');
    this.to = to;
  }
}
