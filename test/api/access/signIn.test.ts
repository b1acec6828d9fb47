import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, randomUUID, sign as signWith } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTokens } from '../../../api/access/tokens.ts';
import { setDisabled } from '../../../stores/access/principals.ts';
import { deriveKey } from '../../../stores/keyRing.ts';
import {
  type Account,
  caller,
  makeAccount,
  PASSWORD,
  SECRET,
  signIn,
  startGuarded,
  withKey,
  withToken,
} from '../../hosting/access.ts';
import { PROCESSES, type Tributary } from '../../hosting/tributary.ts';

const part = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const KEY_ID = deriveKey(SECRET, 'token key id', 6).toString('hex');
const hs256 = (text: string, secret: Buffer | string): string =>
  createHmac('sha256', secret).update(text).digest('base64url');

describe('signing in', function () {
  this.timeout(240_000);
  let t: Tributary;
  let who: Account;
  let token: string;

  before(async () => {
    t = await startGuarded();
    who = await makeAccount(t.db, 'north', 'admin');
    ({ access_token: token } = await signIn(t, who));
  });
  after(() => t?.close());

  const status = async (headers: Record<string, string>, at = '/images'): Promise<number> =>
    (await fetch(`${t.url}${at}`, { headers })).status;

  /** Of something that has just ended: the process that ended it knows, and others hear of it a moment later. */
  async function statusOfEnded(headers: Record<string, string>): Promise<number> {
    for (let inRow = 1; ; inRow += 1) {
      const found = await status(headers);
      if (PROCESSES === 1) return found;
      if (found !== 401) inRow = 0;
      if (inRow === PROCESSES) return found;
    }
  }

  async function problemOf(response: Response): Promise<{ code: string; detail: string }> {
    assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
    const { type, detail } = (await response.json()) as { type: string; detail: string };
    return { code: type.split(':').at(-1) ?? '', detail };
  }

  it('is asked of everybody, with what to do about it', async () => {
    const response = await fetch(`${t.url}/images`);
    assert.equal(response.status, 401);
    assert.equal(response.headers.get('www-authenticate'), 'Bearer realm="tributary"');
    const { code, detail } = await problemOf(response);
    assert.equal(code, 'not_signed_in');
    assert.match(detail, /X-API-Key.*POST \/auth\/sign-in/);
    assert.equal(await status({}, '/api/v1/images'), 401);
    for (const open of ['/livez', '/health', '/openapi.json', '/docs'])
      assert.equal(await status({}, open), 200, open);
  });

  it('gives a token that lets its owner in, and says who that is', async () => {
    assert.equal(await status(withToken(token)), 200);
    assert.equal(await status(withKey(who.key)), 200);
    assert.equal(await status(withToken(who.key)), 200, 'a key as a bearer');
    const me = await (await caller(t, withToken(token))('GET', '/auth/me')).json();
    assert.deepEqual(me, {
      kind: 'person',
      id: who.id,
      name: who.email,
      installation_admin: false,
      tenants: [{ tenant_id: who.tenantId, tenant_name: 'north', role: 'admin' }],
      key: null,
    });
    assert.equal(await status({ ...withToken(token), ...withKey(who.key) }), 401, 'who of the two?');
  });

  describe('with a token that somebody made or changed', () => {
    const now = Math.floor(Date.now() / 1_000);
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const header = { alg: 'HS256', typ: 'JWT', kid: KEY_ID };
    let claims: Record<string, unknown>;

    before(() => {
      claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    });

    /** Signed with the right key: what else is wrong with it has to be found. */
    const right = (head: object, body: unknown): string => {
      const text = `${part(head)}.${part(body)}`;
      return `${text}.${hs256(text, deriveKey(SECRET, 'tokens', 32))}`;
    };
    const without = (name: string): object => {
      const { [name]: _, ...rest } = claims;
      return rest;
    };
    const forged = (head: object, secret: Buffer | string = 'guess'): string => {
      const text = `${part(head)}.${part(claims)}`;
      return `${text}.${hs256(text, secret)}`;
    };

    const attacks: Record<string, () => string> = {
      'alg none': () => `${part({ ...header, alg: 'none' })}.${part(claims)}.`,
      'alg None with a signature': () =>
        `${part({ ...header, alg: 'None' })}.${part(claims)}.${token.split('.')[2]}`,
      'no signature': () => token.split('.').slice(0, 2).join('.'),
      'an empty signature': () => `${token.split('.').slice(0, 2).join('.')}.`,
      'a signature with a bit more': () => `${token}A`,
      'another algorithm with the right key': () => right({ ...header, alg: 'HS512' }, claims),
      'HS256 with a public key for the secret': () => forged(header, pem),
      'HS256 with an empty secret': () => forged(header, Buffer.alloc(0)),
      'RS256 with a key of its own': () => {
        const text = `${part({ ...header, alg: 'RS256' })}.${part(claims)}`;
        return `${text}.${signWith('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
      },
      'the key itself in the header': () =>
        right({ ...header, jwk: publicKey.export({ format: 'jwk' }) }, claims),
      'an address of keys in the header': () => right({ ...header, jku: 'http://127.0.0.1:1/keys' }, claims),
      'an address of certificates in the header': () =>
        right({ ...header, x5u: 'http://127.0.0.1:1/' }, claims),
      'a critical extension': () => right({ ...header, crit: ['x'], x: 1 }, claims),
      'a kid that is a path': () => right({ ...header, kid: '../../dev/null' }, claims),
      'a kid that is SQL': () => right({ ...header, kid: "' or 1=1 --" }, claims),
      'a kid that is an address': () => right({ ...header, kid: 'http://127.0.0.1:1/' }, claims),
      'no kid': () => right({ alg: 'HS256', typ: 'JWT' }, claims),
      'no expiry': () => right(header, without('exp')),
      'an expiry that is text': () => right(header, { ...claims, exp: String(now + 600) }),
      'an expiry in the year 9999': () =>
        right(header, { ...claims, iat: now - 3_600, exp: 253_370_764_800 }),
      'an expiry that is over by more than the leeway': () =>
        right(header, { ...claims, iat: now - 700, exp: now - 60 }),
      'no time of issue': () => right(header, without('iat')),
      'a time of issue to come': () => right(header, { ...claims, iat: now + 3_600, exp: now + 4_000 }),
      'a time to begin to come': () => right(header, { ...claims, nbf: now + 3_600 }),
      'another audience': () => right(header, { ...claims, aud: 'tributary:view' }),
      'no audience': () => right(header, without('aud')),
      'another issuer': () => right(header, { ...claims, iss: 'somebody' }),
      'no issuer': () => right(header, without('iss')),
      'no subject': () => right(header, without('sub')),
      'a subject that nobody is': () => right(header, { ...claims, sub: randomUUID() }),
      'a subject that is no id': () => right(header, { ...claims, sub: "x' or 'a'='a" }),
      'a sign-in of somebody else': () => right(header, { ...claims, sid: randomUUID() }),
      'the same claim twice': () =>
        right(header, JSON.stringify(claims).replace('{', `{"sub":"${randomUUID()}",`)),
      'the same header twice': () =>
        right(JSON.stringify(header).replace('{', '{"alg":"none",') as unknown as object, claims),
      'a prototype': () =>
        right(header, JSON.stringify(without('sub')).replace('{', `{"__proto__":{"sub":"${who.id}"},`)),
      'claims that are a list': () => right(header, [claims]),
      'claims that are no JSON': () => right(header, 'sub'),
      'four parts': () => `${token}.${token.split('.')[2]}`,
      'more than a token has': () => right(header, { ...claims, more: 'x'.repeat(9_000) }),
      'two megabytes': () => 'x'.repeat(2 * 2 ** 20),
      'a NUL': () => `${token.slice(0, -1)}%00`,
      nothing: () => ' ',
    };
    for (const [name, make] of Object.entries(attacks)) {
      it(`is refused: ${name}`, async () => {
        const response = await fetch(`${t.url}/images`, { headers: withToken(make()) });
        // Longer than any header may be: refused before anybody looks.
        assert.equal(response.status, name === 'two megabytes' ? 431 : 401);
        if (response.status === 401) {
          const { code } = await problemOf(response);
          assert.equal(code, 'bad_credentials');
        }
      });
    }

    it('and the right one, made the same way, is taken', async () => {
      assert.equal(await status(withToken(right(header, claims))), 200);
      // A clock that is a little behind ours.
      assert.equal(await status(withToken(right(header, { ...claims, iat: now + 20, exp: now + 600 }))), 200);
    });

    it('is refused where it is for something else', async () => {
      const { view_token: view } = (await (
        await caller(t, withToken(token))('GET', '/auth/view-token')
      ).json()) as {
        view_token: string;
      };
      assert.equal(await status(withToken(view)), 401);
      assert.equal(await status({}, `/images?view=${view}`), 401, 'not shown by its address');
      assert.equal(await status({}, `/images/1/renditions/card?view=${token}`), 401);
      assert.equal(await status({}, `/images/1/renditions/card?view=${view}`), 404);
    });
  });

  describe('with a key', () => {
    const last = (key: string): string => `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`;
    const wrongs: Record<string, (key: string) => string> = {
      'that begins like another': (key) => last(key),
      'of the prefix alone': (key) => key.slice(0, 13),
      'with a pattern for the prefix': () => `trib_________${'_'.repeat(43)}`,
      'with the hash for the secret': (key) => `${key.slice(0, 14)}${part(key).slice(0, 43)}`,
      'that is longer': (key) => `${key}x`,
      'in capitals': (key) => key.toUpperCase(),
      'that is empty': () => ' ',
    };
    for (const [name, make] of Object.entries(wrongs)) {
      it(`is refused: ${name}`, async () => {
        const response = await fetch(`${t.url}/images`, { headers: withKey(make(who.key)) });
        assert.equal(response.status, 401);
      });
    }

    it('whose secret is nowhere in the database', async () => {
      const [row] = await t.db.run(
        (sql) => sql`select to_jsonb(k)::text as text from api_keys k where id = ${who.keyId}`,
      );
      const secret = who.key.slice(14);
      assert.ok(secret.length === 43 && !String(row?.['text']).includes(secret));
      assert.ok(!t.output().includes(secret));
    });

    it('may do what its scopes say and no more', async () => {
      const reads = await makeAccount(t.db, 'north', 'admin', { scopes: ['library:read'] });
      assert.equal(await status(withKey(reads.key)), 200);
      assert.equal(await status(withKey(reads.key), '/imports'), 403);
      const call = caller(t, withKey(reads.key));
      const refused = await call('POST', '/images/trash', { ids: [1] });
      assert.equal(refused.status, 403);
      const { code, detail } = await problemOf(refused);
      assert.deepEqual([code, /library:write/.test(detail)], ['scope_needed', true]);
      assert.equal((await call('POST', '/api-keys', { name: 'x', scopes: ['library:read'] })).status, 403);
      assert.equal((await call('GET', '/auth/me')).status, 200);
    });

    it('is not made, changed or given away beyond what its maker may', async () => {
      const viewer = await makeAccount(t.db, 'north', 'viewer');
      const call = caller(t, withToken((await signIn(t, viewer)).access_token));
      const make = (scopes: string[], more = {}) =>
        call('POST', '/api-keys', { name: 'mine', scopes, ...more });
      for (const scopes of [['all:write'], ['library:read', 'access:admin'], ['all:admin']]) {
        const refused = await make(scopes);
        assert.equal(refused.status, 403, scopes.join());
        assert.equal((await problemOf(refused)).code, 'more_than_own');
      }
      assert.equal((await make(['all:read'], { whole_installation: true })).status, 403);
      assert.equal((await make(['all:everything'])).status, 422);
      assert.equal((await make(['all:read'], { tenant_name: 'south' })).status, 404);
      const mine = await make(['all:read']);
      assert.equal(mine.status, 201);
      const { key, id, ...rest } = (await mine.json()) as { key: string; id: string };
      assert.match(key, /^trib_[a-z2-7]{8}_[\w-]{43}$/);
      assert.ok(!JSON.stringify(rest).includes(key.slice(14)));
      assert.equal(await status(withKey(key)), 200);
      for (const [method, at, body] of [
        ['PATCH', `/members/${viewer.id}`, { role: 'admin' }],
        ['POST', '/members', { name: 'x', role: 'viewer' }],
        ['GET', '/members', undefined],
        ['GET', '/audit-log', undefined],
        ['DELETE', `/members/${who.id}`, undefined],
      ] as const) {
        assert.equal((await call(method, at, body)).status, 403, `${method} ${at}`);
      }
      assert.equal(
        (await call('POST', `/api-keys/${who.keyId}/rotate`)).status,
        404,
        'nor the keys of others',
      );
      assert.equal((await call('DELETE', `/api-keys/${who.keyId}`)).status, 404);
      const admin = caller(t, withKey(who.key));
      assert.equal((await admin('POST', `/api-keys/${id}/rotate`)).status, 403, 'not even by administrators');
      assert.equal(
        (await admin('PATCH', `/members/${who.id}`, { role: 'admin' })).status,
        403,
        'nobody their own role',
      );
      const rotated = (await (await call('POST', `/api-keys/${id}/rotate`)).json()) as { key: string };
      assert.deepEqual([await statusOfEnded(withKey(key)), await status(withKey(rotated.key))], [401, 200]);
      assert.equal((await admin('DELETE', `/api-keys/${id}`)).status, 204, 'but revoked by them');
      assert.equal(await statusOfEnded(withKey(rotated.key)), 401);
    });

    it('ends at its time, and its use is noted', async () => {
      const made = await makeAccount(t.db, 'north', 'viewer');
      const used = async () =>
        (
          await t.db.run(
            (sql) =>
              sql<{ at: Date | null }[]>`select last_used_at as at from api_keys where id = ${made.keyId}`,
          )
        )[0]?.at;
      assert.equal(await used(), null);
      assert.equal(await status(withKey(made.key)), 200);
      while ((await used()) === null) await sleep(20);
      const other = await makeAccount(t.db, 'north', 'viewer');
      await t.db.run(
        (sql) => sql`update api_keys set expires_at = now() - interval '1 second' where id = ${other.keyId}`,
      );
      assert.equal(await status(withKey(other.key)), 401);
    });
  });

  describe('for longer', () => {
    const post = (at: string, body: object, headers: Record<string, string> = {}) =>
      caller(t, headers)('POST', at, body);

    it('exchanges refresh tokens; one that comes again ends the sign-in', async () => {
      const first = await signIn(t, who);
      const second = (await (
        await post('/auth/refresh', { refresh_token: first.refresh_token })
      ).json()) as typeof first;
      assert.notEqual(second.refresh_token, first.refresh_token);
      assert.equal(await status(withToken(second.access_token)), 200);
      const stolen = await post('/auth/refresh', { refresh_token: first.refresh_token });
      assert.equal(stolen.status, 401);
      assert.equal(
        (await post('/auth/refresh', { refresh_token: second.refresh_token })).status,
        401,
        'the whole family',
      );
      assert.equal(await statusOfEnded(withToken(second.access_token)), 401);
      assert.equal(await status(withToken(token)), 200, 'other sign-ins go on');
      assert.equal((await post('/auth/refresh', { refresh_token: 'x'.repeat(43) })).status, 401);
      assert.equal((await post('/auth/refresh', {})).status, 401);
    });

    it('lets one of many that exchange the same token at once have it', async () => {
      const first = await signIn(t, who);
      const all = await Promise.all(
        Array.from({ length: 6 }, () => post('/auth/refresh', { refresh_token: first.refresh_token })),
      );
      assert.equal(all.filter(({ status: each }) => each === 200).length, 1);
    });

    it('keeps the refresh token of a page in a cookie that only /auth sees', async () => {
      const answer = await post('/auth/sign-in', { email: who.email, password: PASSWORD, use_cookie: true });
      assert.equal(((await answer.json()) as { refresh_token: null }).refresh_token, null);
      const cookie = answer.headers.get('set-cookie') ?? '';
      assert.match(cookie, /^tributary_refresh=[\w-]{43}; Path=\/auth; HttpOnly; SameSite=Strict$/);
      const pair = cookie.split(';')[0] ?? '';
      assert.equal(await status({ cookie: pair }), 401, 'it is no way in');
      const again = await post('/auth/refresh', {}, { cookie: pair });
      assert.equal(again.status, 200);
      const next = (again.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
      assert.notEqual(next, pair);
      assert.equal((await post('/auth/sign-out', {}, { cookie: next })).status, 204);
      assert.equal((await post('/auth/refresh', {}, { cookie: next })).status, 401);
    });

    it('ends when somebody signs out', async () => {
      const signed = await signIn(t, who);
      assert.equal(await status(withToken(signed.access_token)), 200);
      assert.equal((await post('/auth/sign-out', {}, withToken(signed.access_token))).status, 204);
      assert.equal(await statusOfEnded(withToken(signed.access_token)), 401);
      assert.equal((await post('/auth/refresh', { refresh_token: signed.refresh_token })).status, 401);
    });

    it('ends everywhere else when the password changes', async () => {
      const other = await makeAccount(t.db, 'north', 'viewer');
      const [here, there] = [await signIn(t, other), await signIn(t, other)];
      const call = caller(t, withToken(here.access_token));
      const change = (current_password: string, new_password: string) =>
        call('PUT', '/auth/password', { current_password, new_password });
      assert.equal((await change('not the password', 'a new one, longer')).status, 401);
      assert.equal((await change(PASSWORD, 'short')).status, 422);
      assert.equal(
        (
          await caller(t, withKey(other.key))('PUT', '/auth/password', {
            ...{ current_password: PASSWORD, new_password: 'a new one, longer' },
          })
        ).status,
        403,
        'a key knows no password',
      );
      assert.equal((await change(PASSWORD, 'a new one, longer')).status, 204);
      assert.equal(await status(withToken(here.access_token)), 200);
      assert.equal(await statusOfEnded(withToken(there.access_token)), 401);
      await assert.rejects(signIn(t, other), /401/);
      await signIn(t, other, 'a new one, longer');
    });
  });

  it('ends for who is disabled and where a tenant is, within a minute', async () => {
    const [person, member] = [
      await makeAccount(t.db, 'north', 'viewer'),
      await makeAccount(t.db, 'west', 'viewer'),
    ];
    const { access_token } = await signIn(t, person);
    const all = [withToken(access_token), withKey(person.key)];
    for (const headers of all) assert.equal(await status(headers), 200);
    assert.equal(await status(withKey(member.key)), 200);
    await t.db.tx((tx) => setDisabled(tx, person.id, true));
    const root = await makeAccount(t.db, 'north', 'viewer', { installation: true, scopes: ['all:admin'] });
    const off = await caller(t, withKey(root.key))('PATCH', '/tenants/west', { disabled: true });
    assert.equal(((await off.json()) as { disabled: boolean }).disabled, true);
    const since = performance.now();
    for (const headers of all) while ((await status(headers)) !== 401) await sleep(200);
    while ((await status(withKey(member.key))) !== 401) await sleep(200);
    assert.ok(performance.now() - since < 60_000);
    await assert.rejects(signIn(t, person), /401/);
  });

  it('waits longer and longer for who guesses, and no longer for who knows', async () => {
    const [guessed, other] = [
      await makeAccount(t.db, 'north', 'viewer'),
      await makeAccount(t.db, 'north', 'viewer'),
    ];
    const guess = (email: string, password: string) =>
      caller(t, {})('POST', '/auth/sign-in', { email, password });
    const first = await guess(guessed.email, 'wrong');
    const unknown = await guess(`${randomUUID()}@example.org`, 'wrong');
    const bodies = await Promise.all(
      [first, unknown].map(async (each) => ({ ...((await each.json()) as object), request_id: '' })),
    );
    assert.deepEqual(bodies[0], bodies[1], 'who has an account is not told');
    const many = await Promise.all(Array.from({ length: 20 }, () => guess(guessed.email, 'wrong')));
    const statuses = many.map((each) => each.status);
    // Some more when the machine is so slow that waits end meanwhile.
    assert.ok(statuses.filter((each) => each === 401).length <= 10, 'at once is not faster than one by one');
    await t.db.run(
      (sql) =>
        sql`update guesses set blocked_until = now() + interval '90 seconds' where blocked_until is not null`,
    );
    const blocked = await guess(guessed.email.toUpperCase(), PASSWORD);
    assert.equal(blocked.status, 429);
    assert.ok(Number(blocked.headers.get('retry-after')) >= 1);
    await t.db.run((sql) => sql`delete from guesses where key like 'address:%'`);
    assert.equal((await guess(other.email, PASSWORD)).status, 200, 'others are not held up');
    await t.db.run((sql) => sql`update guesses set blocked_until = now()`);
    assert.equal((await guess(guessed.email, PASSWORD)).status, 200);
    const [left] = await t.db.run(
      (sql) => sql`select count(*)::int as n from guesses where key like ${`%${guessed.email}`}`,
    );
    assert.equal(left?.['n'], 0);
    await t.db.run(
      (sql) => sql`
      insert into guesses (key, failures, blocked_until) values ('address:127.0.0.1', 40, now() + interval '90 seconds')
      on conflict (key) do update set blocked_until = excluded.blocked_until`,
    );
    const held = await guess(other.email, PASSWORD);
    assert.deepEqual(
      [held.status, Number(held.headers.get('retry-after')) > 60],
      [429, true],
      'by address as well',
    );
    await t.db.run((sql) => sql`delete from guesses`);
  });

  it('keeps the words of passwords and tokens to itself', async () => {
    const { access_token, refresh_token } = await signIn(t, who);
    for (const secret of [PASSWORD, access_token, refresh_token, who.key])
      assert.ok(!t.output().includes(secret));
    const [row] = await t.db.run(
      (sql) => sql`
      select (select password_hash from principals where id = ${who.id}) as hash,
        (select count(*)::int from refresh_tokens where encode(hash, 'base64') like ${`%${refresh_token}%`}) as plain`,
    );
    assert.match(String(row?.['hash']), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    assert.equal(row?.['plain'], 0);
  });

  it('takes tokens of the secret before, and none of others', async () => {
    const subject = { principalId: who.id, signInId: randomUUID() };
    const before = createTokens('the secret before this one, long enough', []);
    const after = createTokens(SECRET, ['the secret before this one, long enough']);
    const { token: old } = await before.sign('api', subject);
    const kid = (JSON.parse(Buffer.from(old.split('.')[0] ?? '', 'base64url').toString()) as { kid: string })
      .kid;
    assert.deepEqual(await after.verify('api', old, kid), subject);
    assert.equal(await createTokens(SECRET, []).verify('api', old, kid), null);
    assert.equal(await after.verify('view', old, kid), null);
  });
});
