import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createIssuer, rolesOf } from '../../../api/access/issuer.ts';
import { ensureTenant } from '../../../stores/tenants.ts';
import { startGuarded, withToken } from '../../hosting/access.ts';
import { PROCESSES, type Tributary } from '../../hosting/tributary.ts';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const ISSUER = 'https://id.example.org/';
const AUDIENCE = 'tributary-of-tests';

interface Key {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

function makeKey(): Key {
  return { kid: randomUUID(), ...generateKeyPairSync('rsa', { modulusLength: 2_048 }) };
}

/** Somebody who says who people are, with keys that change. */
async function startIssuer(): Promise<{
  url: string;
  keys: Key[];
  asked: number;
  broken: boolean;
  server: Server;
}> {
  const server = createServer((_req, res) => {
    issuer.asked += 1;
    if (issuer.broken) {
      res.writeHead(500).end('no');
      return;
    }
    const keys = issuer.keys.map(({ kid, publicKey }) => ({
      ...publicKey.export({ format: 'jwk' }),
      ...{ kid, use: 'sig', alg: 'RS256' },
    }));
    res.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  const issuer = { url, keys: [makeKey()], asked: 0, broken: false, server };
  return issuer;
}

function token(key: Key, more: Record<string, unknown> = {}, head: Record<string, unknown> = {}): string {
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    ...{ iss: ISSUER, aud: AUDIENCE, sub: 'u-1', email: 'ranger@example.org', iat: now, exp: now + 300 },
    ...{ tributary_roles: ['north:manager', 'south:viewer'], ...more },
  };
  const text = `${part({ alg: 'RS256', typ: 'JWT', kid: key.kid, ...head })}.${part(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), key.privateKey).toString('base64url')}`;
}

describe('tokens of an external issuer', function () {
  this.timeout(240_000);
  let t: Tributary;
  let issuer: Awaited<ReturnType<typeof startIssuer>>;

  before(async () => {
    issuer = await startIssuer();
    t = await startGuarded(['api'], {
      ACCESS_ISSUER: ISSUER,
      ACCESS_AUDIENCE: AUDIENCE,
      ACCESS_JWKS_URL: issuer.url,
    });
    await t.db.tx(async (tx) => [await ensureTenant(tx, 'north'), await ensureTenant(tx, 'south')]);
  });
  after(async () => {
    await t?.close();
    issuer?.server.close();
  });

  const ask = (jwt: string, at = '/auth/me', method = 'GET') =>
    fetch(`${t.url}${at}`, { method, headers: withToken(jwt) });

  it('let their owners in, where and as what they say', async () => {
    const response = await ask(token(issuer.keys[0]!));
    assert.equal(response.status, 200);
    const me = (await response.json()) as {
      kind: string;
      name: string;
      tenants: { tenant_name: string; role: string }[];
    };
    assert.deepEqual([me.kind, me.name], ['external', 'ranger@example.org']);
    assert.deepEqual(
      me.tenants.map(({ tenant_name, role }) => [tenant_name, role]),
      [
        ['north', 'manager'],
        ['south', 'viewer'],
      ],
    );
    assert.equal((await ask(token(issuer.keys[0]!), '/members')).status, 200);
    assert.equal(
      (await ask(token(issuer.keys[0]!), '/members?tenant_name=south')).status,
      404,
      'too low a role there',
    );
    assert.equal((await ask(token(issuer.keys[0]!), '/tenants')).status, 403);
    assert.equal(
      (await ask(token(issuer.keys[0]!, { tributary_roles: ['*:admin'] }), '/tenants')).status,
      200,
    );
    assert.equal(
      (await ask(token(issuer.keys[0]!, { tributary_roles: ['east:admin'] }), '/images')).status,
      403,
      'a tenant that is not there',
    );
    assert.equal(issuer.asked, PROCESSES, 'each process asks for the keys once');
  });

  const now = Math.floor(Date.now() / 1_000);
  const stranger = makeKey();
  const attacks: Record<string, () => string> = {
    'a key that is not theirs': () => token({ ...stranger, kid: issuer.keys[0]!.kid }),
    'an unknown key id': () => token(stranger),
    'HS256 with their public key for the secret': () => {
      const [key] = issuer.keys;
      const [, body = ''] = token(key!).split('.');
      const text = `${part({ alg: 'HS256', typ: 'JWT', kid: key!.kid })}.${body}`;
      const pem = key!.publicKey.export({ type: 'spki', format: 'pem' });
      return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
    },
    'alg none': () =>
      `${part({ alg: 'none', kid: issuer.keys[0]!.kid })}.${token(issuer.keys[0]!).split('.')[1]}.x`,
    'its own key': () => token(stranger, {}, { jwk: stranger.publicKey.export({ format: 'jwk' }) }),
    'an address of its own keys': () => token(stranger, {}, { jku: issuer.url }),
    'another algorithm': () => token(issuer.keys[0]!, {}, { alg: 'RS512' }),
    'another audience': () => token(issuer.keys[0]!, { aud: 'another' }),
    'another issuer': () => token(issuer.keys[0]!, { iss: 'https://id.example.com/' }),
    'our name for the issuer': () => token(issuer.keys[0]!, { iss: 'tributary' }),
    'an expiry that is over': () => token(issuer.keys[0]!, { iat: now - 900, exp: now - 60 }),
    'no expiry': () => token(issuer.keys[0]!, { exp: undefined }),
    'an expiry that is text': () => token(issuer.keys[0]!, { exp: '9999999999' }),
    'an expiry in the year 9999, long after its issue': () =>
      token(issuer.keys[0]!, { iat: now - 2 * 86_400, exp: 253_370_764_800 }),
    'a time to begin to come': () => token(issuer.keys[0]!, { nbf: now + 3_600 }),
    'no subject': () => token(issuer.keys[0]!, { sub: undefined }),
  };
  for (const [name, make] of Object.entries(attacks)) {
    it(`are refused with ${name}`, async () => {
      assert.equal((await ask(make())).status, 401);
    });
  }

  it('with roles that cannot be read give nothing', () => {
    assert.deepEqual([...rolesOf(['north:owner', 'x', ':admin', 7, '*:viewer', null], {})], []);
    assert.deepEqual(
      [...rolesOf('north:viewer, north:admin south:viewer', {})],
      [
        ['north', 'admin'],
        ['south', 'viewer'],
      ],
    );
    assert.deepEqual([...rolesOf(['it', 'constructor', 'north:admin'], { it: '*:admin' })], [['*', 'admin']]);
    assert.deepEqual([...rolesOf({ north: 'admin' }, {})], []);
  });

  it('go on when its keys change, and wait when it is away', async () => {
    const text = async (url: string): Promise<string> => {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`answered ${response.status}`);
      return response.text();
    };
    const settings = {
      ...{ issuer: ISSUER, audience: AUDIENCE, keysUrl: issuer.url, algorithms: ['RS256'] },
      ...{ claim: 'tributary_roles', map: {} },
    };
    const patient = createIssuer(settings, text);
    const verifier = createIssuer(settings, text, 0);
    const [old] = issuer.keys;
    assert.equal((await verifier.verify(token(old!)))?.subject, 'u-1');
    assert.equal((await patient.verify(token(old!)))?.subject, 'u-1');
    const fresh = makeKey();
    issuer.keys = [fresh];
    const asked = issuer.asked;
    for (let i = 0; i < 5; i += 1) assert.equal(await patient.verify(token(stranger)), null);
    assert.equal(issuer.asked, asked, 'unknown keys do not make us ask again and again');
    assert.equal((await verifier.verify(token(fresh)))?.subject, 'u-1', 'a new key is asked for at once');
    assert.equal(await verifier.verify(token(old!)), null, 'and an old one is none any more');
    issuer.broken = true;
    assert.equal((await verifier.verify(token(fresh)))?.subject, 'u-1', 'known keys need nobody');
    await assert.rejects(
      createIssuer(settings, text).verify(token(fresh)),
      'it is not the token that is wrong',
    );
    issuer.broken = false;
  });
});

describe('an external issuer that cannot be asked', function () {
  this.timeout(240_000);
  it('is 503, and addresses inside are not reached unless the settings say so', async () => {
    const issuer = await startIssuer();
    const t = await startGuarded(['api'], {
      ...{
        ACCESS_ISSUER: ISSUER,
        ACCESS_AUDIENCE: AUDIENCE,
        ACCESS_JWKS_URL: issuer.url,
        ALLOW_LOOPBACK: 'false',
      },
    });
    try {
      const response = await fetch(`${t.url}/auth/me`, { headers: withToken(token(issuer.keys[0]!)) });
      assert.equal(response.status, 503);
      assert.ok(Number(response.headers.get('retry-after')) > 0);
      assert.equal(issuer.asked, 0);
    } finally {
      await t.close();
      issuer.server.close();
    }
  });
});
