import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { subjectsIn } from '../../../api/access/subjects.ts';
import { namesTenant } from '../../../api/access/tenantField.ts';
import { allRoutes } from '../../../api/app.ts';
import type { ApiDeps } from '../../../api/deps.ts';
import { openApiDocument } from '../../../api/openapi.ts';
import { readConfig } from '../../../config.ts';
import { atLeast, ROLES, type Role } from '../../../domain/access.ts';
import { type Account, makeAccount, startGuarded, withKey } from '../../hosting/access.ts';
import type { Tributary } from '../../hosting/tributary.ts';

describe('what operations need', function () {
  this.timeout(120_000);
  const routes = allRoutes({ config: readConfig({}) } as ApiDeps);
  let t: Tributary;
  const accounts = new Map<Role, Account>();
  let root: Account;

  before(async () => {
    t = await startGuarded();
    for (const role of ROLES)
      accounts.set(role, await makeAccount(t.db, 'north', role, { scopes: ['all:admin'] }));
    root = await makeAccount(t.db, 'north', 'viewer', { installation: true, scopes: ['all:admin'] });
  });
  after(() => t?.close());

  it('is known of every id in a path', () => {
    const open = routes.flatMap(({ path }) =>
      subjectsIn(path).flatMap(({ parameter, subject }) =>
        subject === undefined ? [`${path} {${parameter}}`] : [],
      ),
    );
    assert.deepEqual(open, [], 'api/access/subjects.ts has to say what it names');
  });

  it('is open to nobody but where that is meant', () => {
    assert.deepEqual(
      routes
        .filter(({ needs }) => needs === 'anybody')
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
      [
        ...['get /health', 'get /healthz', 'get /livez', 'get /readyz', 'options /uploads/tus'],
        ...['post /auth/refresh', 'post /auth/sign-in', 'post /auth/sign-out'],
      ],
    );
    for (const { viewable, signable, method, path } of routes) {
      if (viewable || signable) assert.equal(method, 'get', path);
    }
  });

  it('is found where a tenant is named', () => {
    const found = new Set(
      routes
        .filter(({ query, body, multipart }) => [query, body, multipart].some(namesTenant))
        .map(({ operationId }) => operationId),
    );
    type Schema = { properties?: Record<string, unknown>; $ref?: string };
    const document = JSON.parse(JSON.stringify(openApiDocument(routes, '0'))) as {
      paths: Record<
        string,
        Record<
          string,
          {
            operationId: string;
            parameters?: { name: string }[];
            requestBody?: { content: Record<string, { schema: Schema }> };
          }
        >
      >;
      components: { schemas: Record<string, Schema> };
    };
    let named = 0;
    for (const { operationId, parameters, requestBody } of Object.values(document.paths).flatMap((each) =>
      Object.values(each),
    )) {
      const bodies = Object.values(requestBody?.content ?? {}).map(({ schema }) =>
        schema.$ref === undefined ? schema : document.components.schemas[schema.$ref.split('/').at(-1) ?? ''],
      );
      const has =
        (parameters ?? []).some(({ name }) => name === 'tenant_name') ||
        bodies.some((body) => JSON.stringify(body ?? {}).includes('"tenant_name"'));
      if (!has) continue;
      named += 1;
      assert.ok(found.has(operationId), operationId);
    }
    assert.ok(named > 30);
  });

  it('is asked of every role, on every path', async () => {
    const wrong: string[] = [];
    const ask = async (key: string | null, { method, path, body }: (typeof routes)[number]) => {
      const at = path.replace(/\{(\w+)\}/g, () => randomUUID());
      const stop = new AbortController();
      const response = await fetch(`${t.url}${at}`, {
        method: method.toUpperCase(),
        signal: stop.signal,
        headers: {
          ...(key !== null && withKey(key)),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: '{}' }),
      });
      stop.abort();
      return response.status;
    };
    for (const route of routes) {
      const { needs, method, path } = route;
      // Ends what the others still need.
      if (path === '/auth/sign-out') continue;
      const nobody = await ask(null, route);
      const open = needs === 'anybody';
      if (open ? nobody === 401 && !path.startsWith('/auth/') : nobody !== 401)
        wrong.push(`${method} ${path} by nobody: ${nobody}`);
      if (needs === 'anybody' || needs === 'somebody') continue;
      for (const [role, { key }] of accounts) {
        const status = await ask(key, route);
        const refused = needs === 'installation' || !atLeast(role, needs);
        if ((status === 403) !== refused || status >= 500)
          wrong.push(`${method} ${path} (${needs}) by ${role}: ${status}`);
      }
      const status = await ask(root.key, route);
      if (status === 403 || status === 401) wrong.push(`${method} ${path} by the installation: ${status}`);
    }
    assert.deepEqual(wrong, []);
  });
});
