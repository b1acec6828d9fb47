import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Json, SourceItem } from '../../../sources/source.ts';
import { assertFailure, readAll } from '../contract.ts';
import { apiRefusal } from './fake/refusals.ts';
import { type DrivePlace, never, setUpDrive } from './setUp.ts';

describe('the listing of Google Drive', () => {
  let place: DrivePlace;
  let root: string;

  before(async () => {
    place = await setUpDrive();
    root = place.root;
  });

  afterEach(() => {
    place.fake.trouble.throttle?.(0);
    Object.assign(place.fake.paging, { atMost: 1_000, emptyPages: 0, incompleteSearch: false });
    place.fake.requests.length = 0;
  });

  after(() => place.tearDown());

  const idOf = (file: string) => place.fake.tree.idOf(file);
  const skips = (items: ReadonlyMap<string, SourceItem>) =>
    Object.fromEntries([...items].map(([name, { skip }]) => [name, skip ?? null]));
  const countOf = (call: string) => place.fake.requests.filter((each) => each.call === call).length;

  it('tells what is recorded and not fetched, and why', async () => {
    await place.put('kinds/photo.jpg');
    await place.put('kinds/notes.txt');
    await place.put('kinds/Field protocol.gdoc');
    await place.put('kinds/locked.jpg');
    place.fake.tree.mark('kinds/locked.jpg', { canDownload: false });
    await place.link('kinds/gone.jpg', 'nowhere/gone.jpg');
    await place.link('kinds/document', 'kinds/Field protocol.gdoc');
    await place.link('kinds/clip.mp4', 'nowhere/clip.mp4');
    await place.put('kinds/\u0007bell.jpg');
    const items = await place.itemsOf(place.open('kinds'));
    assert.deepEqual(skips(items), {
      'photo.jpg': null,
      'notes.txt': 'not_an_image',
      'Field protocol': 'native_document',
      'locked.jpg': 'not_downloadable',
      'gone.jpg': 'dangling_link',
      document: 'native_document',
      'clip.mp4': 'not_an_image',
      '\u0007bell.jpg': 'bad_name',
    });
    // Only the one shortcut that may have bytes cost a request.
    assert.equal(countOf('get'), 2);
  });

  it('takes the bytes of a shortcut from its target, its name from itself', async () => {
    await place.put('shared/original.jpg', 'the original');
    await place.link('links/my name.jpg', 'shared/original.jpg');
    place.fake.tree.mark('shared/original.jpg', { resourceKey: '0-target' });
    const source = place.open('links');
    const item = (await place.itemsOf(source)).get('my name.jpg')!;
    assert.equal(item.externalId, idOf('links/my name.jpg'));
    assert.deepEqual(item.locator, { id: idOf('shared/original.jpg'), resourceKey: '0-target' });
    assert.equal(item.size, 12);
    const [got, bytes] = await place.fetch(source, item);
    assert.equal(bytes.toString(), 'the original');
    assert.equal(got.verified, true);
    const before = item.version;
    await place.put('shared/original.jpg', 'new original');
    assert.notEqual((await place.itemsOf(source)).get('my name.jpg')?.version, before);
  });

  it('walks folders behind shortcuts, each once, and does not go around in circles', async () => {
    await place.put('circle/a/one.jpg');
    await place.put('circle/b/two.jpg');
    await place.link('circle/a/up', 'circle');
    await place.link('circle/a/other', 'circle/b');
    await place.link('circle/b/other', 'circle/a');
    await place.link('circle/b/self', 'circle/b');
    await place.link('circle/outside', 'elsewhere');
    await place.put('elsewhere/three.jpg');
    await place.link('elsewhere/back', 'circle/a');
    const { items } = await readAll(() => place.open('circle'));
    assert.deepEqual(items.map((item) => item.name).sort(), ['one.jpg', 'three.jpg', 'two.jpg']);
    assert.equal(countOf('list'), 4);
  });

  it('says of a folder behind a shortcut that it is gone', async () => {
    await place.link('behind/folder', 'behind-it');
    await fs.mkdir(path.join(root, 'behind-it'));
    await place.put('behind/x.jpg');
    place.fake.tree.mark('behind-it', { trashed: true });
    assert.deepEqual(skips(await place.itemsOf(place.open('behind'))), {
      folder: 'dangling_link',
      'x.jpg': null,
    });
  });

  it('looks at many shortcuts a few at a time, none twice and none missing', async () => {
    await fs.mkdir(path.join(root, 'thousand'));
    await place.put('thousand-target.jpg');
    const names = Array.from({ length: 130 }, (_, i) => `s${String(i).padStart(4, '0')}.jpg`);
    for (const name of names) await place.link(`thousand/${name}`, 'thousand-target.jpg');
    const { items } = await readAll(() => place.open('thousand'));
    assert.deepEqual(
      items.map((item) => item.name),
      names,
    );
    assert.ok(items.every((item) => item.skip === undefined && item.sizeExact));
    assert.ok(place.fake.mostAtOnce <= 6, `${place.fake.mostAtOnce} at once`);
  });

  it('carries resource keys from the link down to every folder and file', async () => {
    await place.put('keyed/sub/deep.jpg', 'deep');
    await place.put('keyed/top.jpg', 'top');
    place.fake.tree.mark('keyed', { resourceKey: '0-root' });
    place.fake.tree.mark('keyed/sub', { resourceKey: '0-sub' });
    place.fake.tree.mark('keyed/sub/deep.jpg', { resourceKey: '0-deep' });
    await assertFailure(place.open('keyed').list(null, never()), 'source_not_found');
    const source = place.open('keyed', { query: '?usp=sharing&resourcekey=0-root' });
    const items = await place.itemsOf(source);
    assert.deepEqual([...items.keys()].sort(), ['deep.jpg', 'top.jpg']);
    for (const [name, item] of items) {
      assert.equal((await place.fetch(source, item))[1].toString(), name.replace('.jpg', ''));
    }
    const wrong = place.open('keyed', { query: '?resourcekey=0-other' });
    await assertFailure(wrong.list(null, never()), 'source_not_found');
  });

  it('sees what lies in shared drives', async () => {
    await place.put('team/x.jpg', 'team');
    for (const each of ['team', 'team/x.jpg']) place.fake.tree.mark(each, { inSharedDrive: true });
    const source = place.open('team');
    const item = (await place.itemsOf(source)).get('x.jpg')!;
    assert.equal((await place.fetch(source, item))[1].toString(), 'team');
  });

  it('takes a link to one file for a source of one item', async () => {
    await place.put('single/only.jpg', 'only');
    await place.link('single/short.jpg', 'single/only.jpg');
    await place.put('single/doc.gdoc');
    const source = place.open('single/only.jpg');
    const page = await source.list(null, never());
    assert.deepEqual([page.items.length, page.next], [1, null]);
    assert.equal((await place.fetch(source, page.items[0]!))[1].toString(), 'only');
    const short = (await place.open('single/short.jpg').list(null, never())).items[0]!;
    assert.deepEqual([short.name, short.size, short.externalId], ['short.jpg', 4, idOf('single/short.jpg')]);
    assert.equal((await place.open('single/doc.gdoc').list(null, never())).items[0]?.skip, 'native_document');
    place.fake.tree.mark('single/only.jpg', { trashed: true });
    await assertFailure(source.list(null, never()), 'source_not_found');
  });

  it('chooses by patterns and depth', async () => {
    for (const file of ['pick/a.jpg', 'pick/a.png', 'pick/x/b.jpg', 'pick/x/y/c.jpg', 'pick/skip/d.jpg'])
      await place.put(file);
    const names = async (settings: Record<string, Json>) =>
      [...(await place.itemsOf(place.open('pick', { settings }))).keys()].sort();
    assert.deepEqual(await names({ recursive: false }), ['a.jpg', 'a.png']);
    assert.deepEqual(await names({ maxDepth: 1 }), ['a.jpg', 'a.png', 'b.jpg', 'd.jpg']);
    assert.deepEqual(await names({ include: ['*.jpg'], exclude: ['skip', 'x/y/**'] }), ['a.jpg', 'b.jpg']);
    assert.deepEqual(await names({ include: ['x/**'] }), ['b.jpg', 'c.jpg']);
    place.fake.requests.length = 0;
    await names({ exclude: ['x', 'skip'] });
    assert.equal(countOf('list'), 1, 'what is left out is not read');
  });

  it('goes on over empty and short pages, and says when Drive did not show everything', async () => {
    for (let i = 0; i < 25; i++) await place.put(`short/${i}.jpg`);
    Object.assign(place.fake.paging, { atMost: 7, emptyPages: 2, incompleteSearch: true });
    const items = new Set<string>();
    let cursor: Json = null;
    do {
      const page = await place.open('short').list(cursor, never());
      for (const { name } of page.items) items.add(name);
      assert.equal(page.partial, true);
      cursor = page.next;
    } while (cursor !== null);
    assert.equal(items.size, 25);
  });

  it('hands 5,000 files over with a small cursor, and a page that is tried again is the same', async () => {
    await fs.mkdir(path.join(root, 'five'), { recursive: true });
    const names = Array.from({ length: 5_000 }, (_, i) => `IMG_${String(i).padStart(4, '0')}.JPG`);
    for (const name of names) await fs.writeFile(path.join(root, 'five', name), 'x');
    const found: string[] = [];
    let cursor: Json = null;
    let pages = 0;
    do {
      const page = await place.open('five').list(cursor, never());
      const again = await place.open('five').list(cursor, never());
      assert.deepEqual(again, page);
      found.push(...page.items.map((item) => item.name));
      cursor = page.next;
      assert.ok(JSON.stringify(cursor).length < 1_000, JSON.stringify(cursor));
      pages++;
    } while (cursor !== null);
    assert.deepEqual(found, names);
    assert.equal(pages, 5);
  });

  it('reads many small folders in few pages', async () => {
    for (let i = 0; i < 40; i++) await place.put(`small/${String(i).padStart(2, '0')}/x.jpg`);
    const { items, pages } = await readAll(() => place.open('small'));
    assert.deepEqual([items.length, pages], [40, 1]);
  });

  it('reads a folder from its start again when Drive forgot the page', async () => {
    await fs.mkdir(path.join(root, 'forgot'));
    for (let i = 0; i < 1_200; i++) await fs.writeFile(path.join(root, 'forgot', `${i}.jpg`), 'x');
    const first = await place.open('forgot').list(null, never());
    assert.equal(first.items.length, 1_000);
    place.fake.paging.forgetTokens();
    const names = new Set<string>();
    let cursor = first.next;
    while (cursor !== null) {
      const page = await place.open('forgot').list(cursor, never());
      for (const { name } of page.items) names.add(name);
      cursor = page.next;
    }
    assert.equal(names.size, 1_200);
    // A Drive that knows none of its own pages does not keep us for ever.
    cursor = first.next;
    let calls = 0;
    const forgetful = async () => {
      for (; cursor !== null; calls++) {
        place.fake.paging.forgetTokens();
        cursor = (await place.open('forgot').list(cursor, never())).next;
      }
    };
    await assertFailure(forgetful(), 'bad_response');
    assert.equal(calls, 20);
    place.fake.paging.atMost = 10;
    place.fake.answer(apiRefusal('invalid', { location: 'pageToken' }), { to: 'list' });
    await assertFailure(place.open('forgot').list(null, never()), 'bad_response');
  });

  it('passes over a folder that goes away, and records one that may not be read', async () => {
    await place.put('away/x.jpg');
    await place.put('away/gone/y.jpg');
    await place.put('away/closed/z.jpg');
    place.fake.tree.mark('away/closed', { denied: true });
    const source = place.open('away');
    const items = await place.itemsOf(source);
    assert.deepEqual([...items.keys()].sort(), ['closed/', 'x.jpg', 'y.jpg']);
    await assertFailure(place.fetch(source, items.get('closed/')!), 'read_denied');
    const cursor = {
      pending: [{ id: idOf('away/no-longer'), resourceKey: null, path: 'no-longer/', depth: 1 }],
      page: null,
      shortcuts: [],
      restarts: 0,
      seen: '',
    };
    assert.deepEqual((await source.list(cursor, never())).items, []);
  });

  it('has a limit for folders, and none for their names', async () => {
    const longName = `${'n'.repeat(200)}`;
    await place.put(`odd/a:b?*/${longName}/x.jpg`);
    await place.put('odd/\u0001control/y.jpg');
    await place.link('odd/\u0002to folder', 'odd-target');
    await place.put('odd-target/z.jpg');
    const { items } = await readAll(() => place.open('odd'));
    assert.deepEqual(items.map((item) => item.name).sort(), ['x.jpg', 'y.jpg', 'z.jpg']);
    const seen = Array.from({ length: 20_000 }, (_, i) => String(i).padStart(10, '0')).join('');
    const cursor = {
      pending: [{ id: idOf('odd'), resourceKey: null, path: '', depth: 0 }],
      page: null,
      shortcuts: [],
      restarts: 0,
      seen,
    };
    await assertFailure(place.open('odd').list(cursor, never()), 'listing_too_large');
    await assertFailure(place.open('odd').list({ pending: 'x' }, never()), 'internal_error');
  });
});
