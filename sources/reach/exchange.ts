import type { Dispatcher } from 'undici';
import { Failure } from '../../domain/failures.ts';
import { type Deadlines, watchRate } from './deadlines.ts';
import type { Stage } from './faults.ts';
import { createHead, type ResponseHead } from './response.ts';

/** Takes the pieces of a body in order, at once. Throwing ends the exchange with that. */
export interface BodySink {
  write(chunk: Buffer): void;
}

/** Looks at a head and says where its body goes. Throwing closes the connection and ends the exchange with that. */
export type Receive = (head: ResponseHead) => BodySink;

/** `PROPFIND`: RFC 4918. */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PROPFIND';

export interface Exchange {
  dispatcher: Dispatcher;
  url: URL;
  method: Method;
  headers: Record<string, string>;
  body?: string | undefined;
  signal: AbortSignal;
  limits: Deadlines;
}

/** An exchange that the network or the other side broke, and how far it had come. */
export class Broken extends Error {
  readonly stage: Stage;

  constructor(stage: Stage, cause: unknown) {
    super('exchange broken', { cause });
    this.stage = stage;
  }
}

/**
 * One request and its response over undici's dispatch interface: the cheapest of its interfaces (no stream objects),
 * and the one that hands over each piece of a body as it left the socket.
 *
 * The body is never paused. undici 7 stops the whole process with an uncatchable AssertionError when a server ends its
 * connection while a body is paused (nodejs/undici#5360, mended in 8 only, which needs Node 22), and every server of
 * HTTP/1.0 does that. So sinks must keep up: they write to the disk beside, or are bounded.
 *
 * Settles once the body is complete and taken, or the connection is given up.
 * @throws Broken; or what `receive` and its sink throw; or the signal's reason.
 */
export function exchange(
  { dispatcher, url, method, headers, body, signal, limits }: Exchange,
  receive: Receive,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | null = null;
    let sink: BodySink | null = null;
    let rate: ReturnType<typeof watchRate> | null = null;
    let settled = false;

    const settle = (): boolean => {
      if (settled) return false;
      settled = true;
      rate?.stop();
      signal.removeEventListener('abort', onAbort);
      return true;
    };
    /** We want no more of it: what stopped us is what the caller sees. */
    const giveUp = (reason: unknown): void => {
      if (!settle()) return;
      controller?.abort(reason instanceof Error ? reason : new Error('aborted', { cause: reason }));
      reject(reason);
    };
    const broken = (cause: unknown): void => {
      if (settle()) reject(new Broken(sink === null ? 'before-response' : 'in-body', cause));
    };
    const onAbort = () => giveUp(signal.reason);

    if (signal.aborted) {
      giveUp(signal.reason);
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });

    try {
      dispatcher.dispatch(
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method,
          headers,
          body: body ?? null,
          headersTimeout: limits.headersMs,
          bodyTimeout: limits.idleMs,
        },
        {
          onRequestStart(given) {
            controller = given;
            if (settled) given.abort(new Error('aborted'));
          },
          onResponseStart(_controller, status, responseHeaders) {
            // Informational responses come first and more than once.
            if (settled || status < 200) return;
            try {
              sink = receive(createHead(url, status, responseHeaders));
            } catch (error) {
              giveUp(error);
              return;
            }
            rate = watchRate(limits, () =>
              giveUp(new Failure('source_timeout', `${url.host} was too slow: its bytes only dripped in.`)),
            );
          },
          onResponseData(_controller, chunk) {
            if (settled || sink === null) return;
            rate?.add(chunk.length);
            try {
              sink.write(chunk);
            } catch (error) {
              giveUp(error);
            }
          },
          onResponseEnd() {
            if (settle()) resolve();
          },
          onResponseError(_controller, error) {
            broken(error);
          },
        },
      );
    } catch (error) {
      broken(error);
    }
  });
}
