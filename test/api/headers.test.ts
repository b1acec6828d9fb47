import assert from 'node:assert/strict';
import { request } from 'node:http';
import { allRoutes } from '../../api/app.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { readConfig } from '../../config.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

const EXPECTED: Readonly<Record<string, RegExp>> = {
  'content-security-policy': /default-src '(self|none)'/,
  'x-content-type-options': /^nosniff$/,
  'referrer-policy': /^no-referrer$/,
  'x-frame-options': /^SAMEORIGIN$/,
  'cross-origin-opener-policy': /^same-origin$/,
  'cross-origin-resource-policy': /^(same-origin|cross-origin)$/,
  'x-request-id': /^[\w.:-]+$/,
};
/** Nothing has this id. */
const ID = '11111111-1111-4111-8111-111111111111';

describe('the headers of every route', function () {
  this.timeout(240_000);
  let t: Tributary;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ parts: ['api'] });
  });
  after(() => t?.close());

  /** The headers alone: some answers never end. */
  function headersOf(method: string, path: string): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      const req = request(`${t.url}${path}`, { method, headers: { origin: t.url } });
      req.once('response', (res) => {
        resolve(res.headers);
        res.destroy();
      });
      req.once('error', reject);
      req.end();
    });
  }

  function check(at: string, headers: Record<string, unknown>): void {
    for (const [name, value] of Object.entries(EXPECTED)) {
      assert.match(String(headers[name] ?? ''), value, `${at}: ${name}`);
    }
    for (const told of ['x-powered-by', 'server', 'set-cookie'])
      assert.ok(!(told in headers), `${at}: ${told}`);
    const policy = String(headers['content-security-policy']);
    assert.doesNotMatch(policy, /unsafe|\*(?!\.)/, at);
    if (policy.includes("default-src 'self'")) {
      for (const part of [
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "style-src 'self'",
      ])
        assert.ok(policy.includes(part), `${at}: ${part}`);
    }
  }

  it('are there, at both bases, whatever the answer is', async () => {
    const routes = allRoutes({ config: readConfig({}) } as ApiDeps);
    assert.ok(routes.length > 100);
    for (const { method, path } of routes) {
      for (const base of ['', '/api/v1']) {
        const at = `${base}${path.replace(/\{\w+\}/g, ID)}`;
        check(`${method} ${at}`, await headersOf(method.toUpperCase(), at));
      }
    }
  });

  it('are there on what is no route', async () => {
    for (const path of ['/', '/docs', '/docs/start.js', '/openapi.json', '/nothing', '/assets/nothing.js'])
      check(path, await headersOf('GET', path));
  });
});
