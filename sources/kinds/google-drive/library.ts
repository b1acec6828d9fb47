import { Failure } from '../../../domain/failures.ts';

/** How Google's libraries send a request; they only ever give a URL and an init. */
export type Send = (
  url: URL,
  init: { method: string; headers: Headers; body: string | undefined },
) => Promise<Response>;

/**
 * Runs a call of Google's client library, which sends its requests through `send` instead of sockets of its own.
 *
 * The library wraps whatever is thrown into errors that hold the whole request, headers and bodies of token requests
 * included. They end here: what `send` threw comes out as it was, anything else as a Failure without a cause.
 *
 * @param otherwise when the library itself fails, before or after the request.
 */
export async function throughLibrary<T>(
  send: Send,
  call: (fetchImplementation: typeof fetch) => Promise<T>,
  otherwise: () => Failure = () =>
    new Failure('bad_response', 'Google answered with something that its own library cannot read.'),
): Promise<T> {
  const seen: { why: { error: unknown } | null } = { why: null };
  const fetchImplementation: typeof fetch = async (input, init) => {
    const { body } = init ?? {};
    try {
      return await send(new URL(input instanceof Request ? input.url : input), {
        method: init?.method ?? 'GET',
        headers: new Headers(init?.headers),
        body: body === undefined || body === null ? undefined : String(body),
      });
    } catch (error) {
      seen.why ??= { error };
      throw new Error('the request failed');
    }
  };
  try {
    return await call(fetchImplementation);
  } catch {
    throw seen.why === null ? otherwise() : seen.why.error;
  }
}
