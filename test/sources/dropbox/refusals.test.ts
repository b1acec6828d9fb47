import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Failure, FailureType } from '../../../domain/failures.ts';
import { assertFailure } from '../contract.ts';
import { type FakeAnswer, json, plain, tagged, tooMany } from './fakeAnswers.ts';
import { type DropboxPlace, openPlace } from './place.ts';

const never = () => new AbortController().signal;
const html = (status: number): FakeAnswer => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><h1>Error</h1>',
});
const rateOf = (answer: FakeAnswer, headers: Record<string, string>): FakeAnswer => ({ ...answer, headers });

interface Row {
  answer: FakeAnswer;
  list: FailureType;
  fetch?: FailureType;
  retryAfterMs?: number;
  says?: RegExp;
}

const SECRETS = [
  'visitors-s3cret',
  'l1nk-password',
  Buffer.from('fake-app:visitors-s3cret').toString('base64'),
];

const ROWS: Readonly<Record<string, Row>> = {
  'no such link': {
    answer: tagged(409, 'shared_link_not_found'),
    list: 'source_not_found',
    fetch: 'vanished',
  },
  'a directory now': {
    answer: tagged(409, 'shared_link_is_directory'),
    list: 'source_error',
    fetch: 'vanished',
  },
  'another kind of link': {
    answer: tagged(409, 'unsupported_link_type'),
    list: 'bad_address',
    fetch: 'read_denied',
  },
  'not found': { answer: tagged(409, 'path/not_found'), list: 'source_not_found', fetch: 'vanished' },
  'not a file': { answer: tagged(409, 'path/not_file'), list: 'source_error', fetch: 'vanished' },
  restricted: { answer: tagged(409, 'path/restricted_content'), list: 'read_denied' },
  unheard: { answer: tagged(409, 'something/new'), list: 'source_error', says: /something\/new/ },
  'a tag that is none': { answer: json(409, { error: { '.tag': '<b>\u0000' } }), list: 'source_error' },
  'no tag at all': { answer: html(409), list: 'source_error' },
  'an expired token': { answer: tagged(401, 'expired_access_token'), list: 'auth_failed' },
  'an invalid token': { answer: tagged(401, 'invalid_access_token'), list: 'auth_failed' },
  'a missing scope': {
    answer: tagged(401, 'missing_scope', { required_scope: 'sharing.read' }),
    list: 'auth_failed',
    says: /permission sharing\.read/,
  },
  'no access': { answer: tagged(403, 'invalid_account_type'), list: 'auth_failed' },
  'a bad key, its header repeated': {
    answer: plain(400, `Invalid authorization value in HTTP header "Authorization": "Basic ${SECRETS[2]}"`),
    list: 'auth_failed',
  },
  'a question not understood, repeated': {
    answer: plain(400, `Error in call: could not decode {"link_password": "${SECRETS[1]}"}`),
    list: 'bad_response',
  },
  'too many requests': { answer: tooMany(7), list: 'source_throttled', retryAfterMs: 7_000 },
  'too many requests, said in the body only': {
    answer: rateOf(tooMany(9), {}),
    list: 'source_throttled',
    retryAfterMs: 9_000,
  },
  'too many requests for a year': {
    answer: tooMany(31_536_000),
    list: 'source_throttled',
    retryAfterMs: 900_000,
  },
  'too many requests, in words': { answer: html(429), list: 'source_throttled' },
  'a server in trouble': { answer: html(500), list: 'source_error' },
  'a server that is busy': {
    answer: { ...plain(503, 'busy'), headers: { 'retry-after': '12' } },
    list: 'source_error',
    retryAfterMs: 12_000,
  },
  'a page where JSON should be': { answer: html(200), list: 'bad_response' },
  'JSON of another kind': { answer: json(200, { entries: 'none' }), list: 'bad_response' },
  'an empty answer': { answer: plain(200, ''), list: 'bad_response' },
  'content without its result': { answer: json(200, {}), list: 'bad_response' },
  'a redirect': {
    answer: { status: 307, headers: { location: 'http://127.0.0.1:1/x' }, body: '' },
    list: 'redirect_refused',
  },
  'nothing of the kind': { answer: html(404), list: 'bad_response' },
  'a compressed answer': {
    answer: {
      ...json(200, { entries: [], cursor: 'c', has_more: false }),
      headers: { 'content-encoding': 'gzip' },
    },
    list: 'bad_response',
  },
};

describe('dropbox: refusals', () => {
  let place: DropboxPlace;
  const app = {
    type: 'app',
    key: 'fake-app',
    secret: SECRETS[0],
    link_password: SECRETS[1],
  };

  before(async () => {
    place = await openPlace({ app: { key: 'fake-app', secret: SECRETS[0] ?? '' } });
    await place.put('a.jpg');
  });
  after(() => place.close());

  function check(failure: Failure, row: Row): void {
    assert.equal(failure.retryAfterMs, row.retryAfterMs);
    if (row.says) assert.match(failure.message, row.says);
    assert.match(failure.message, /^[\x20-\x7e]+\.$/);
    const all = `${failure.message} ${failure.stack} ${inspect(failure, { depth: 9, showHidden: true })}`;
    for (const secret of SECRETS) assert.ok(!all.includes(secret), all);
    assert.doesNotMatch(all, /Basic|doctype|api-arg/i);
  }

  for (const [name, row] of Object.entries(ROWS)) {
    it(`knows ${name}`, async () => {
      const source = place.open(undefined, app);
      const [item] = (await source.list(null, never())).items;
      assert.ok(item);
      place.fake.answerNext(1, row.answer, 'files/list_folder');
      check(await assertFailure(source.list(null, never()), row.list), row);
      place.fake.answerNext(1, row.answer, 'sharing/get_shared_link_file');
      check(await assertFailure(place.fetch(source, item), row.fetch ?? row.list), row);
      place.fake.answerNext(0, row.answer);
      assert.equal((await place.fetch(source, item))[1], 'bytes of a.jpg');
    });
  }

  it('says that the installation’s key is at fault when it is', async () => {
    const other = await openPlace({}, { appSecret: 'wrong-s3cret' });
    try {
      await other.put('a.jpg');
      const failure = await assertFailure(other.open().list(null, never()), 'provider_misconfigured');
      check(failure, { answer: html(400), list: 'provider_misconfigured' });
      assert.doesNotMatch(inspect(failure, { depth: 9 }), /wrong-s3cret/);
    } finally {
      await other.close();
    }
  });

  it('says what to set when there is no key at all', async () => {
    const bare = await openPlace({}, { appKey: null, appSecret: null });
    try {
      await bare.put('a.jpg');
      const failure = await assertFailure(bare.open().list(null, never()), 'provider_misconfigured');
      assert.match(failure.message, /DROPBOX_APP_KEY and DROPBOX_APP_SECRET/);
      const password = { type: 'link_password', link_password: 'x' };
      await assertFailure(bare.open(undefined, password).list(null, never()), 'provider_misconfigured');
      assert.equal(bare.fake.requests.length, 0);
      const given = { type: 'app', key: 'fake-app', secret: 'fake-app-secret' };
      assert.equal((await bare.open(undefined, given).list(null, never())).items.length, 1);
    } finally {
      await bare.close();
    }
  });

  it('takes a token of the installation for links where it has no app key', async () => {
    const withToken = await openPlace(
      { tokens: ['installed'] },
      { appKey: null, appSecret: null, accessToken: 'installed' },
    );
    try {
      await withToken.put('a.jpg');
      const source = withToken.open();
      const { items } = await source.list(null, never());
      assert.equal((await withToken.fetch(source, items[0]!))[1], 'bytes of a.jpg');
      assert.ok(withToken.fake.requests.every(({ authorization }) => authorization === 'Bearer installed'));
    } finally {
      await withToken.close();
    }
  });

  it('calls a place that does not answer unreachable', async () => {
    const gone = await openPlace();
    await gone.fake.close();
    const failure = await assertFailure(gone.open().list(null, never()), 'source_unreachable');
    assert.doesNotMatch(inspect(failure, { depth: 9 }), /fake-app-secret|ZmFrZS1hcHA6/);
    await gone.close();
  });
});
