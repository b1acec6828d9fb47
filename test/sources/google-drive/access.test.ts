import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { Failure } from '../../../domain/failures.ts';
import createGoogleDriveKind from '../../../sources/kinds/google-drive/kind.ts';
import { createGuard } from '../../../sources/reach/guard.ts';
import { createSourceRegistry } from '../../../sources/registry.ts';
import { assertFailure } from '../contract.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { startRawServer } from '../rawServer.ts';
import { apiRefusal, tokenRefusal } from './fake/refusals.ts';
import { FAKE_KEY, FAKE_OAUTH } from './fakeDrive.ts';
import { type DrivePlace, never, setUpDrive } from './setUp.ts';

const OAUTH = { type: 'oauth', ...FAKE_OAUTH };
const EMAIL = 'importer@fake.iam.gserviceaccount.com';

describe('who asks Google Drive', () => {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const SERVICE = { type: 'service_account', client_email: EMAIL, private_key: pair.privateKey };
  let place: DrivePlace;

  beforeEach(async () => {
    place = await setUpDrive();
    place.fake.accounts.service.set(EMAIL, pair.publicKey);
    await place.put('a.jpg', 'a');
  });
  afterEach(() => place.tearDown());

  const calls = (call: string) => place.fake.requests.filter((each) => each.call === call);
  const list = (credentials: unknown) => place.open('', { credentials }).list(null, never());

  it('shows a key in a header, so that no URL has it', async () => {
    await list(null);
    assert.ok(place.fake.requests.length >= 2);
    for (const { url, headers } of place.fake.requests) {
      assert.equal(headers['x-goog-api-key'], FAKE_KEY);
      assert.doesNotMatch(url.href, /key=/);
      assert.equal(headers.authorization, undefined);
    }
  });

  for (const [who, credentials] of Object.entries({ oauth: OAUTH, 'a service account': SERVICE })) {
    it(`signs in once for all sources with the same credentials: ${who}`, async () => {
      const source = place.open('', { credentials });
      const item = (await place.itemsOf(source)).get('a.jpg')!;
      await Promise.all([1, 2, 3].map(() => place.fetch(source, item)));
      await Promise.all([list(credentials), list(credentials)]);
      assert.equal(calls('token').length, 1);
      for (const { call, headers } of place.fake.requests) {
        assert.equal(headers.authorization, call === 'token' ? undefined : 'Bearer ya29.fake-1');
        assert.equal(
          headers['x-goog-api-key'],
          undefined,
          'the key of the installation is not shown beside it',
        );
      }
    });

    it(`signs in again when the token is no longer good: ${who}`, async () => {
      await list(credentials);
      place.fake.accounts.good.clear();
      const page = await list(credentials);
      assert.equal(page.items.length, 1);
      assert.equal(calls('token').length, 2);
    });
  }

  it('asks several at once for one token', async () => {
    const source = place.open('', { credentials: OAUTH });
    await Promise.all([1, 2, 3, 4].map(() => source.list(null, never())));
    assert.equal(calls('token').length, 1);
  });

  it('renews a token before it ends', async () => {
    place.fake.accounts.lifeSeconds = 30;
    await list(OAUTH);
    const before = calls('token').length;
    await list(OAUTH);
    assert.ok(calls('token').length > before);
  });

  it('gives up after one new token', async () => {
    place.fake.answer(apiRefusal('authError'), { times: 100, to: 'get' });
    await assertFailure(list(OAUTH), 'auth_failed');
    assert.equal(calls('get').length, 2);
    assert.equal(calls('token').length, 2);
  });

  it('tries no sign-in again by itself', async () => {
    const rows = [
      [tokenRefusal('invalid_grant'), 'auth_failed'],
      [tokenRefusal('unauthorized_client', 401), 'auth_failed'],
      [tokenRefusal('something_new'), 'auth_failed'],
      [tokenRefusal('rate_limit_exceeded', 429), 'source_throttled'],
      [tokenRefusal('internal_failure', 500), 'source_error'],
      [tokenRefusal('temporarily', 503), 'source_error'],
      [{ status: 200, type: 'application/json', body: '{"nothing":1}' }, 'auth_failed'],
    ] as const;
    for (const credentials of [OAUTH, SERVICE]) {
      for (const [refusal, type] of rows) {
        place.fake.requests.length = 0;
        place.fake.answer(refusal, { to: 'token' });
        await assertFailure(list(credentials), type);
        assert.equal(place.fake.requests.length, 1);
      }
    }
  });

  it('keeps every secret out of its errors', async () => {
    const secret = 's3cr3t-s3cr3t';
    const broken = pair.privateKey.replace(/[A-Z]{3}/, 'xyz').slice(0, 400);
    const rows: unknown[] = [
      { type: 'api_key', key: secret },
      { ...OAUTH, refresh_token: secret },
      { ...OAUTH, client_secret: secret },
      { ...SERVICE, private_key: `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\n` },
      { ...SERVICE, private_key: secret },
      { ...SERVICE, private_key: broken },
      { ...SERVICE, client_email: 'nobody@fake' },
    ];
    for (const credentials of rows) {
      const failure = await assertFailure(list(credentials), 'auth_failed');
      const whole = `${failure.stack} ${JSON.stringify(failure)} ${inspect(failure, { depth: 9, showHidden: true })}`;
      assert.doesNotMatch(whole, /s3cr3t|BEGIN|GOCSPX|1\/\/fake|assertion|ya29/);
      assert.ok(!whole.includes(broken.slice(60, 100)));
    }
    const good = [OAUTH, SERVICE, { type: 'api_key', key: FAKE_KEY }, null];
    for (const credentials of good) {
      for (const to of ['get', 'list'] as const) {
        place.fake.answer(apiRefusal('internalError'), { to });
        const failure = await assertFailure(list(credentials), 'source_error');
        const whole = inspect(failure, { depth: 9, showHidden: true });
        assert.doesNotMatch(whole, new RegExp(`${FAKE_KEY}|GOCSPX|1//fake|ya29|BEGIN`));
      }
      await place.fake.pause(async () => {
        const failure = await assertFailure(list(credentials), 'source_unreachable');
        const whole = inspect(failure, { depth: 9, showHidden: true });
        assert.doesNotMatch(whole, new RegExp(`${FAKE_KEY}|GOCSPX|1//fake|ya29|BEGIN`));
      });
    }
  });

  it('lets a caller that is cancelled go while others wait for the token', async () => {
    const source = place.open('', { credentials: OAUTH });
    place.fake.stall = true;
    const stop = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => stop.abort(reason), 50);
    const waiting = source.list(null, never());
    await assert.rejects(source.list(null, stop.signal), (error) => error === reason);
    await source.close();
    await assert.rejects(waiting, (error) => error instanceof Failure);
  });

  it('says when there is no key at all, once it is needed', async () => {
    const bare = await setUpDrive({ apiKey: null });
    const source = bare.open();
    const failure = await assertFailure(source.list(null, never()), 'provider_misconfigured');
    assert.match(failure.message, /GOOGLE_API_KEY/);
    assert.equal(bare.fake.requests.length, 0);
    await bare.tearDown();
  });

  it('checks credentials by their form', () => {
    const deps = kindDeps({ client: undefined as never });
    const registry = createSourceRegistry(deps);
    const { credentials } = registry.get('google_drive');
    for (const good of [OAUTH, SERVICE, { type: 'api_key', key: 'k' }])
      assert.ok(credentials?.safeParse(good).success);
    for (const bad of [
      null,
      {},
      { type: 'api_key' },
      { type: 'api_key', key: 'a\r\nb' },
      { ...OAUTH, more: 1 },
    ]) {
      assert.ok(!credentials?.safeParse(bad).success, inspect(bad));
    }
  });

  it("dials through the guard, Google's own servers unless it is told otherwise", async () => {
    const dialled: string[] = [];
    const deps = kindDeps({
      client: {
        deadlines: kindDeps().client.deadlines,
        async request({ url, credentials }) {
          dialled.push(`${url.origin}${url.pathname} ${credentials?.origin ?? ''}`);
          throw new Failure('source_unreachable', 'no');
        },
        close: async () => {},
      },
    });
    deps.providers.google.apiKey = 'k';
    const kind = createGoogleDriveKind(deps);
    const parsed = kind.parse('https://drive.google.com/drive/folders/1AbCdEfGhIjKl');
    assert.equal(kind.account(parsed), 'googleapis');
    for (const credentials of [null, OAUTH, SERVICE]) {
      await assertFailure(kind.open(parsed, visitor(credentials)).list(null, never()), 'source_unreachable');
    }
    assert.deepEqual(dialled, [
      'https://www.googleapis.com/drive/v3/files/1AbCdEfGhIjKl https://www.googleapis.com',
      'https://oauth2.googleapis.com/token ',
      'https://oauth2.googleapis.com/token ',
    ]);
  });

  it('reaches nothing that the guard closes, and is sent nowhere else', async () => {
    const guard = createGuard({ allowPrivateNets: [], allowLoopback: false });
    const deps = kindDeps({ guard });
    deps.providers.google = { apiKey: FAKE_KEY, endpoint: place.fake.url, keyless: true };
    const kind = createGoogleDriveKind(deps);
    const parsed = kind.parse(`https://drive.google.com/drive/folders/${place.fake.tree.idOf('')}`);
    for (const credentials of [null, OAUTH, SERVICE]) {
      await assertFailure(kind.open(parsed, visitor(credentials)).list(null, never()), 'ssrf_blocked');
    }
    await deps.client.close();
    assert.equal(place.fake.requests.length, 0);
    const other = await startRawServer();
    const location = `${other.url}drive/v3/files`;
    for (const to of ['token', 'get'] as const) {
      place.fake.answer({ status: 307, headers: { location }, type: 'text/plain', body: '' }, { to });
      await assertFailure(list(OAUTH), 'redirect_refused');
    }
    assert.equal(other.connections.accepted, 0);
    await other.close();
  });

  it('takes a turn of the budget for every request, and gives it back', async () => {
    const turns = { taken: 0, under: 0 };
    const deps = kindDeps();
    deps.providers.google = { apiKey: null, endpoint: place.fake.url, keyless: false };
    const kind = createGoogleDriveKind(deps);
    const source = kind.open(
      kind.parse(`https://drive.google.com/drive/folders/${place.fake.tree.idOf('')}`),
      {
        credentials: OAUTH,
        budget: {
          async turn() {
            turns.taken++;
            turns.under++;
            return () => turns.under--;
          },
        },
      },
    );
    const item = (await place.itemsOf(source)).get('a.jpg')!;
    await place.fetch(source, item);
    assert.deepEqual(turns, { taken: place.fake.requests.length, under: 0 });
    assert.equal(turns.taken, 4);
    await deps.client.close();
  });
});
