import type { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { headersGiven, headersTaken, isRevalidated } from './describe/headers.ts';
import { ANY_PROBLEM, problemsOf } from './describe/problems.ts';
import { TAGS } from './describe/tags.ts';
import type { Answer, Route } from './route.ts';

const UNCHANGED: Answer = { description: 'What the client has is what there is' };
const BINARY = { type: 'string', format: 'binary' } as const;

/** Ways to say who one is. A token in the address is good for what a page shows by its address. */
const SECURITY_SCHEMES = {
  token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'From `POST /auth/sign-in`' },
  key: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'From `POST /api-keys`; `Authorization: Bearer` takes it, too',
  },
  view: { type: 'apiKey', in: 'query', name: 'view', description: 'From `GET /auth/view-token`' },
} as const;

interface Shown {
  /** Nobody has to sign in. */
  open: boolean;
}

function securityOf({ needs, viewable }: Route, { open }: Shown): Record<string, string[]>[] {
  if (needs === 'anybody') return [];
  return [{ token: [] }, { key: [] }, ...(viewable ? [{ view: [] }] : []), ...(open ? [{}] : [])];
}

/** Of a body that comes in another form than the first. */
const otherSchema = (type: string) =>
  type === 'application/json' ? { type: 'object' as const } : { type: 'string' as const };

function operation(route: Route, shown: Shown): ZodOpenApiOperationObject {
  const responses: NonNullable<ZodOpenApiOperationObject['responses']> = {};
  const answers = { ...(isRevalidated(route) && { 304: UNCHANGED }), ...route.answers };
  for (const [status, answer] of Object.entries<Answer>(answers)) {
    const contentType = answer.contentType ?? 'application/json';
    const schema = answer.schema ?? (/^text\//.test(contentType) ? { type: 'string' as const } : BINARY);
    responses[status as `${1 | 2 | 3 | 4 | 5}${string}`] = {
      description: answer.description,
      headers: headersGiven(route, Number(status)),
      ...(answer.schema || answer.contentType
        ? {
            content: Object.fromEntries(
              [contentType, ...(answer.also ?? [])].map((type) => [
                type,
                { schema: type === contentType ? schema : otherSchema(type) },
              ]),
            ),
          }
        : {}),
    };
  }
  return {
    operationId: route.operationId,
    summary: route.summary,
    tags: [route.tag],
    security: securityOf(route, shown),
    'x-needs': route.needs,
    requestParams: {
      ...(route.params ? { path: route.params as z.ZodObject } : {}),
      ...(route.query ? { query: route.query as z.ZodObject } : {}),
      header: headersTaken(route),
    },
    ...(route.body
      ? {
          // None is taken for an empty one.
          requestBody: {
            required: !route.body.safeParse({}).success,
            content: { 'application/json': { schema: route.body } },
          },
        }
      : {}),
    ...(route.multipart
      ? { requestBody: { required: true, content: { 'multipart/form-data': { schema: route.multipart } } } }
      : {}),
    responses: { ...responses, ...problemsOf(route), default: ANY_PROBLEM },
  };
}

/** The OpenAPI 3.1 document, from the same schemas that validate. */
export function openApiDocument(
  routes: readonly Route[],
  version: string,
  shown: Shown = { open: false },
): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route, shown) };
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Tributary',
      version,
      description:
        'Brings images in from anywhere and carries each through one durable pipeline. Every path answers at `/` and ' +
        'under `/api/v1`. Problems are RFC 9457. docs/api.md says what holds for all operations.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api/v1' }, { url: '/' }],
    security: [],
    tags: TAGS.map(([name, description]) => ({ name, description })),
    paths,
    components: { securitySchemes: SECURITY_SCHEMES },
  });
}
