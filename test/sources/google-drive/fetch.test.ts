import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { assertFailure } from '../contract.ts';
import { pageRefusal } from './fake/refusals.ts';
import { type DrivePlace, never, setUpDrive } from './setUp.ts';

describe('the bytes of Google Drive', () => {
  let place: DrivePlace;
  let scratch: string;

  before(async () => {
    place = await setUpDrive();
    scratch = await fs.mkdtemp(path.join(os.tmpdir(), 'drive-fetch-'));
  });

  afterEach(() => {
    place.fake.trouble.cut(null);
    place.fake.wire.chunked = false;
    place.fake.requests.length = 0;
  });

  after(async () => {
    await place.tearDown();
    await fs.rm(scratch, { recursive: true });
  });

  const itemOf = async (folder: string, name: string) => (await place.itemsOf(place.open(folder))).get(name)!;

  it('goes on at once where a transfer broke off, with a range and no condition', async () => {
    const bytes = Buffer.alloc(5_000_000, 'abcdefg');
    await place.put('broken/a.jpg', bytes);
    const item = await itemOf('broken', 'a.jpg');
    place.fake.trouble.cut(2_000_000);
    const [got, found] = await place.fetch(place.open('broken'), item);
    assert.ok(found.equals(bytes));
    assert.equal(got.sha256, item.hashes?.sha256);
    const media = place.fake.requests.filter(({ call }) => call === 'media');
    assert.deepEqual(
      media.map(({ headers }) => headers.range ?? null),
      [null, 'bytes=2000000-', 'bytes=4000000-'],
    );
    assert.ok(media.every(({ headers }) => headers['if-range'] === undefined));
  });

  it('begins again when nothing tells whether the rest would fit', async () => {
    await place.put('nohash/a.jpg', Buffer.alloc(3_000_000, 'xyz'));
    place.fake.tree.mark('nohash/a.jpg', { noHashes: true });
    const item = await itemOf('nohash', 'a.jpg');
    assert.match(item.version, /^3000000@2/);
    assert.equal(item.hashes, undefined);
    const toPath = path.join(scratch, 'nohash');
    const options = { toPath, maxBytes: 1e9, signal: never(), resumable: true };
    place.fake.trouble.cut(1_000_000);
    await assertFailure(place.open('nohash').fetch(item, options), 'short_read');
    place.fake.trouble.cut(null);
    place.fake.trouble.sent();
    const got = await place.open('nohash').fetch(item, options);
    assert.equal(got.bytes, 3_000_000);
    assert.equal(place.fake.trouble.sent(), 3_000_000);
  });

  it('takes bytes without an announced length, and compares them with the hash', async () => {
    await place.put('chunked/a.jpg', Buffer.alloc(200_000, 'q'));
    const item = await itemOf('chunked', 'a.jpg');
    place.fake.wire.chunked = true;
    assert.equal((await place.fetch(place.open('chunked'), item))[0].verified, true);
    const other = { ...item, hashes: { sha256: '0'.repeat(64) } };
    await assertFailure(place.fetch(place.open('chunked'), other), 'hash_mismatch');
  });

  it('tells a page that is the file from a page that is there instead of it', async () => {
    const html = '<!doctype html><html>a page with the name of a picture</html>';
    await place.put('pages/page.html.jpg', html);
    await place.put('pages/real.html', html);
    const items = await place.itemsOf(place.open('pages'));
    assert.equal(items.get('real.html')?.skip, 'not_an_image');
    const { skip: _skip, ...real } = items.get('real.html')!;
    assert.equal((await place.fetch(place.open('pages'), real))[1].toString(), html);
    const item = items.get('page.html.jpg')!;
    assert.equal((await place.fetch(place.open('pages'), item))[1].toString(), html);
    const toPath = path.join(scratch, 'page');
    place.fake.answer(pageRefusal('quota'), { to: 'media' });
    const options = { toPath, maxBytes: 1e9, signal: never(), resumable: true };
    await assertFailure(place.open('pages').fetch(item, options), 'quota_exhausted');
    await assert.rejects(fs.stat(toPath), /ENOENT/);
  });

  it('refuses items that are not its own', async () => {
    const item = await itemOf('pages', 'page.html.jpg');
    for (const locator of [
      null,
      'x',
      { id: '../x' },
      { id: 5 },
      { id: 'a'.repeat(20), resourceKey: 'x\r\ny' },
    ]) {
      await assertFailure(place.fetch(place.open('pages'), { ...item, locator }), 'internal_error');
    }
  });

  it('ends at once when it is cancelled, and by itself when its time is used up', async () => {
    const held = await setUpDrive({ fetchTimeoutMs: 300 });
    await held.put('a.jpg', Buffer.alloc(1_000));
    const item = (await held.itemsOf(held.open())).get('a.jpg')!;
    held.fake.stall = true;
    const reason = new Error('enough');
    const stop = new AbortController();
    setTimeout(() => stop.abort(reason), 50);
    await assert.rejects(held.fetch(held.open(), item, { signal: stop.signal }), (error) => error === reason);
    await assertFailure(held.fetch(held.open(), item), 'source_timeout');
    await held.tearDown();
  });
});
