import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { allRoutes } from '../../api/app.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { openApiDocument } from '../../api/openapi.ts';
import { packageVersion } from '../../cli/location.ts';
import { readConfig } from '../../config.ts';

describe('docs/openapi.json', () => {
  it('is what the routes say now ("npm run openapi" writes it)', async () => {
    const file = path.resolve(import.meta.dirname, '../../docs/openapi.json');
    const routes = allRoutes({ config: readConfig({}) } as ApiDeps);
    assert.deepEqual(
      JSON.parse(await readFile(file, 'utf8')),
      JSON.parse(JSON.stringify(openApiDocument(routes, packageVersion()))),
    );
  });
});
