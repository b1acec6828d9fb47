import type { ZodOpenApiResponseObject } from 'zod-openapi';
import type { Route } from '../route.ts';
import { Problem } from '../schemas/common.ts';
import { headersOfProblem, isConditional } from './headers.ts';

/** Problems by status: name in the document, and what they are about. */
const PROBLEMS: Readonly<Record<number, readonly [id: string, description: string, code: string]>> = {
  400: ['BadRequest', 'The request cannot be read, or contradicts itself', 'bad_request'],
  403: ['Forbidden', 'Not for whoever asks', 'foreign_origin'],
  404: ['NotFound', 'There is no such thing, or it is somebody else’s', 'not_found'],
  408: ['TooSlow', 'The body came too slowly', 'too_slow'],
  409: ['Conflict', 'Not possible as things are now; `detail` says what is in the way', 'conflict'],
  410: ['Gone', 'It was there, and is no more', 'gone'],
  412: ['PreconditionFailed', 'It was changed since it was read', 'changed_meanwhile'],
  413: ['TooLarge', 'The body is larger than allowed', 'too_large'],
  415: ['UnsupportedMediaType', 'The body is of a kind that is not taken here', 'unsupported_media_type'],
  416: ['RangeNotSatisfiable', 'The range begins behind the end', 'bad_range'],
  422: ['Invalid', 'Something in the request is wrong; `errors` points to it', 'invalid_request'],
  423: ['Locked', 'Another request is at it', 'locked'],
  429: ['TooManyRequests', 'Too much at once; come back after `Retry-After`', 'too_many_requests'],
  460: ['ChecksumMismatch', 'The bytes are not those of the checksum', 'checksum_mismatch'],
  500: ['InternalError', 'Something unexpected went wrong; report it with the request id', 'internal_error'],
  501: ['NotHere', 'This installation has no store that can do that', 'not_implemented'],
  502: ['BadGateway', 'Somebody else’s server did not do what was asked of it', 'bad_gateway'],
  503: [
    'Unavailable',
    'A part that is needed is away; come back after `Retry-After`',
    'database_unavailable',
  ],
};

/** Statuses that may come with `Retry-After`. */
const PASSING = new Set([409, 429, 503]);
/** Whatever is asked for. */
const EVERYWHERE = [403, 429, 500, 503];

function statusesOf(route: Route): Set<number> {
  const takesBody = route.body !== undefined || route.multipart !== undefined;
  return new Set([
    ...EVERYWHERE,
    ...(route.params === undefined ? [] : [404]),
    ...(route.query === undefined ? [] : [400, 422]),
    ...(takesBody ? [400, 408, 413, 415, 422] : []),
    ...(route.method === 'post' ? [400, 409] : []),
    ...(isConditional(route) ? [412] : []),
    ...(route.problems ?? []),
  ]);
}

const titled = (status: number, code: string, description: string) => ({
  type: `tag:tributary,2026:${code}`,
  title: description,
  status,
  detail: 'A sentence that says what happened and what to do about it.',
  request_id: '0b8f3c52-3f0a-4b53-9d2e-6c1f8f0f7a11',
});

function described(status: number): ZodOpenApiResponseObject {
  const [id, description, code] = PROBLEMS[status] ?? [];
  if (id === undefined || description === undefined || code === undefined)
    throw new Error(`Nothing is said of problems with the status ${status}.`);
  return {
    id,
    description,
    headers: headersOfProblem(PASSING.has(status)),
    content: {
      'application/problem+json': { schema: Problem, example: titled(status, code, description) },
    },
  };
}

/** One object for each status: components are registered by identity. */
const RESPONSES = new Map(Object.keys(PROBLEMS).map((status) => [Number(status), described(Number(status))]));

export const ANY_PROBLEM: ZodOpenApiResponseObject = {
  id: 'AnyProblem',
  description: 'A problem, with a sentence for a person in `detail`',
  headers: headersOfProblem(false),
  content: { 'application/problem+json': { schema: Problem } },
};

/** How an operation may be answered when it does not do what was asked. */
export function problemsOf(route: Route): Record<string, ZodOpenApiResponseObject> {
  const own = [...statusesOf(route)].filter((status) => route.answers[status] === undefined);
  return Object.fromEntries(
    own.sort((a, b) => a - b).map((status) => [String(status), RESPONSES.get(status) ?? described(status)]),
  );
}
