import type { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Route } from './route.ts';
import { Problem } from './schemas/common.ts';

const PROBLEM = {
  description: 'A problem, with a sentence for a person in `detail`',
  content: { 'application/problem+json': { schema: Problem } },
};

function operation(route: Route): ZodOpenApiOperationObject {
  const responses: NonNullable<ZodOpenApiOperationObject['responses']> = {};
  for (const [status, answer] of Object.entries(route.answers)) {
    const contentType = answer.contentType ?? 'application/json';
    responses[status as `${1 | 2 | 3 | 4 | 5}${string}`] = {
      description: answer.description,
      ...(answer.schema || answer.contentType
        ? { content: { [contentType]: answer.schema ? { schema: answer.schema } : {} } }
        : {}),
    };
  }
  return {
    operationId: route.operationId,
    summary: route.summary,
    tags: [route.tag],
    requestParams: {
      ...(route.params ? { path: route.params as z.ZodObject } : {}),
      ...(route.query ? { query: route.query as z.ZodObject } : {}),
    },
    ...(route.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } }
      : {}),
    ...(route.multipart
      ? { requestBody: { required: true, content: { 'multipart/form-data': { schema: route.multipart } } } }
      : {}),
    responses: { ...responses, default: PROBLEM },
  };
}

/** The OpenAPI 3.1 document, from the same schemas that validate. */
export function openApiDocument(
  routes: readonly Route[],
  version: string,
): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Tributary',
      version,
      description: 'Brings images in from anywhere and carries each through one durable pipeline.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api/v1' }, { url: '/' }],
    paths,
  });
}
