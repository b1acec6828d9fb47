import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { MulterError } from 'multer';
import type { ZodError } from 'zod';
import { FAILURES, Failure, type FailureType } from '../domain/failures.ts';
import type { Logger } from '../log.ts';
import type { Unkeepable } from './unkeepable.ts';

interface ProblemFields {
  status: number;
  /** Last part of the stable `type`. */
  code: string;
  title: string;
  detail: string;
  errors?: { pointer: string; detail: string }[];
  /** Seconds. */
  retryAfter?: number;
}

/** An answer that is not a success, as RFC 9457 wants it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly fields: ProblemFields;

  constructor(fields: ProblemFields) {
    super(fields.detail);
    this.fields = fields;
  }
}

/** Ends a handler whose answer was sent already. */
export class AlreadyAnswered extends Error {
  override readonly name = 'AlreadyAnswered';
}

export function notFound(what: string): Problem {
  return new Problem({
    status: 404,
    code: 'not_found',
    title: 'Not found',
    detail: `There is no such ${what}.`,
  });
}

export function conflict(detail: string): Problem {
  return new Problem({ status: 409, code: 'conflict', title: 'Not possible now', detail });
}

/** A query that cannot be asked, for a reason that no schema knows. */
export function badRequest(code: string, detail: string): Problem {
  return new Problem({ status: 400, code, title: 'The request is not valid', detail });
}

/** @param part where the value stood: `body`, `query`, `params` */
export function invalid(part: string, error: ZodError): Problem {
  const errors = error.issues.map((issue) => ({
    pointer: `/${[...(part === 'body' ? [] : [part]), ...issue.path.map(String)].map(escapePointer).join('/')}`,
    detail: issue.message,
  }));
  return new Problem({
    status: 422,
    code: 'invalid_request',
    title: 'The request is not valid',
    detail: errors.map((e) => `${e.pointer}: ${e.detail}`).join('; '),
    errors,
  });
}

/** Of a value that cannot be kept, whatever its schema says. @param part as for `invalid` */
export function unkeepable(part: string, { path, why }: Unkeepable): Problem {
  const pointer = `/${[...(part === 'body' ? [] : [part]), ...path].map(escapePointer).join('/')}`;
  return new Problem({
    status: 422,
    code: 'invalid_request',
    title: 'The request is not valid',
    detail: `${pointer}: ${why}`,
    errors: [{ pointer, detail: why }],
  });
}

/** Of a field of the body that its schema alone could not judge. */
export function wrong(field: string, detail: string): Problem {
  return new Problem({
    status: 422,
    code: 'invalid_request',
    title: 'The request is not valid',
    detail: `/${field}: ${detail}`,
    errors: [{ pointer: `/${field}`, detail }],
  });
}

/** RFC 6901. */
function escapePointer(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

const STATUS_OF: Partial<Record<FailureType, number>> = {
  unsupported_format: 415,
  empty_file: 422,
  corrupt_image: 422,
  truncated: 422,
  pixel_limit: 422,
  decode_timeout: 422,
  decode_memory: 422,
  decoder_crashed: 422,
  not_an_archive: 415,
  bad_dataset: 415,
  archive_unsafe: 422,
  listing_too_large: 422,
  too_large: 413,
  quota_exceeded: 413,
  tenant_gone: 409,
  bad_address: 422,
  auth_failed: 422,
  credentials_unreadable: 422,
  database_unavailable: 503,
  store_unavailable: 503,
  store_misconfigured: 503,
  storage_full: 503,
};

export function failureProblem(failure: Failure): Problem {
  const status = STATUS_OF[failure.type] ?? 500;
  const { title, advice } = FAILURES[failure.type];
  return new Problem({
    status,
    code: failure.type,
    title,
    detail: status === 500 ? advice : `${failure.message} ${advice}`,
    ...(status === 503 ? { retryAfter: 5 } : {}),
  });
}

/** Has what is wrong with an address point to the field that it came in. @throws what `work` throws, or Problem 422 */
export function pointing<T>(field: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Failure) || error.type !== 'bad_address') throw error;
    const { fields } = failureProblem(error);
    const pointer = error.message.startsWith('The setting "') ? '/settings' : `/${field}`;
    throw new Problem({ ...fields, errors: [{ pointer, detail: error.message }] });
  }
}

function fromMulter(error: MulterError): Problem {
  if (error.code === 'LIMIT_FILE_SIZE')
    return failureProblem(new Failure('too_large', 'The file is larger than allowed.'));
  if (error.code === 'LIMIT_UNEXPECTED_FILE') {
    return new Problem({
      status: 422,
      code: 'invalid_request',
      title: 'The request is not valid',
      detail: 'Send one file, in the form field "file".',
      errors: [{ pointer: '/file', detail: error.message }],
    });
  }
  return new Problem({
    status: 400,
    code: 'bad_form',
    title: 'The form cannot be read',
    detail: error.message,
  });
}

/** What Postgres says of a value that fits its schema and not its column: class 22, such as a number too small for a `real`. */
function isDataException(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^22[0-9A-Z]{3}$/.test(code);
}

const OUT_OF_RANGE = new Problem({
  status: 422,
  code: 'out_of_range',
  title: 'A value cannot be kept',
  detail:
    'A number or a time in the request is larger, smaller or finer than can be kept. Nothing was stored.',
});

/** `null`: nothing that a client is told of. */
export function asProblem(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  if (error instanceof Failure) return failureProblem(error);
  if (error instanceof MulterError) return fromMulter(error);
  if (isDataException(error)) return OUT_OF_RANGE;
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  if (typeof status !== 'number' || status < 400 || status > 499) return null;
  // From Express' own parsers: their messages are meant for the client.
  const detail = error instanceof Error ? error.message : 'The request cannot be read.';
  return new Problem({ status, code: 'bad_request', title: 'The request cannot be read', detail });
}

const UNEXPECTED = new Problem({
  status: 500,
  code: 'internal_error',
  title: 'Something unexpected went wrong',
  detail: 'Please report it with the request id.',
});

/** RFC 9457. */
export function problemBody(problem: Problem | null, requestId: string) {
  const { code, retryAfter: _, ...fields } = (problem ?? UNEXPECTED).fields;
  return { type: `tag:tributary,2026:${code}`, ...fields, request_id: requestId };
}

/** RFC 6750. */
function challenge(code: string): string {
  return `Bearer realm="tributary"${code === 'bad_credentials' ? ', error="invalid_token"' : ''}`;
}

export function sendProblem(res: Response, problem: Problem): void {
  const { retryAfter, status } = problem.fields;
  if (retryAfter !== undefined) res.set('Retry-After', String(retryAfter));
  if (status === 401) res.set('WWW-Authenticate', challenge(problem.fields.code));
  // What is still on its way of a refused body is not worth reading.
  if (status === 413 || status === 415) res.set('Connection', 'close');
  res
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify(problemBody(problem, String(res.getHeader('X-Request-Id') ?? ''))));
}

export const unknownRoute: RequestHandler = (req) => {
  throw new Problem({
    status: 404,
    code: 'not_found',
    title: 'Not found',
    detail: `Nothing answers ${req.method} at this path. The API is described at /docs.`,
  });
};

export function errorHandler(log: Logger): ErrorRequestHandler {
  return (error, req, res, next) => {
    // Answered early, while the body was still arriving.
    if (res.writableEnded || error instanceof AlreadyAnswered) return;
    if (res.headersSent) {
      next(error);
      return;
    }
    const problem = asProblem(error);
    if (isDataException(error)) log.warn({ err: error, path: req.path }, 'a value was out of range');
    if (problem === null) {
      log.error(
        { err: error, method: req.method, path: req.path, request_id: res.getHeader('X-Request-Id') },
        'request failed',
      );
    }
    sendProblem(res, problem ?? UNEXPECTED);
  };
}
