import type { Request, Response, Router } from 'express';
import { z } from 'zod';
import type { Need } from '../domain/access.ts';
import type { Entered, Gate } from './access/gate.ts';
import { identify, releaseKey } from './http/idempotency.ts';
import { linkPages } from './http/pageLinks.ts';
import { invalid, notFound, Problem, unkeepable } from './problem.ts';
import { findUnkeepable } from './unkeepable.ts';

type Schema = z.ZodType | undefined;
type Parsed<T extends Schema> = T extends z.ZodType ? z.output<T> : undefined;

export interface Answer {
  description: string;
  schema?: z.ZodType;
  /** When it is not JSON. */
  contentType?: string;
  /** Content types that the same may come in when it is asked for. */
  also?: readonly string[];
}

/** One operation: what Express answers and what the OpenAPI document says of it, in one place. */
export interface RouteSpec<P extends Schema, Q extends Schema, B extends Schema> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete' | 'head' | 'options';
  /** OpenAPI form: `/imports/{id}`. */
  path: string;
  operationId: string;
  summary: string;
  tag: string;
  /** Who may ask for it. */
  needs: Need;
  /** A page shows it by its address alone: a view token in the address will do (`GET /auth/view-token`). */
  viewable?: boolean;
  /** Signed links lead here: whoever holds one needs nothing else. */
  signable?: boolean;
  params?: P;
  query?: Q;
  body?: B;
  /** Described only: multipart bodies are parsed by their own middleware. */
  multipart?: z.ZodType;
  answers: Record<number, Answer>;
  /** Statuses of problems that do not follow from what the operation takes. */
  problems?: readonly number[];
  /** Takes `Prefer: wait`, and then answers when what it begins is done. */
  waits?: boolean;
  /** Has an ETag when it is read; a change of it takes `If-Match`. */
  versioned?: boolean;
  /** Looks at the request as it came, before anything of it is parsed. @throws Problem */
  guard?(req: Request): void;
  handle(
    input: { params: Parsed<P>; query: Parsed<Q>; body: Parsed<B> },
    req: Request,
    res: Response,
  ): Promise<void> | void;
}

export interface Route extends Omit<RouteSpec<Schema, Schema, Schema>, 'handle'> {
  mount(router: Router, gate: Gate): void;
}

/** The OpenAPI form of a path, as Express has it. */
export const expressPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

/** Setting of the app: what links to pages begin with. */
export const LINK_BASE = 'link base';

/** Whether an operation answers with one page of many. */
export const isList = ({ method, query }: Pick<Route, 'method' | 'query'>): boolean =>
  method === 'get' && query instanceof z.ZodObject && ('page' in query.shape || 'cursor' in query.shape);

/** What is behind defaults and what may be left out. */
function innermost(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? innermost(schema.unwrap())
    : schema;
}

/** JavaScript takes an empty text for zero; nobody who leaves a field empty means that. */
function withoutEmptyNumbers(schema: z.ZodType, value: unknown): unknown {
  if (!(schema instanceof z.ZodObject) || typeof value !== 'object' || value === null) return value;
  const { shape } = schema;
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => {
      const of = shape[name];
      const empty = typeof text === 'string' && text.trim() === '';
      return [name, empty && of !== undefined && innermost(of) instanceof z.ZodNumber ? 'nothing' : text];
    }),
  );
}

function parse(part: string, schema: Schema, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const bad = findUnkeepable(value);
  if (bad !== null) throw part === 'params' ? notFound('thing') : unkeepable(part, bad);
  const result = schema.safeParse((part === 'query' ? withoutEmptyNumbers(schema, value) : value) ?? {});
  // A malformed id names nothing that exists.
  if (!result.success) throw part === 'params' ? notFound('thing') : invalid(part, result.error);
  return result.data;
}

export function defineRoute<
  P extends Schema = undefined,
  Q extends Schema = undefined,
  B extends Schema = undefined,
>(spec: RouteSpec<P, Q, B>): Route {
  const { handle, ...described } = spec;
  return {
    ...described,
    mount(router, gate) {
      const answer = async (req: Request, res: Response, { named }: Entered): Promise<void> => {
        if (spec.body !== undefined && req.headers['content-type'] !== undefined && !req.is('json')) {
          throw new Problem({
            status: 415,
            code: 'unsupported_media_type',
            title: 'Send JSON',
            detail: 'The body must be JSON, with Content-Type: application/json.',
          });
        }
        spec.guard?.(req);
        const input = {
          params: parse('params', spec.params, req.params) as Parsed<P>,
          query: parse('query', spec.query, named(spec.query, req.query)) as Parsed<Q>,
          body: parse('body', spec.body, named(spec.body, req.body)) as Parsed<B>,
        };
        if (isList(spec)) linkPages(req, res, String(req.app.get(LINK_BASE) ?? ''));
        try {
          // A form is not known before it was received: parseForm does the same then.
          if (spec.method === 'post' && spec.multipart === undefined)
            await identify(res, JSON.stringify(req.body ?? null));
          await handle(input, req, res);
        } finally {
          await releaseKey(res);
        }
      };
      router[spec.method](expressPath(spec.path), (req, res) =>
        gate.pass(spec, req, res, (entered) => answer(req, res, entered)),
      );
    },
  };
}
