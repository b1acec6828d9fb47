import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Json } from '../../../sources/source.ts';
import { assertFailure, readAll } from '../contract.ts';
import { json } from './fakeAnswers.ts';
import { type DropboxPlace, openPlace } from './place.ts';

const never = () => new AbortController().signal;

describe('dropbox: somebody’s own', () => {
  let place: DropboxPlace;
  const token = { type: 'token', access_token: 'users-token' };
  const oauth = {
    type: 'oauth',
    client_id: 'fake-app',
    client_secret: 'fake-app-secret',
    refresh_token: 'r3fresh+/=&token',
  };
  const asked = (endpoint: string) => place.fake.requests.filter((each) => each.endpoint.endsWith(endpoint));

  beforeEach(async () => {
    place = await openPlace({ tokens: ['users-token'], refreshTokens: ['r3fresh+/=&token'] });
    for (const file of [
      'Photos/a.jpg',
      'Photos/2021/b é.jpg',
      'Photos/2021/deep/c.jpg',
      'Photos/trash/d.jpg',
    ]) {
      await place.put(file);
    }
    await place.put('private.jpg');
  });
  afterEach(() => place.close());

  it('lists a folder with all below in one go, and fetches from it', async () => {
    const source = place.open('dropbox:/Photos', token);
    const { items } = await readAll(() => place.open('dropbox:/Photos', token));
    assert.deepEqual(items.map((item) => item.externalId).sort(), [
      '2021/b é.jpg',
      '2021/deep/c.jpg',
      'a.jpg',
      'trash/d.jpg',
    ]);
    assert.equal(asked('list_folder').length, 1);
    for (const item of items) {
      const [got, text] = await place.fetch(source, item);
      assert.equal(text, `bytes of Photos/${item.externalId}`);
      assert.equal(got.dropbox, item.hashes?.dropbox);
    }
  });

  it('holds to the settings all the same', async () => {
    const read = async (options: { [name: string]: Json }, address = 'dropbox:/Photos') =>
      (await readAll(() => place.open(address, token, options))).items.map((item) => item.externalId).sort();
    assert.deepEqual(await read({ recursive: false }), ['a.jpg']);
    assert.deepEqual(await read({ maxDepth: 1, exclude: ['trash'] }), ['2021/b é.jpg', 'a.jpg']);
    assert.deepEqual(await read({ exclude: ['2021'] }), ['a.jpg', 'trash/d.jpg']);
    assert.deepEqual(await read({ include: ['**/deep/*'] }), ['2021/deep/c.jpg']);
    assert.deepEqual((await read({}, 'dropbox:/')).length, 5);
  });

  it('says when there is nothing there, or a file', async () => {
    await assertFailure(place.open('dropbox:/Nothing', token).list(null, never()), 'source_not_found');
    await assertFailure(place.open('dropbox:/private.jpg', token).list(null, never()), 'bad_address');
  });

  it('never opens it with what the installation has', async () => {
    const installed = await openPlace({ tokens: ['operators'] }, { accessToken: 'operators' });
    try {
      await installed.put('private.jpg');
      const app = { type: 'app', key: 'fake-app', secret: 'fake-app-secret' };
      for (const credentials of [null, app, { type: 'link_password', link_password: 'x' }]) {
        const failure = await assertFailure(
          installed.open('dropbox:/', credentials).list(null, never()),
          'auth_failed',
        );
        assert.match(failure.message, /"token" or "oauth"/);
      }
      assert.equal(installed.fake.requests.length, 0);
    } finally {
      await installed.close();
    }
  });

  it('asks for one token for many requests, and keeps the secrets out of the address', async () => {
    const { items } = await readAll(() => place.open('dropbox:/', oauth));
    await Promise.all(items.map((item) => place.fetch(place.open('dropbox:/', oauth), item)));
    assert.equal(asked('/oauth2/token').length, 1);
    assert.equal(asked('files/download').length, items.length);
  });

  it('asks for a new token when the one it has is not taken any more, once', async () => {
    await place.open('dropbox:/', oauth).list(null, never());
    place.fake.accounts.tokens.clear();
    await place.open('dropbox:/', oauth).list(null, never());
    assert.equal(asked('/oauth2/token').length, 2);
    // One that is about to end is not used.
    place.fake.accounts.tokens.clear();
    place.fake.accounts.expiresIn = 299;
    await place.open('dropbox:/', oauth).list(null, never());
    await place.open('dropbox:/', oauth).list(null, never());
    assert.equal(asked('/oauth2/token').length, 4);
  });

  it('says so when no token is to be had, without the secrets', async () => {
    const rows = [
      [{ ...oauth, refresh_token: 'revoked-s3cret' }, 'auth_failed', /invalid_grant/],
      [{ ...oauth, client_secret: 'wrong-s3cret' }, 'auth_failed', /./],
    ] as const;
    for (const [credentials, type, message] of rows) {
      const failure = await assertFailure(place.open('dropbox:/', credentials).list(null, never()), type);
      assert.match(failure.message, message);
      assert.doesNotMatch(inspect(failure, { depth: 9, showHidden: true }), /s3cret|r3fresh|fake-app/);
    }
    place.fake.answerNext(1, json(500, {}), '/oauth2/token');
    await assertFailure(place.open('dropbox:/', oauth).list(null, never()), 'source_error');
    place.fake.answerNext(1, json(200, {}), '/oauth2/token');
    await assertFailure(place.open('dropbox:/', oauth).list(null, never()), 'bad_response');
    assert.equal((await place.open('dropbox:/Photos', oauth).list(null, never())).items.length, 4);
  });

  it('refuses credentials that fit into no header', () => {
    const { credentials } = place.kind;
    assert.ok(credentials);
    for (const wrong of [
      { type: 'token', access_token: 'a\nb' },
      { type: 'token', access_token: '' },
      { type: 'app', key: 'a:b', secret: 'x' },
      { type: 'app', key: 'ключ', secret: 'x' },
      { type: 'link_password' },
      { type: 'token', access_token: 'x', more: 1 },
    ]) {
      assert.equal(credentials.safeParse(wrong).success, false, JSON.stringify(wrong));
    }
    assert.equal(credentials.safeParse({ ...oauth, link_password: 'ü' }).success, true);
  });
});
