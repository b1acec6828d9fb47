import { Failure } from '../../../domain/failures.ts';
import type { HttpClient } from '../../reach/client.ts';
import type { BodySink } from '../../reach/exchange.ts';
import { type ResponseHead, refuseEncoded } from '../../reach/response.ts';
import type { RequestBudget } from '../../source.ts';

/** Far above a page of 2,000 entries with the longest paths there are. */
const MAX_ANSWER = 32 * 1024 * 1024;

/** The way to Dropbox. */
export interface Line {
  client: HttpClient;
  /** Base of the API instead of the two hosts that the library knows. */
  endpoint: string | null;
  budget: RequestBudget;
}

export interface Call {
  /** Value of the `Authorization` header; sent to the origin of the call only. */
  authorization: string | null;
  signal: AbortSignal;
  time: { leftMs: number };
  /** Beside those of the library. */
  headers?: Record<string, string>;
  /** Where the body of a successful answer goes; without it, into the answer's `text`. */
  take?: (head: ResponseHead) => BodySink;
}

/** As much of `Response` as the library uses. */
interface Answer {
  ok: boolean;
  status: number;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
  /** What the library calls for content; it has gone to `take` by then, so that no file is ever held in memory. */
  buffer(): Promise<null>;
}

export interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string | null;
}

const isGood = (status: number) => status >= 200 && status < 300;

/**
 * The `fetch` of one call of the library, through the guarded client. The library is given no credentials: it would put
 * them into the address when it refreshes a token, and sends none at all with the content of links for an app
 * (its table still says "user" for `get_shared_link_file`).
 */
export function createSdkFetch({ client, endpoint, budget }: Line, call: Call) {
  return async (address: string, sent: Sent): Promise<Answer> => {
    const asked = new URL(address);
    const url = endpoint === null ? asked : new URL(endpoint + asked.pathname);
    const parts: Buffer[] = [];
    let bytes = 0;
    let found: ResponseHead | null = null;
    const collect: BodySink = {
      write(chunk) {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER) throw new Failure('bad_response', 'The answer of Dropbox is too long.');
        parts.push(chunk);
      },
    };
    await client.request(
      {
        url,
        method: 'POST',
        headers: { ...sent.headers, ...call.headers },
        body: sent.body ?? undefined,
        budget,
        credentials:
          call.authorization === null
            ? undefined
            : {
                origin: url.origin,
                give: { type: 'header', name: 'authorization', value: call.authorization },
              },
        signal: call.signal,
        time: call.time,
        // The API never redirects, and what is sent may hold the password of a link.
        mayRedirect: () => false,
      },
      (head) => {
        found = head;
        refuseEncoded(head);
        return isGood(head.status) && call.take ? call.take(head) : collect;
      },
    );
    const head = found as ResponseHead | null;
    if (head === null) throw new Failure('bad_response', 'Dropbox gave no answer.');
    return {
      ok: isGood(head.status),
      status: head.status,
      headers: { get: (name) => head.header(name.toLowerCase()) ?? null },
      text: async () => Buffer.concat(parts).toString('utf8'),
      buffer: async () => null,
    };
  };
}
