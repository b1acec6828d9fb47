import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { assertFailure, readAll } from '../contract.ts';
import { tagged } from './fakeAnswers.ts';
import { type DropboxPlace, openPlace } from './place.ts';

const never = () => new AbortController().signal;
const at = (path: string) => `https://www.dropbox.com${path}`;

describe('dropbox: links', () => {
  let place: DropboxPlace;

  before(async () => {
    place = await openPlace({
      links: {
        '/scl/fo/open/AAh': { shows: '', rlkey: 'k3y' },
        '/scl/fo/guarded/AAh': { shows: '', rlkey: 'k3y', password: 'the p4ssword ☂' },
        '/sh/told/AAk': { shows: '', password: 'x', tells: true },
        '/sh/expired/AAk': { shows: '', expires: new Date('2020-01-01'), tells: true },
        '/sh/expired-mute/AAk': { shows: '', expires: new Date('2020-01-01') },
        '/sh/team/AAk': { shows: '', teamOnly: true, tells: true },
        '/scl/fi/file/a.jpg': { shows: 'a.jpg', rlkey: 'k3y' },
        '/s/oldfile/b.jpg': { shows: 'sub/b.jpg', password: 'p4ss' },
        '/s/folder/sub': { shows: 'sub' },
      },
    });
    await place.put('a.jpg');
    await place.put('sub/b.jpg');
  });
  after(() => place.close());

  it('needs the key of the link', async () => {
    const { items } = await place.open(at('/scl/fo/open/AAh?dl=0&rlkey=k3y')).list(null, never());
    assert.equal(items.length, 2);
    await assertFailure(
      place.open(at('/scl/fo/open/AAh?rlkey=wrong')).list(null, never()),
      'source_not_found',
    );
    await assertFailure(place.open(at('/sh/gone/AAk')).list(null, never()), 'source_not_found');
  });

  it('asks for the password of a link, and takes it beside any key', async () => {
    const link = at('/scl/fo/guarded/AAh?rlkey=k3y');
    const without = await assertFailure(place.open(link).list(null, never()), 'password_needed');
    assert.match(without.message, /asks for a password/);
    const password = { type: 'link_password', link_password: 'wr0ng p4ss ☂' };
    const wrong = await assertFailure(place.open(link, password).list(null, never()), 'password_needed');
    assert.match(wrong.message, /it is wrong/);
    assert.doesNotMatch(inspect(wrong, { depth: 9, showHidden: true }), /wr0ng/);
    for (const right of [
      { type: 'link_password', link_password: 'the p4ssword ☂' },
      { type: 'app', key: 'fake-app', secret: 'fake-app-secret', link_password: 'the p4ssword ☂' },
    ]) {
      const source = place.open(link, right);
      const { items } = await readAll(() => place.open(link, right));
      assert.equal(items.length, 2);
      for (const item of items) {
        assert.doesNotMatch(JSON.stringify(item), /p4ss/);
        const [got, text] = await place.fetch(source, item);
        assert.equal(text, `bytes of ${item.externalId}`);
        assert.equal(got.verified, true);
      }
    }
  });

  it('waits for a password that a link was given while it was imported', async () => {
    const link = at('/scl/fo/open/AAh?rlkey=k3y');
    const { items } = await place.open(link).list(null, never());
    place.fake.links.set('/scl/fo/open/AAh', { shows: '', rlkey: 'k3y', password: 'later' });
    const item = items[0]!;
    await assertFailure(place.fetch(place.open(link), item), 'password_needed');
    const later = { type: 'link_password', link_password: 'later' };
    assert.equal((await place.fetch(place.open(link, later), item))[1], `bytes of ${item.externalId}`);
    place.fake.links.set('/scl/fo/open/AAh', { shows: '', rlkey: 'k3y' });
  });

  it('tells passwords, expiry and teams apart where Dropbox does', async () => {
    const rows = [
      ['/sh/told/AAk', 'password_needed', /^The link asks for a password\.$/],
      ['/sh/expired/AAk', 'auth_failed', /expired/],
      ['/sh/team/AAk', 'auth_failed', /members/],
      ['/sh/expired-mute/AAk', 'password_needed', /has expired, or is for members/],
    ] as const;
    for (const [path, type, message] of rows) {
      const failure = await assertFailure(place.open(at(path)).list(null, never()), type);
      assert.match(failure.message, message);
    }
  });

  it('takes a link to a file for a source of one item', async () => {
    const guarded = { type: 'link_password', link_password: 'p4ss' };
    for (const [path, name, credentials] of [
      ['/scl/fi/file/a.jpg?rlkey=k3y&dl=0', 'a.jpg', null],
      ['/s/oldfile/b.jpg?dl=1', 'b.jpg', guarded],
    ] as const) {
      const source = place.open(at(path), credentials);
      const { items, next } = await source.list(null, never());
      assert.equal(next, null);
      assert.deepEqual(
        items.map((item) => [item.externalId, item.name, item.sizeExact]),
        [[name, name, true]],
      );
      const [got, text] = await place.fetch(source, items[0]!);
      assert.match(text, new RegExp(`${name}$`));
      assert.equal(got.verified, true);
      assert.equal(got.modifiedAt?.toISOString(), items[0]?.modifiedAt?.toISOString());
    }
    await assertFailure(place.open(at('/s/oldfile/b.jpg')).list(null, never()), 'password_needed');
    await assertFailure(place.open(at('/s/nothing/b.jpg')).list(null, never()), 'source_not_found');
  });

  it('finds out what a link shows when its form does not tell', async () => {
    const file = await readAll(() => place.open(at('/scl/fo/open/AAh/sub/b.jpg?rlkey=k3y')));
    assert.deepEqual(
      file.items.map((item) => item.externalId),
      ['b.jpg'],
    );
    const folder = await readAll(() => place.open(at('/s/folder/sub')));
    assert.deepEqual(
      folder.items.map((item) => item.externalId),
      ['b.jpg'],
    );
    const below = await readAll(() => place.open(at('/scl/fo/open/AAh/sub?rlkey=k3y')));
    assert.deepEqual(
      below.items.map((item) => item.externalId),
      ['b.jpg'],
    );
  });

  it('does not ask about a link again and again when Dropbox refuses for another reason', async () => {
    place.fake.requests.length = 0;
    place.fake.answerNext(1, tagged(409, 'unsupported_link_type'), 'files/list_folder');
    await assertFailure(place.open(at('/scl/fo/open/AAh?rlkey=k3y')).list(null, never()), 'bad_address');
    assert.ok(place.fake.requests.length <= 2);
  });
});
