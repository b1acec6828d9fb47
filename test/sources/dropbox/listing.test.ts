import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Json, SourceItem } from '../../../sources/source.ts';
import { assertFailure, readAll } from '../contract.ts';
import { visitor } from '../kindDeps.ts';
import { json, tagged } from './fakeAnswers.ts';
import { type DropboxPlace, LINK, openPlace } from './place.ts';

const never = () => new AbortController().signal;
const ids = (items: readonly SourceItem[]) => items.map((item) => item.externalId).sort();

describe('dropbox: listing', function () {
  this.timeout(240_000);
  let place: DropboxPlace;

  const listings = () =>
    place.fake.requests.filter(({ endpoint }) => endpoint.startsWith('files/list_folder'));
  const fill = async (folder: string, count: number) => {
    await fs.mkdir(path.join(place.root, folder), { recursive: true });
    const names = Array.from({ length: count }, (_, i) => `IMG_${String(i).padStart(5, '0')}.JPG`);
    for (const name of names) await fs.writeFile(path.join(place.root, folder, name), name);
    return names;
  };

  beforeEach(async () => {
    place = await openPlace();
  });
  afterEach(() => place.close());

  it('lists 5,000 files without asking twice for a page that it hands out in pieces', async () => {
    const names = await fill('', 5_000);
    place.fake.listing.pageSize = 2_004;
    place.fake.listing.overshoot = 4;
    const { items, pages } = await readAll(() => place.open());
    assert.deepEqual(ids(items), names);
    assert.ok(pages >= 5, `${pages} pages`);
    const asked = listings().map(({ arg }) => JSON.stringify(arg));
    assert.equal(new Set(asked).size, asked.length);
    for (const { arg } of listings().slice(0, 1)) {
      assert.deepEqual(arg, {
        path: '',
        shared_link: { url: LINK },
        limit: 2_000,
        include_non_downloadable_files: false,
      });
    }
    const [item] = items;
    assert.ok(item?.hashes?.dropbox);
    assert.equal(item.version, item.hashes.dropbox);
  });

  it('goes on in another process in the middle of a page, and begins the page again when it changed', async () => {
    const names = await fill('', 1_500);
    const parsed = place.kind.parse(LINK);
    const first = await place.kind.open(parsed, visitor()).list(null, never());
    assert.equal(first.items.length, 1_000);
    const cursor: Json = JSON.parse(JSON.stringify(first.next));
    const same = await place.anew().open(parsed, visitor()).list(cursor, never());
    assert.deepEqual(ids([...first.items, ...same.items]), names);
    assert.equal(same.next, null);

    await place.put('new.jpg');
    const { items } = await place.anew().open(parsed, visitor()).list(cursor, never());
    assert.equal(items.length, 1_000);
    let next = (await place.anew().open(parsed, visitor()).list(cursor, never())).next;
    const all = [...items];
    while (next !== null) {
      const page = await place.anew().open(parsed, visitor()).list(next, never());
      all.push(...page.items);
      next = page.next;
    }
    assert.deepEqual(ids(all), [...names, 'new.jpg'].sort());
  });

  it('takes short and empty pages for what they are', async () => {
    await fill('a', 130);
    await fill('b/c', 70);
    place.fake.listing.pageSize = 20;
    const { items } = await readAll(() => place.open());
    assert.equal(items.length, 200);
    assert.equal(new Set(ids(items)).size, 200);
    assert.ok(listings().length > 15);
  });

  it('begins a folder again that Dropbox has begun anew, and misses nothing', async () => {
    const names = await fill('many', 60);
    const deep = Array.from({ length: 20 }, (_, i) => `many/deep${i}/a.jpg`);
    for (const file of deep) await place.put(file);
    await place.put('other/b.jpg');
    place.fake.listing.pageSize = 25;
    place.fake.answerNext(2, tagged(409, 'reset'), 'files/list_folder/continue');
    const { items } = await readAll(() => place.open());
    const wanted = [...names.map((name) => `many/${name}`), ...deep, 'other/b.jpg'];
    assert.deepEqual([...new Set(ids(items))], wanted.sort());
    const below = listings().filter(({ arg }) => String(arg['path']).startsWith('/many/deep'));
    assert.equal(below.length, 20, 'folders that were seen twice are listed once');
    const again = listings().filter(({ arg }) => arg['path'] === '/many');
    assert.equal(again.length, 3);
  });

  it('gives up on a folder that Dropbox begins anew for ever', async () => {
    await fill('', 60);
    place.fake.listing.pageSize = 25;
    place.fake.answerNext(1_000, tagged(409, 'reset'), 'files/list_folder/continue');
    await assertFailure(
      readAll(() => place.open()),
      'source_error',
    );
  });

  it('refuses a listing that leads back to itself', async () => {
    const circle = json(200, { entries: [], cursor: 'same', has_more: true });
    place.fake.answerNext(1_000, circle);
    await assertFailure(place.open().list(null, never()), 'bad_response');
  });

  it('follows names with anything in them, and records those that are not safe', async () => {
    const odd = [
      '😀 "quoted" \'x\'.jpg',
      'ünï/\u202Egpj.exe.jpg',
      'ключ/日本語.jpg',
      '%41 + ?&#.jpg',
      ' .jpg',
    ];
    for (const name of odd) await place.put(`odd/${name}`);
    await place.put('odd/del\u007F.jpg');
    await place.put('odd/back\\slash.jpg');
    await place.put('odd/c1\u0085.jpg');
    await place.put('odd/bad\ndir/in.jpg');
    const source = place.open(`${LINK}/odd`);
    const { items } = await readAll(() => place.open(`${LINK}/odd`));
    const bad = items.filter((item) => item.skip === 'bad_name');
    assert.deepEqual(ids(bad), ['//back%5Cslash.jpg', '//bad%0Adir', '//c1%C2%85.jpg', '//del%7F.jpg']);
    const good = items.filter((item) => item.skip === undefined);
    assert.deepEqual(ids(good), [...odd].sort());
    for (const item of good) {
      const [got, text] = await place.fetch(source, item);
      assert.equal(text, `bytes of odd/${item.externalId}`);
      assert.equal(got.verified, true);
      assert.equal(got.dropbox, item.hashes?.dropbox);
    }
  });

  it('does not take a name for a path', async () => {
    const file = { '.tag': 'file', rev: 'r1', size: 1 };
    const entries = [
      { ...file, name: 'a/b.jpg' },
      { ...file, name: '..' },
      { ...file, name: 'half\ud800.jpg' },
      { '.tag': 'folder', name: '../up' },
      { '.tag': 'deleted', name: 'gone.jpg' },
      { ...file, name: 'good.jpg', client_modified: 'yesterday', content_hash: 'none' },
    ];
    place.fake.answerNext(1, json(200, { entries, cursor: 'c', has_more: false }));
    const { items, next } = await place.open().list(null, never());
    assert.equal(next, null);
    assert.deepEqual(
      items.map((item) => [item.externalId, item.skip]),
      [
        ['//a%2Fb.jpg', 'bad_name'],
        ['//..', 'bad_name'],
        ['//half%EF%BF%BD.jpg', 'bad_name'],
        ['//..%2Fup', 'bad_name'],
        ['good.jpg', undefined],
      ],
    );
    assert.deepEqual(
      [items[4]?.version, items[4]?.hashes, items[4]?.modifiedAt],
      ['rev:r1', undefined, null],
    );
  });

  it('says of documents and of what may not be downloaded why they are left out', async () => {
    for (const name of ['notes.paper', 'nodownload.jpg', 'film.mp4', 'a.jpg']) await place.put(name);
    const without = await place.open().list(null, never());
    assert.deepEqual(ids(without.items), ['a.jpg', 'film.mp4']);
    // Should Dropbox show them all the same:
    const answer = await fetch(`${place.fake.url}/2/files/list_folder`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa('fake-app:fake-app-secret')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ path: '', shared_link: { url: LINK } }),
    });
    place.fake.answerNext(1, json(200, await answer.json()));
    const { items } = await place.open().list(null, never());
    assert.deepEqual(Object.fromEntries(items.map((item) => [item.name, item.skip])), {
      'a.jpg': undefined,
      'film.mp4': 'not_an_image',
      'nodownload.jpg': 'not_downloadable',
      'notes.paper': 'native_document',
    });
  });

  it('never asks the same at the same time', async () => {
    await fill('', 50);
    place.fake.delayMs = 100;
    const [one, two] = await Promise.all([
      place.open().list(null, never()),
      place.open().list(null, never()),
    ]);
    assert.deepEqual(one.items, two.items);
    assert.equal(one.items.length, 50);
    // The one that waits is let go at once when it is cancelled.
    const stop = new AbortController();
    const first = place.open().list(null, never());
    const second = place.open().list(null, stop.signal);
    const reason = new Error('enough');
    stop.abort(reason);
    await assert.rejects(second, (error) => error === reason);
    assert.equal((await first).items.length, 50);
  });

  it('leaves out what the settings leave out, and asks for no folder in vain', async () => {
    for (const file of [
      'a.jpg',
      'b.png',
      'one/a.jpg',
      'one/two/a.jpg',
      'one/two/three/a.jpg',
      'trash/a.jpg',
    ]) {
      await place.put(file);
    }
    const read = async (options: { [name: string]: Json }) =>
      ids((await readAll(() => place.open(LINK, null, options))).items);
    assert.deepEqual(await read({ recursive: false }), ['a.jpg', 'b.png']);
    assert.deepEqual(await read({ maxDepth: 1, exclude: ['trash'] }), ['a.jpg', 'b.png', 'one/a.jpg']);
    assert.deepEqual(await read({ include: ['*.png'] }), ['b.png']);
    place.fake.requests.length = 0;
    assert.equal((await read({ exclude: ['one', 'trash'] })).length, 2);
    assert.equal(listings().length, 1);
  });

  it('does not take a link that was closed in the middle for one that was listed', async () => {
    for (let i = 0; i < 3; i++) await place.put(`folder${i}/a.jpg`);
    const cursor = { pending: ['folder1', 'folder2'], at: null, taken: null, seen: 4, resets: 0 };
    const link = place.fake.links.get('/sh/fakefolder/AAAkey')!;
    place.fake.links.clear();
    await assertFailure(place.open().list(cursor, never()), 'source_not_found');
    // Should it have but one word for both:
    place.fake.answerNext(1, tagged(409, 'path/not_found'), 'files/list_folder');
    await assertFailure(place.open().list(cursor, never()), 'source_not_found');
    place.fake.links.set('/sh/fakefolder/AAAkey', { ...link, password: 'since' });
    await assertFailure(place.open().list(cursor, never()), 'password_needed');
    place.fake.links.set('/sh/fakefolder/AAAkey', link);
    assert.equal((await place.open().list(cursor, never())).items.length, 2);
  });

  it('goes on when a folder is gone or closed by the time it is listed', async () => {
    await place.put('a/a.jpg');
    await place.put('b/b.jpg');
    place.fake.listing.pageSize = 1;
    const { items } = await readAll(() => place.open());
    assert.deepEqual(ids(items), ['a/a.jpg', 'b/b.jpg']);
    for (const [tag, wanted] of [
      ['path/not_found', 0],
      ['path/restricted_content', 1],
    ] as const) {
      const cursor = { pending: ['gone'], at: null, taken: null, seen: 2, resets: 0 };
      place.fake.answerNext(1, tagged(409, tag));
      const page = await place.open().list(cursor, never());
      assert.equal(page.next, null);
      assert.deepEqual(
        page.items.map(({ externalId, skip }) => [externalId, skip]),
        wanted === 0 ? [] : [['gone/', 'not_downloadable']],
      );
    }
  });
});
