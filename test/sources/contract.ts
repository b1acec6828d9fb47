import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { Failure, type FailureType } from '../../domain/failures.ts';
import type { Fetched, FetchOptions, Json, Source, SourceItem } from '../../sources/source.ts';
import { assertNoLeak, openDescriptors } from './leaks.ts';

/** What the server of a place can be made to do wrong. */
export interface Trouble {
  /** Transfers of content break off after about this many bytes, until this is called with `null`. */
  cut(afterBytes: number | null): void;
  /** Bytes of content that left the server since this was last called, about. */
  sent(): number;
  /** The next so many requests are refused because there were too many. Left out where the protocol knows no such thing. */
  throttle?(times: number): void;
}

/** A place with files, and a way to open it as a source. */
export interface Place {
  /** The local directory that the source shows; tests change it behind the source's back. */
  root: string;
  /**
   * Opens the source anew, as every activity does.
   * @param with `wrong`: with credentials that are not those of the place, where it asks for any.
   */
  open(below?: string, credentials?: 'right' | 'wrong'): Source;
  /** The path below what was opened, where ids are not paths. */
  pathOf?(item: SourceItem): string;
  /** Puts a file below `root`, where one that is simply written there would not be complete. */
  put?(file: string, bytes: string | Buffer): Promise<void>;
  /** The same for an empty folder. */
  makeFolder?(name: string): Promise<void>;
  /** Whether the place can hold a file of that name; `true` when left out. */
  holds?(name: string): boolean;
  trouble?: Trouble;
  hidesDotFiles: boolean;
  /** What the source tells of sizes before a fetch. */
  sizes: 'exact' | 'rounded';
  tearDown(): Promise<void>;
}

/** Names that have broken importers before. All of them are fine, and stored as they are. */
const ODD_NAMES = [
  'a b & c.jpg',
  '100%25.jpg',
  'q?x#1.jpg',
  'colon:12:30.jpg',
  '-rf',
  '"><img onerror>.jpg',
  '😀.jpg',
  '\u202Egpj.exe.jpg',
  'trailing. ',
  'semi;colon&amp;.jpg',
  'plus+[x]{y}|^`~.jpg',
  "it's.jpg",
  '=cmd().jpg',
  `${'x'.repeat(240)}.jpg`,
  'e\u0301.jpg',
  '\u00e9.jpg',
  'CON.jpg',
  'case.JPG',
  'Case.jpg',
];

/** Recorded, not followed. */
const BAD_NAMES = ['new\nline.jpg', 'back\\slash.jpg', 'escape\x1b[31m.jpg'];

const never = () => new AbortController().signal;

export async function readAll(
  open: () => Source,
  anew = true,
): Promise<{ items: SourceItem[]; pages: number }> {
  const items: SourceItem[] = [];
  let cursor: Json = null;
  let pages = 0;
  let source = open();
  do {
    const page = await source.list(cursor, never());
    assert.ok(page.items.length <= 1_000, `a page of ${page.items.length}`);
    items.push(...page.items);
    // What Postgres does to it.
    cursor = JSON.parse(JSON.stringify(page.next));
    pages++;
    if (anew) {
      await source.close();
      source = open();
    }
  } while (cursor !== null);
  await source.close();
  return { items, pages };
}

export async function assertFailure(promise: Promise<unknown>, ...types: FailureType[]): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    assert.ok(
      types.includes(error.type),
      `${error.type} (${error.message}) instead of ${types.join(' or ')}`,
    );
    return error;
  }
  assert.fail(`nothing failed; ${types.join(' or ')} was expected`);
}

/** What not every place can do; the tests of the rest are left out. */
export interface Can {
  /** Sends the rest of a file that broke off; needs `trouble`. */
  resume: boolean;
  /** Tells visitors to slow down; needs `trouble.throttle`. */
  throttle: boolean;
  /** Refuses visitors with wrong credentials. */
  refuse: boolean;
  /** Has no place that could be empty or missing, only files that were named one by one. */
  placeless?: boolean;
}

/** The one suite that every kind of source must pass. */
export function describeSource(name: string, can: Can, setUp: () => Promise<Place>): void {
  describe(`source contract: ${name}`, function () {
    this.timeout(240_000);
    let place: Place;
    let scratch: string;
    let counter = 0;

    const put = async (file: string, bytes: string | Buffer, mtime = new Date('2021-05-31T08:25:38Z')) => {
      const full = path.join(place.root, file);
      await fs.mkdir(path.dirname(full), { recursive: true });
      await (place.put?.(file, bytes) ?? fs.writeFile(full, bytes));
      await fs.utimes(full, mtime, mtime);
    };
    const fetch = async (
      item: SourceItem,
      options: Partial<FetchOptions> = {},
    ): Promise<[Fetched, Buffer]> => {
      const toPath = path.join(scratch, `f${counter++}`);
      const source = place.open();
      try {
        const got = await source.fetch(item, { toPath, maxBytes: 1e9, signal: never(), ...options });
        return [got, await fs.readFile(toPath)];
      } finally {
        await source.close();
      }
    };
    const pathOf = (item: SourceItem) => place.pathOf?.(item) ?? item.externalId;
    const holds = (name: string) => place.holds?.(name) ?? true;
    const itemOf = async (id: string): Promise<SourceItem> => {
      const { items } = await readAll(() => place.open(path.dirname(id)));
      const item = items.find((each) => pathOf(each) === path.basename(id));
      assert.ok(item, `${id} is not listed`);
      return item;
    };

    before(async () => {
      place = await setUp();
      scratch = await fs.mkdtemp(path.join(os.tmpdir(), 'contract-'));
    });

    afterEach(() => {
      place?.trouble?.cut(null);
      place?.trouble?.throttle?.(0);
    });

    after(async () => {
      await place?.tearDown();
      if (scratch) await fs.rm(scratch, { recursive: true });
    });

    it('lists a whole tree, whatever the names are, and fetches every byte of it', async () => {
      const odd = ODD_NAMES.filter(holds);
      const badNames = BAD_NAMES.filter(holds);
      const files = [...odd, ...odd.map((name) => `DCIM/100 RECNX & co/${name}`), 'DCIM/deep/er/z.jpg'];
      for (const file of files) await put(`tree/${file}`, `bytes of ${file}`);
      for (const bad of badNames) await put(`tree/DCIM/${bad}`, 'x');
      await put('tree/.hidden.jpg', 'bytes of .hidden.jpg');
      await fs.mkdir(path.join(place.root, 'tree/empty'));
      if (!place.hidesDotFiles) files.push('.hidden.jpg');

      const { items } = await readAll(() => place.open('tree'));
      const bad = items.filter((item) => item.skip === 'bad_name');
      assert.deepEqual(
        items
          .filter((item) => item.skip === undefined)
          .map(pathOf)
          .sort(),
        [...files].sort(),
      );
      assert.equal(bad.length, badNames.length);
      for (const item of bad) {
        assert.match(item.externalId, /^DCIM\/\/[\x21-\x7e]+$/);
        assert.equal(item.locator, null);
      }
      assert.equal(new Set(items.map((item) => item.externalId)).size, items.length);
      for (const item of items) {
        assert.deepEqual(JSON.parse(JSON.stringify(item.locator)), item.locator);
        if (item.skip) continue;
        assert.equal(item.name, path.basename(pathOf(item)));
        const [got, bytes] = await fetch(item);
        assert.equal(bytes.toString(), `bytes of ${pathOf(item)}`);
        assert.equal(got.bytes, bytes.length);
        assert.equal(got.sha256, createHash('sha256').update(bytes).digest('hex'));
        const md5 = createHash('md5').update(bytes).digest('hex');
        assert.equal(got.md5, item.hashes?.md5 === undefined ? null : md5);
        assert.equal(got.verified, true);
        // lighttpd leaves the time out for types that it does not know; the listing has it.
        const modifiedAt = got.modifiedAt ?? item.modifiedAt;
        assert.equal(modifiedAt?.toISOString().slice(0, 16), '2021-05-31T08:25');
      }
    });

    it('hands a directory of 2,345 files over in pages, none twice and none missing', async () => {
      await fs.mkdir(path.join(place.root, 'many/sub'), { recursive: true });
      const wanted = Array.from({ length: 2_345 }, (_, i) => `IMG_${String(i).padStart(4, '0')}.JPG`);
      await Promise.all(wanted.map((file) => fs.writeFile(path.join(place.root, 'many', file), 'x')));
      await put('many/sub/last.jpg', 'x');
      const readings: SourceItem[][] = [];
      for (const anew of [true, false]) {
        const { items, pages } = await readAll(() => place.open('many'), anew);
        assert.deepEqual(items.map(pathOf).sort(), [...wanted, 'sub/last.jpg'].sort());
        assert.ok(pages >= 3, `${pages} pages`);
        readings.push(items);
      }
      // The second reading is the same in the same order, so a page that is tried again changes nothing.
      assert.deepEqual(readings[1], readings[0]);
    });

    if (!can.placeless)
      it('lists an empty directory as nothing', async () => {
        await (place.makeFolder?.('nothing') ?? fs.mkdir(path.join(place.root, 'nothing')));
        assert.deepEqual((await readAll(() => place.open('nothing'))).items, []);
      });

    if (!can.placeless)
      it('says so when there is nothing at the address', async () => {
        await assertFailure(place.open('no/such/place').list(null, never()), 'source_not_found');
      });

    it('tells sizes exactly or as rounded, never one for the other', async () => {
      for (const size of [0, 1, 999, 1_023, 1_024, 123_456, 5_300_000])
        await put(`sizes/${size}.jpg`, Buffer.alloc(size));
      const { items } = await readAll(() => place.open('sizes'));
      for (const item of items) {
        const actual = Number.parseInt(item.name, 10);
        // Apache leaves the length out of the head of an empty file.
        if (place.sizes === 'exact' && actual > 0) assert.equal(item.sizeExact, true, item.name);
        if (item.sizeExact) assert.equal(item.size, actual);
        else if (actual > 0)
          assert.ok(
            item.size !== null && Math.abs(item.size - actual) <= Math.max(1_024, actual * 0.1),
            item.name,
          );
        const [got] = await fetch(item);
        assert.equal(got.bytes, actual);
        assert.equal(got.verified, true);
      }
    });

    it('keeps the version of a file that stays and changes that of one that is replaced', async () => {
      await put('versions/stays.jpg', 'same');
      await put('versions/grows.jpg', 'short');
      await put('versions/touched.jpg', 'equal length A');
      const before = (await readAll(() => place.open('versions'))).items;
      await put('versions/grows.jpg', 'now it is much longer'.repeat(100));
      await put('versions/touched.jpg', 'equal length B', new Date('2022-06-01T10:00:00Z'));
      const after = (await readAll(() => place.open('versions'))).items;
      const changed = after.filter((item) =>
        before.every((old) => old.version !== item.version || old.name !== item.name),
      );
      assert.deepEqual(changed.map((item) => item.name).sort(), ['grows.jpg', 'touched.jpg']);
    });

    it('leaves files alone that are certainly no images, and looks at all others', async () => {
      const left = ['notes.txt', 'data.CSV', 'film.mp4', 'Thumbs.db', 'archive.tar.gz'];
      const fetched = ['pic.jpg', 'noextension', 'drawing.svg', 'raw.nef', 'odd.xyz'];
      for (const file of [...left, ...fetched]) await put(`types/${file}`, 'x');
      const { items } = await readAll(() => place.open('types'));
      assert.deepEqual(
        items
          .filter((item) => item.skip === 'not_an_image')
          .map((item) => item.name)
          .sort(),
        left.sort(),
      );
      assert.deepEqual(
        items
          .filter((item) => item.skip === undefined)
          .map((item) => item.name)
          .sort(),
        fetched.sort(),
      );
    });

    it('fetches 40 MB whole and reports its progress', async () => {
      const bytes = Buffer.alloc(40 * 1024 * 1024);
      for (let i = 0; i < bytes.length; i += 4_096) bytes.writeUInt32LE(i, i);
      await put('large/large.tif', bytes);
      const seen: number[] = [];
      const [got, found] = await fetch(await itemOf('large/large.tif'), {
        onProgress: (count) => seen.push(count),
      });
      assert.ok(found.equals(bytes));
      assert.equal(got.sha256, createHash('sha256').update(bytes).digest('hex'));
      assert.ok(seen.length > 5 && seen.every((count, i) => i === 0 || count > (seen[i - 1] ?? 0)));
      assert.equal(seen.at(-1), bytes.length);
      await fs.rm(path.join(place.root, 'large'), { recursive: true });
    });

    it('refuses a file over the limit without filling the disk', async () => {
      await put('limit/big.jpg', Buffer.alloc(300_000));
      const item = await itemOf('limit/big.jpg');
      const toPath = path.join(scratch, 'over');
      const source = place.open();
      await assertFailure(source.fetch(item, { toPath, maxBytes: 200_000, signal: never() }), 'too_large');
      assert.ok(((await fs.stat(toPath).catch(() => null))?.size ?? 0) <= 200_000);
      const [exact] = await fetch(item, { maxBytes: 300_000 });
      assert.equal(exact.bytes, 300_000);
      await source.close();
    });

    it('does not write over a file that is there', async () => {
      await put('over/a.jpg', 'new');
      const toPath = path.join(scratch, 'kept');
      await fs.writeFile(toPath, 'kept');
      const source = place.open();
      await assert.rejects(
        source.fetch(await itemOf('over/a.jpg'), { toPath, maxBytes: 1e6, signal: never() }),
        /EEXIST/,
      );
      assert.equal(await fs.readFile(toPath, 'utf8'), 'kept');
      await source.close();
    });

    it('notices a file that changed after it was listed, where the listing was exact', async () => {
      await put('changes/a.jpg', 'first');
      const item = await itemOf('changes/a.jpg');
      await put('changes/a.jpg', 'the second version');
      if (item.sizeExact) {
        const failure = await assertFailure(fetch(item), 'changed_during_read');
        assert.equal(failure.retryable, true);
      } else {
        assert.equal((await fetch(item))[1].toString(), 'the second version');
      }
    });

    it('tells a file that vanished from one that failed', async () => {
      await put('vanish/a.jpg', 'here');
      const item = await itemOf('vanish/a.jpg');
      await fs.rm(path.join(place.root, 'vanish/a.jpg'));
      await assertFailure(fetch(item), 'vanished');
      await fs.rm(path.join(place.root, 'vanish'), { recursive: true });
      await assertFailure(fetch(item), 'vanished');
    });

    if (can.resume)
      it('goes on in a later attempt where an earlier one broke off, and fetches no byte twice', async () => {
        assert.ok(place.trouble);
        const bytes = Buffer.alloc(12_000_000, 'the same all over again ');
        await put('resume/a.jpg', bytes);
        const item = await itemOf('resume/a.jpg');
        const toPath = path.join(scratch, 'resumed');
        const options = { toPath, maxBytes: 1e9, signal: never(), resumable: true };
        place.trouble.cut(2_000_000);
        const first = place.open('resume');
        const failure = await assertFailure(
          first.fetch(item, options),
          'short_read',
          'source_unreachable',
          'source_error',
          'source_timeout',
        );
        assert.equal(failure.retryable, true);
        await first.close();
        const kept = (await fs.stat(toPath)).size;
        assert.ok(kept > 1_000_000 && kept < bytes.length, `${kept} bytes were kept`);
        place.trouble.cut(null);
        place.trouble.sent();
        const second = place.open('resume');
        const got = await second.fetch(item, options);
        await second.close();
        assert.ok((await fs.readFile(toPath)).equals(bytes));
        assert.equal(got.sha256, createHash('sha256').update(bytes).digest('hex'));
        const md5 = createHash('md5').update(bytes).digest('hex');
        assert.equal(got.md5, item.hashes?.md5 === undefined ? null : md5);
        const sent = place.trouble.sent();
        assert.ok(
          sent < bytes.length - kept + 1_000_000,
          `${sent} bytes sent for the last ${bytes.length - kept}`,
        );
        await assert.rejects(fs.stat(`${toPath}.part`), /ENOENT/);
      });

    if (can.resume)
      it('never joins the parts of two versions of a file', async () => {
        assert.ok(place.trouble);
        const [before, after] = [Buffer.alloc(9_000_000, 'before '), Buffer.alloc(9_000_000, 'after  ')];
        await put('versions2/a.jpg', before);
        const item = await itemOf('versions2/a.jpg');
        const toPath = path.join(scratch, 'joined');
        const options = { toPath, maxBytes: 1e9, signal: never(), resumable: true };
        place.trouble.cut(2_000_000);
        const fetchOnce = async () => {
          const source = place.open('versions2');
          await source.fetch(item, options).finally(() => source.close());
        };
        await assert.rejects(fetchOnce());
        place.trouble.cut(null);
        await put('versions2/a.jpg', after, new Date('2023-01-01T00:00:00Z'));
        let tries = 0;
        for (let done = false; !done; ) {
          assert.ok(tries++ < 3, 'it is tried for ever');
          done = await fetchOnce().then(
            () => true,
            (error) => {
              assert.ok(
                error instanceof Failure && ['changed_during_read', 'hash_mismatch'].includes(error.type),
                error,
              );
              // What the listing said of the old version fits no longer: the next listing has the new one.
              return item.hashes !== undefined;
            },
          );
        }
        const found = await fs.readFile(toPath).catch(() => null);
        assert.ok(found === null || found.equals(after));
        await fs.rm(toPath, { force: true });
      });

    if (can.throttle)
      it('says so when it is asked to slow down', async () => {
        assert.ok(place.trouble?.throttle);
        await put('throttle/a.jpg', 'x');
        const item = await itemOf('throttle/a.jpg');
        place.trouble.throttle(100);
        const listing = place.open('throttle');
        const failure = await assertFailure(listing.list(null, never()), 'source_throttled');
        assert.equal(failure.retryable, true);
        await listing.close();
        await assertFailure(fetch(item), 'source_throttled');
        place.trouble.throttle(0);
        assert.equal((await fetch(item))[0].bytes, 1);
      });

    if (can.refuse)
      it('says so when access is refused, and keeps the credentials to itself', async () => {
        await put('guarded/a.jpg', 'x');
        const item = await itemOf('guarded/a.jpg');
        const wrong = place.open('guarded', 'wrong');
        const failures = [
          await assertFailure(wrong.list(null, never()), 'auth_failed'),
          await assertFailure(
            wrong.fetch(item, { toPath: path.join(scratch, 'refused'), maxBytes: 1e6, signal: never() }),
            'auth_failed',
          ),
        ];
        await wrong.close();
        for (const failure of failures) {
          assert.doesNotMatch(
            `${failure.message} ${failure.stack} ${inspect(failure, { depth: 9 })}`,
            /s3cr3t/i,
          );
        }
      });

    it('stops in the middle when it is cancelled, with that reason, and leaves nothing open', async () => {
      await put('cancel/a.tif', Buffer.alloc(60 * 1024 * 1024));
      const item = await itemOf('cancel/a.tif');
      const before = await openDescriptors();
      const reason = new Error('enough');
      for (const after of [0, 1, 45 * 1024 * 1024]) {
        const stop = new AbortController();
        if (after === 0) stop.abort(reason);
        const onProgress = (bytes: number) => {
          if (bytes > after) stop.abort(reason);
        };
        await assert.rejects(fetch(item, { signal: stop.signal, onProgress }), (error) => error === reason);
      }
      const stopped = new AbortController();
      stopped.abort(reason);
      await assert.rejects(place.open('cancel').list(null, stopped.signal), (error) => error === reason);
      await assertNoLeak(before);
      await fs.rm(path.join(place.root, 'cancel'), { recursive: true });
    });
  });
}
