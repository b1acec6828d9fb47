import { createHash } from 'node:crypto';
import { auth } from '@googleapis/drive';
import { Failure } from '../../../domain/failures.ts';
import type { Held } from '../../held.ts';
import { type Asking, ask, textTaker } from './ask.ts';
import type { DriveCredentials } from './credentials.ts';
import { driveFailure } from './faults.ts';
import { type Send, throughLibrary } from './library.ts';

const SCOPE = 'https://www.googleapis.com/auth/drive.readonly';
const TOKEN_MS = 30_000;
/** A token that ends sooner is renewed first. */
const EARLY_MS = 60_000;

export interface AccessToken {
  token: string;
  expiresAt: number;
}

export type AccountCredentials = Exclude<DriveCredentials, { type: 'api_key' }>;

export interface Tokens {
  /** @throws Failure `auth_failed` and those of the network; the signal's reason. */
  token(signal: AbortSignal): Promise<string>;
  /** The API did not take this one. */
  forget(token: string): void;
  /** Ends a request that is under way. */
  close(): void;
}

type Library = Parameters<typeof auth.OAuth2.prototype.setCredentials>[0];

function clientOf(credentials: AccountCredentials, fetchImplementation: typeof fetch) {
  // Its own interceptors write requests, secrets included, to a log that the environment can switch on.
  const common = { transporterOptions: { fetchImplementation }, useAuthRequestParameters: false };
  if (credentials.type === 'service_account') {
    const { client_email: email, private_key: key } = credentials;
    return new auth.JWT({ ...common, email, key, scopes: [SCOPE] });
  }
  const { client_id: clientId, client_secret: clientSecret, refresh_token } = credentials;
  const client = new auth.OAuth2({ ...common, clientId, clientSecret });
  client.setCredentials({ refresh_token });
  return client;
}

async function race<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop = () => {};
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/**
 * Access tokens of an account, asked for once and shared by everything that opens a source with the same credentials.
 * Several callers wait for one request, so it is nobody's to cancel; a caller that is cancelled only stops waiting.
 */
export function createTokens(
  asking: Asking,
  endpoint: URL,
  credentials: AccountCredentials,
  held: Held<AccessToken>,
): Tokens {
  const key = createHash('sha256')
    .update(JSON.stringify([endpoint.href, credentials]))
    .digest('hex');
  const closed = new AbortController();
  let underWay: Promise<string> | null = null;

  const send: Send = async (_url, { method, headers, body }) => {
    const answer = textTaker();
    const refusal = await ask(
      asking,
      {
        // Where the library would go is a constant of it that no option changes for service accounts.
        url: endpoint,
        method: method === 'POST' ? 'POST' : 'GET',
        headers: { 'content-type': headers.get('content-type') ?? 'application/x-www-form-urlencoded' },
        body,
        signal: closed.signal,
        time: { leftMs: TOKEN_MS },
      },
      answer.take,
    );
    if (refusal !== null) throw driveFailure(refusal, 'token', 'account');
    return new Response(answer.text(), { headers: { 'content-type': 'application/json' } });
  };

  async function renew(): Promise<string> {
    const unusable = () =>
      new Failure(
        'auth_failed',
        'The credentials cannot be used to sign in: check them, the private key above all.',
      );
    const given: Library = await throughLibrary(
      send,
      async (fetchImplementation) => {
        const client = clientOf(credentials, fetchImplementation);
        // Whatever fails is tried again by those who asked, with patience, not by the library.
        client.transporter.interceptors.request.add({
          resolved: async (options) => {
            options.retry = false;
            delete options.retryConfig;
            return options;
          },
        });
        await client.getAccessToken();
        return client.credentials;
      },
      unusable,
    );
    if (!given.access_token) throw unusable();
    held.put(key, { token: given.access_token, expiresAt: given.expiry_date ?? Date.now() + 10 * 60_000 });
    return given.access_token;
  }

  return {
    async token(signal) {
      signal.throwIfAborted();
      const known = held.get(key);
      if (known !== undefined && known.expiresAt > Date.now() + EARLY_MS) return known.token;
      underWay ??= renew().finally(() => {
        underWay = null;
      });
      underWay.catch(() => {});
      return race(underWay, signal);
    },
    forget(token) {
      // Somebody else may have renewed it already.
      if (held.get(key)?.token === token) held.drop(key);
    },
    close: () => closed.abort(new Failure('internal_error', 'The source was closed.')),
  };
}
