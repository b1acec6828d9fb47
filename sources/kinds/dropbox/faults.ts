import { DropboxResponseError } from 'dropbox';
import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';
import { retryAfterMs } from '../../reach/retryAfter.ts';
import type { Access } from './credentials.ts';
import { Refusal, tagOf } from './refusals.ts';

/** Wait that the body of a 429 asks for, in seconds. */
const WAIT = z.object({ error: z.object({ retry_after: z.number() }) });

const SCOPE = z.object({ error: z.object({ required_scope: z.string().regex(/^[a-z_.]{1,64}$/) }) });

/** The headers that came with an error of the library, as `sdkFetch.ts` made them. */
const HEADERS = z.object({
  get: z.custom<(name: string) => string | null>((get) => typeof get === 'function'),
});

function waitOf(headers: unknown, body: unknown): { retryAfterMs?: number } {
  const said = HEADERS.safeParse(headers).data?.get('retry-after') ?? undefined;
  const wait = retryAfterMs(said) ?? retryAfterMs(WAIT.safeParse(body).data?.error.retry_after.toString());
  return wait === undefined ? {} : { retryAfterMs: wait };
}

/** Who has to mend it depends on whose key it is. */
export function notAccepted(access: Pick<Access, 'ofInstallation'>, why: string): Failure {
  return access.ofInstallation
    ? new Failure('provider_misconfigured', `Dropbox does not accept the key of this installation (${why}).`)
    : new Failure('auth_failed', `Dropbox does not accept the credentials (${why}).`);
}

/**
 * What an error of the library means: a `Refusal` for 409, a `Failure` for every other status. Anything else (our own
 * failures, a signal's reason) passes unchanged.
 *
 * The library's error holds headers and the body, and the body of a 400 repeats what was sent, keys and passwords
 * included: nothing of it goes on but tags and numbers.
 */
export function faultOf(error: unknown, access: Pick<Access, 'ofInstallation'>): unknown {
  if (!(error instanceof DropboxResponseError)) return error;
  const { status, headers } = error;
  const body: unknown = error.error;
  const tag = tagOf(body);
  switch (status) {
    case 409:
      return new Refusal(tag);
    case 400:
      if (/authorization|app[ _]?key|client_id|invalid_client/i.test(typeof body === 'string' ? body : tag)) {
        return notAccepted(access, 'HTTP 400');
      }
      return new Failure('bad_response', 'Dropbox did not understand the request (HTTP 400).');
    case 401: {
      const scope = SCOPE.safeParse(body).data?.error.required_scope;
      return notAccepted(access, scope ? `they lack the permission ${scope}` : tag);
    }
    case 403:
      return notAccepted(access, tag);
    case 429:
      return new Failure(
        'source_throttled',
        'Dropbox asked us to slow down (HTTP 429).',
        waitOf(headers, body),
      );
    default:
      if (status >= 500) {
        return new Failure(
          'source_error',
          `Dropbox answered with an error (HTTP ${status}).`,
          waitOf(headers, body),
        );
      }
      return new Failure(
        'bad_response',
        `Dropbox gave an answer that does not fit the question (HTTP ${status}).`,
      );
  }
}
