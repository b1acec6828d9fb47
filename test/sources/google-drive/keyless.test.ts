import assert from 'node:assert/strict';
import type { Json } from '../../../sources/source.ts';
import { assertFailure, readAll } from '../contract.ts';
import { apiRefusal, pageRefusal } from './fake/refusals.ts';
import { type DrivePlace, never, setUpDrive } from './setUp.ts';

describe('Google Drive without any key', () => {
  let place: DrivePlace;

  before(async () => {
    place = await setUpDrive({ apiKey: null, keyless: true });
    await place.put('pub/a & b "c".jpg', 'first');
    await place.put('pub/sub/deep.jpg', 'second');
    await place.put('pub/doc.gdoc');
    await place.put('pub/notes.txt');
  });
  afterEach(() => place.fake.trouble.throttle?.(0));
  after(() => place.tearDown());

  it('lists the page for embedding, and fetches what people download', async () => {
    const source = place.open('pub');
    const items = await place.itemsOf(source);
    assert.deepEqual(
      [...items].map(([name, { skip }]) => [name, skip ?? null]),
      [
        ['a & b "c".jpg', null],
        ['doc', 'native_document'],
        ['notes.txt', 'not_an_image'],
        ['deep.jpg', null],
      ],
    );
    const first = items.get('a & b "c".jpg')!;
    assert.deepEqual([first.size, first.sizeExact, first.hashes], [null, false, undefined]);
    assert.equal((await place.fetch(source, first))[1].toString(), 'first');
    const [got, bytes] = await place.fetch(source, items.get('deep.jpg')!);
    assert.equal(bytes.toString(), 'second');
    assert.equal(got.verified, true);
    assert.ok(place.fake.requests.every(({ call }) => call === 'view' || call === 'download'));
    assert.ok(place.fake.requests.every(({ headers }) => headers['x-goog-api-key'] === undefined));
  });

  it('takes a page for what it is', async () => {
    const source = place.open('pub');
    const item = (await place.itemsOf(source)).get('deep.jpg')!;
    for (const [page, type] of [
      ['quota', 'quota_exhausted'],
      ['unusual traffic', 'source_throttled'],
      ['sign in', 'auth_failed'],
      ['scan', 'bad_response'],
    ] as const) {
      place.fake.answer(pageRefusal(page), { to: 'download' });
      await assertFailure(place.fetch(source, item), type);
    }
    // Whatever its head calls it.
    place.fake.answer({ ...pageRefusal('quota'), type: 'application/octet-stream' }, { to: 'download' });
    await assertFailure(place.fetch(source, item), 'quota_exhausted');
    place.fake.answer({ ...pageRefusal('quota'), type: 'image/jpeg' }, { to: 'download' });
    await assertFailure(place.fetch(source, item), 'quota_exhausted');
    place.fake.answer(pageRefusal('unusual traffic'), { to: 'view' });
    await assertFailure(source.list(null, never()), 'source_throttled');
    place.fake.answer({ ...pageRefusal('scan'), body: '<html>some other page</html>' }, { to: 'view' });
    await assertFailure(source.list(null, never()), 'bad_response');
    place.fake.answer({ ...apiRefusal('tooManyRequests', { retryAfter: '7' }) }, { to: 'view' });
    assert.equal((await assertFailure(source.list(null, never()), 'source_throttled')).retryAfterMs, 7_000);
    assert.equal((await place.fetch(source, item))[1].toString(), 'second');
  });

  it('says what is not there, and what is not shared', async () => {
    await assertFailure(place.open('nothing').list(null, never()), 'source_not_found');
    await place.put('private/x.jpg');
    place.fake.tree.mark('private', { denied: true });
    await assertFailure(place.open('private').list(null, never()), 'auth_failed');
    const item = (await place.itemsOf(place.open('pub'))).get('deep.jpg')!;
    await assertFailure(
      place.fetch(place.open('pub'), {
        ...item,
        locator: { id: place.fake.tree.idOf('gone.jpg'), resourceKey: null },
      }),
      'vanished',
    );
  });

  it('carries resource keys', async () => {
    await place.put('old/sub/x.jpg', 'old');
    for (const each of ['old', 'old/sub', 'old/sub/x.jpg'])
      place.fake.tree.mark(each, { resourceKey: `0-${each.length}` });
    await assertFailure(place.open('old').list(null, never()), 'source_not_found');
    const source = place.open('old', { query: '?resourcekey=0-3' });
    const item = (await place.itemsOf(source)).get('x.jpg')!;
    assert.equal((await place.fetch(source, item))[1].toString(), 'old');
  });

  it('hands a large folder over in pages, reading its page once', async () => {
    for (let i = 0; i < 2_100; i++) await place.put(`large/${String(i).padStart(4, '0')}.jpg`, 'x');
    const before = place.fake.requests.length;
    const { items, pages } = await readAll(() => place.open('large'));
    assert.equal(new Set(items.map((item) => item.externalId)).size, 2_100);
    assert.equal(pages, 3);
    assert.equal(place.fake.requests.length - before, 1);
    const { next } = await place.open('large').list(null, never());
    assert.ok(JSON.stringify(next as Json).length < 500);
  });

  it('is off unless the configuration says otherwise', async () => {
    const off = await setUpDrive({ apiKey: null });
    await assertFailure(off.open().list(null, never()), 'provider_misconfigured');
    await off.tearDown();
  });
});
