import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { documentOf } from '../../cli/openapi.ts';
import { collectionOf } from '../../cli/postman/collection.ts';
import { readConfig } from '../../config.ts';

const inDocs = (name: string): string => path.resolve(import.meta.dirname, '../../docs', name);
const kept = async (name: string): Promise<unknown> => JSON.parse(await readFile(inDocs(name), 'utf8'));

interface Operation {
  operationId: string;
  summary: string;
  responses: Record<string, { $ref?: string; content?: Record<string, unknown> }>;
}

/** What the linter marks, a line for each. */
async function lint(document: object): Promise<string[]> {
  const config = await createConfig({
    extends: ['recommended-strict'],
    rules: {
      // The older services have `/upload/` and `/purge/`.
      'no-path-trailing-slash': 'off',
      // Express takes the first that fits, in the order of the document: `/images/facets` is no image.
      'no-ambiguous-paths': 'off',
      'no-identical-paths': 'error',
      'operation-operationId-unique': 'error',
      'operation-4xx-problem-details-rfc7807': 'error',
    },
  });
  const problems = await lintFromString({
    source: JSON.stringify(document),
    absoluteRef: inDocs('openapi.json'),
    config,
  });
  return problems.map(({ ruleId, message, location }) => `${ruleId} at ${location[0]?.pointer}: ${message}`);
}

describe('the description of the API', () => {
  const document = documentOf(readConfig({}));
  const operations = Object.entries(document.paths).flatMap(([at, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      at: `${method} ${at}`,
      operation: operation as unknown as Operation,
    })),
  );

  it('in docs/openapi.json is what the routes say now ("npm run openapi" writes it)', async () => {
    assert.deepEqual(await kept('openapi.json'), JSON.parse(JSON.stringify(document)));
  });

  it('in docs/postman.json is the same, for Postman', async () => {
    assert.deepEqual(await kept('postman.json'), JSON.parse(JSON.stringify(collectionOf(document))));
  });

  it('has nothing that a linter would mark', async () => {
    assert.deepEqual(await lint(document), []);
  });

  it('would be marked if it had', async () => {
    assert.ok(
      (await lint({ ...document, tags: [{ name: 'nothing' }] })).some((mark) =>
        mark.startsWith('tag-description'),
      ),
    );
  });

  it('says of every operation what it does, and of every problem what it is', () => {
    for (const { at, operation } of operations) {
      assert.ok(operation.summary.length >= 5, at);
      const problems = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400);
      for (const status of ['403', '429', '500', '503', 'default'])
        assert.ok(status in operation.responses, at);
      for (const [status, answer] of problems) {
        if (status === '503' && answer.$ref === undefined) continue;
        assert.match(answer.$ref ?? '', /^#\/components\/responses\//, `${at} ${status}`);
      }
    }
  });

  it('can be asked for by Postman: a request for each operation, in a folder', () => {
    const { item: folders } = collectionOf(document) as {
      item: { item: { request: { method: string; body?: { raw?: string } } }[] }[];
    };
    const requests = folders.flatMap(({ item }) => item);
    assert.equal(requests.length, operations.length);
    for (const { request } of requests) if (request.body?.raw !== undefined) JSON.parse(request.body.raw);
  });
});
