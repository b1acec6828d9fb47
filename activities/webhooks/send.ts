import { Failure } from '../../domain/failures.ts';
import { parseHttpUrl } from '../../sources/reach/address.ts';
import type { HttpClient } from '../../sources/reach/client.ts';
import type { Attempt, Due } from '../../stores/webhooks/deliveries.ts';
import type { Endpoint } from '../../stores/webhooks/webhooks.ts';
import { signedHeaders } from './sign.ts';

/** Bytes of an answer that are kept for people to read. */
const SHOWN = 1_024;
/** Longest wait that a receiver is listened to about. */
const MOST_ASKED_SECONDS = 86_400;

export interface Sent extends Attempt {
  /** What the receiver asked us to wait before the next try; `null`: nothing. */
  askedSeconds: number | null;
  /** It said that it is gone for good. */
  gone: boolean;
}

/** Ends an exchange of which enough was seen. */
class Enough extends Error {}

/** Seconds, of seconds or a date (RFC 9110 §10.2.3). */
function askedSeconds(value: string | undefined): number | null {
  if (value === undefined || value.length > 64) return null;
  const seconds = /^\d+$/.test(value.trim()) ? Number(value) : (Date.parse(value) - Date.now()) / 1_000;
  return Number.isNaN(seconds) ? null : Math.min(MOST_ASKED_SECONDS, Math.max(0, seconds));
}

/** What an answer says to a person, without what nobody is to read in a log. */
function readable(bytes: Buffer, secrets: readonly string[]): string {
  let text = bytes.subarray(0, SHOWN).toString('utf8');
  for (const secret of secrets) {
    text = text.replaceAll(secret, 'whsec_…').replaceAll(secret.replace(/^whsec_/, ''), '…');
  }
  // A secret that was cut off at the end.
  return text.replace(/whsec_[A-Za-z0-9+/=]+/g, 'whsec_…');
}

function judge(status: number): Pick<Sent, 'failure' | 'gone'> {
  if (status >= 200 && status < 300) return { failure: null, gone: false };
  if (status >= 300 && status < 400) {
    const detail = `The receiver answered ${status}. Redirects are not followed; give the address that it points at.`;
    return { failure: { type: 'redirect_refused', detail }, gone: false };
  }
  if (status === 410) {
    return { failure: { type: 'webhook_gone', detail: 'The receiver answered 410.' }, gone: true };
  }
  return { failure: { type: 'webhook_refused', detail: `The receiver answered ${status}.` }, gone: false };
}

/**
 * Sends one message once. It counts as delivered when the receiver answers with success, whatever the rest of its answer is
 * like; of that, little is read.
 * @param timeoutMs for all of it
 */
export async function sendOnce(
  client: HttpClient,
  endpoint: Endpoint,
  delivery: Pick<Due, 'messageId' | 'body'>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Sent> {
  const begun = performance.now();
  const pieces: Buffer[] = [];
  let read = 0;
  let answered: Pick<Sent, 'status' | 'failure' | 'gone' | 'askedSeconds'> | null = null;
  let broken: Failure | null = null;
  try {
    const headers = {
      ...signedHeaders(delivery.messageId, Date.now(), delivery.body, endpoint.secrets),
      'content-type': 'application/json',
      accept: 'application/json, */*;q=0.5',
    };
    const request = {
      url: parseHttpUrl(endpoint.url),
      method: 'POST' as const,
      headers,
      body: delivery.body,
    };
    await client.request({ ...request, signal, time: { leftMs: timeoutMs }, mayRedirect: false }, (head) => {
      answered = {
        status: head.status,
        ...judge(head.status),
        askedSeconds: askedSeconds(head.header('retry-after')),
      };
      return {
        write(chunk) {
          pieces.push(chunk.subarray(0, SHOWN - read));
          read += chunk.length;
          if (read >= SHOWN) throw new Enough();
        },
      };
    });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Enough) && answered === null) {
      if (!(error instanceof Failure)) throw error;
      broken = error;
    }
  }
  const failure =
    broken === null ? null : { type: (broken as Failure).type, detail: (broken as Failure).message };
  return {
    ...(answered ?? { status: null, failure, gone: false, askedSeconds: null }),
    tookMs: performance.now() - begun,
    answer: answered === null ? null : readable(Buffer.concat(pieces), endpoint.secrets),
  };
}
