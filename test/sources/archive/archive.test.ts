import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { HttpClient } from '../../../sources/reach/client.ts';
import { createSourceRegistry, type SourceRegistry } from '../../../sources/registry.ts';
import type { Source, SourceItem } from '../../../sources/source.ts';
import { assertFailure, readAll } from '../contract.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { assertNoLeak, openDescriptors } from '../leaks.ts';
import { type ZipEntry, zipFile } from './zipFile.ts';

const never = () => new AbortController().signal;

/** A server that sends parts of what it holds, and notes what it was asked for. */
interface Parts {
  url: string;
  body: Buffer;
  tag: string | null;
  ranges: boolean;
  asked: string[];
  server: Server;
}

async function startParts(): Promise<Parts> {
  const server = createServer((req, res) => {
    const range = /^bytes=(\d+)-(\d+)$/.exec(String(req.headers.range));
    parts.asked.push(String(req.headers.range));
    const changed = req.headers['if-range'] !== undefined && req.headers['if-range'] !== parts.tag;
    if (parts.tag !== null) res.setHeader('etag', parts.tag);
    if (range === null || !parts.ranges || changed) {
      res.end(parts.body);
      return;
    }
    const [from, to] = [Number(range[1]), Math.min(Number(range[2]), parts.body.length - 1)];
    if (from > to) {
      res.writeHead(416, { 'content-range': `bytes */${parts.body.length}` }).end();
      return;
    }
    res.writeHead(206, { 'content-range': `bytes ${from}-${to}/${parts.body.length}` });
    res.end(parts.body.subarray(from, to + 1));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const parts: Parts = {
    url: `http://127.0.0.1:${port}/p.zip`,
    body: Buffer.alloc(0),
    tag: '"1"',
    ranges: true,
    asked: [],
    server,
  };
  return parts;
}

describe('zip archives', function () {
  this.timeout(240_000);
  let dir: string;
  let registry: SourceRegistry;
  let client: HttpClient;
  let parts: Parts;
  let counter = 0;

  before(async () => {
    dir = await fs.mkdtemp(path.join(os.tmpdir(), 'archives-'));
    const deps = kindDeps();
    client = deps.client;
    registry = createSourceRegistry(deps);
    parts = await startParts();
  });
  after(async () => {
    await client.close();
    parts.server.closeAllConnections();
    await new Promise((resolve) => parts.server.close(resolve));
    await fs.rm(dir, { recursive: true });
  });

  async function fileOf(zip: Buffer): Promise<string> {
    const file = path.join(dir, `${counter++}.zip`);
    await fs.writeFile(file, zip);
    return file;
  }

  function open(address: string, settings?: { [name: string]: string[] }): Source {
    const { kind, parsed } = registry.parse(address, undefined, settings);
    assert.equal(kind, 'archive');
    return registry.open(kind, parsed, visitor());
  }

  const list = async (zip: Buffer): Promise<SourceItem[]> => {
    const file = await fileOf(zip);
    return (await readAll(() => open(file))).items;
  };

  async function unpack(address: string, item: SourceItem, maxBytes = 1e9) {
    const toPath = path.join(dir, `out-${counter++}`);
    const source = open(address);
    try {
      const got = await source.fetch(item, { toPath, maxBytes, signal: never() });
      return { got, bytes: await fs.readFile(toPath) };
    } finally {
      await source.close();
    }
  }

  const noise = randomBytes(9_000_000);
  const good: ZipEntry[] = [
    { name: 'DCIM/', data: Buffer.alloc(0), method: 0 },
    { name: 'DCIM/a.jpg', data: Buffer.from('bytes of a') },
    { name: 'DCIM/deep/er/ü & 😀.jpg', data: Buffer.from('bytes of ü'.repeat(1_000)) },
    { name: 'stored.jpg', data: noise, method: 0 },
    { name: 'deflated.jpg', data: noise.subarray(0, 5_000_000) },
    { name: 'empty.jpg', data: Buffer.alloc(0), method: 0 },
    { name: 'piped.jpg', data: Buffer.from('through a pipe'), descriptor: true },
    { name: 'large.jpg', data: Buffer.from('for large files'), zip64: true },
    { name: 'padded.jpg', data: Buffer.from('far behind its header'), localExtra: Buffer.alloc(9_000) },
    { name: 'dated.jpg', data: Buffer.from('dated'), moment: 1_622_449_538 },
    { name: Buffer.from('b\u00e4r.jpg'), data: Buffer.from('without its flag') },
    { name: Buffer.from([0x62, 0x84, 0x72, 0x2e, 0x6a, 0x70, 0x67]), data: Buffer.from('of an old PC') },
  ];
  const paths = [
    ...['DCIM/a.jpg', 'DCIM/deep/er/ü & 😀.jpg', 'stored.jpg', 'deflated.jpg', 'empty.jpg', 'piped.jpg'],
    ...['large.jpg', 'padded.jpg', 'dated.jpg', 'bär.jpg', 'bär.jpg//2'],
  ];

  for (const where of ['a file', 'a web server'] as const) {
    it(`gives every byte of what lies in ${where}, and leaves nothing open`, async () => {
      const zip = zipFile(good, { comment: 'made by a test' });
      parts.body = zip;
      const address = where === 'a file' ? await fileOf(zip) : parts.url;
      const before = await openDescriptors();
      const { items } = await readAll(() => open(address));
      assert.deepEqual(
        items.map((item) => item.externalId),
        paths,
      );
      const data = good.slice(1).map((entry) => Buffer.from(entry.data!));
      for (const [i, item] of items.entries()) {
        assert.equal(item.skip, undefined, item.name);
        const { got, bytes } = await unpack(address, item);
        assert.ok(bytes.equals(data[i]!), item.externalId);
        assert.equal(got.sha256, createHash('sha256').update(bytes).digest('hex'));
        assert.equal(got.verified, true);
        assert.equal(item.size, bytes.length);
      }
      const dated = items.find((item) => item.name === 'dated.jpg');
      assert.equal(dated?.modifiedAt?.toISOString(), '2021-05-31T08:25:38.000Z');
      assert.equal(items[0]?.modifiedAt, null);
      if (where === 'a file') await assertNoLeak(before);
    });
  }

  it('reads one with the directory for large archives, and one with nothing in it', async () => {
    assert.equal((await list(zipFile(good.slice(0, 3), { zip64End: true }))).length, 2);
    assert.deepEqual(await list(zipFile([])), []);
  });

  it('reads 5,000 entries from afar in a few requests, in pages that fit each other', async () => {
    const zip = zipFile(
      Array.from({ length: 5_000 }, (_, i) => ({ name: `d/${i}.jpg`, data: Buffer.from(`${i}`), method: 0 })),
    );
    parts.body = zip;
    parts.asked = [];
    const { items, pages } = await readAll(() => open(parts.url));
    assert.equal(pages, 5);
    assert.equal(new Set(items.map((item) => item.externalId)).size, 5_000);
    assert.ok(parts.asked.length < 20, `${parts.asked.length} requests`);
    parts.asked = [];
    await unpack(parts.url, items[4_321]!);
    assert.equal(parts.asked.length, 2);
  });

  it('takes only what is asked for', async () => {
    const file = await fileOf(zipFile(good));
    const { items } = await readAll(() => open(file, { include: ['DCIM/**'], exclude: ['**/er/*'] }));
    assert.deepEqual(
      items.map((item) => item.externalId),
      ['DCIM/a.jpg'],
    );
  });

  for (const [name, entry, skip] of [
    ['a path that climbs', { name: '../../etc/a.jpg' }, 'bad_name'],
    ['a path that climbs later', { name: 'a/../../b.jpg' }, 'bad_name'],
    ['an absolute path', { name: '/etc/a.jpg' }, 'bad_name'],
    ['a drive', { name: 'C:/a.jpg' }, 'bad_name'],
    ['a backslash', { name: 'a\\..\\b.jpg' }, 'bad_name'],
    ['a NUL', { name: 'a.jpg\0.exe' }, 'bad_name'],
    ['an escape', { name: 'a\x1b[31m.jpg' }, 'bad_name'],
    ['a line break', { name: 'a\r\nb.jpg' }, 'bad_name'],
    ['no UTF-8 where it says so', { name: Buffer.from([0xff, 0xfe, 0x2e, 0x6a]), flags: 0x800 }, 'bad_name'],
    ['an empty segment', { name: 'a//b.jpg' }, 'bad_name'],
    ['a link', { name: 'a.jpg', mode: 0o120777, data: Buffer.from('/etc/passwd') }, 'archive_link'],
    ['an encrypted file', { name: 'a.jpg', flags: 1, data: Buffer.from('x') }, 'encrypted_entry'],
    ['deflate64', { name: 'a.jpg', method: 9, data: Buffer.from('x') }, 'unsupported_compression'],
    ['lzma', { name: 'a.jpg', method: 14, data: Buffer.from('x') }, 'unsupported_compression'],
    ['another archive', { name: 'inner.zip', data: zipFile([{ name: 'a.jpg' }]) }, 'not_an_image'],
    ['the side file of a Mac', { name: '__MACOSX/._a.jpg', data: Buffer.from('x') }, 'not_an_image'],
  ] as const) {
    it(`records ${name} and does not follow it`, async () => {
      const items = await list(zipFile([entry as ZipEntry, { name: 'good.jpg', data: Buffer.from('good') }]));
      assert.deepEqual(
        items.map((item) => item.skip),
        [skip, undefined],
      );
      assert.equal(items[0]?.locator, null);
      if (skip === 'bad_name') assert.match(items[0]!.externalId, /^\/\/[\x21-\x7e]+$/);
    });
  }

  it('opens what it is told is a picture, whatever it is, and gives two entries of one name apart', async () => {
    const zip = zipFile([
      { name: 'a.jpg', data: Buffer.from('one') },
      { name: './a.jpg', data: Buffer.from('two') },
    ]);
    const file = await fileOf(zip);
    const { items } = await readAll(() => open(file));
    assert.deepEqual(
      items.map((item) => item.externalId),
      ['a.jpg', 'a.jpg//2'],
    );
    assert.equal((await unpack(file, items[1]!)).bytes.toString(), 'two');
  });

  for (const [name, entry, failure] of [
    ['a wrong checksum', { says: { crc32: 1 } }, 'hash_mismatch'],
    ['more bytes than it says', { says: { size: 10 } }, 'hash_mismatch'],
    ['fewer bytes than it says', { says: { size: 2_000 } }, 'short_read'],
    ['packed bytes that end too soon', { says: { packed: 20 } }, 'short_read'],
    ['packed bytes that make no sense', { data: Buffer.alloc(50, 0xff), method: 0 }, 'hash_mismatch'],
  ] as const) {
    it(`does not take a file with ${name}`, async () => {
      const made = zipFile([{ name: 'a.jpg', data: randomBytes(1_000), ...entry }]);
      // Stored bytes that the directory calls deflated.
      if ('method' in entry) made.writeUInt16LE(8, made.indexOf(Buffer.from('PK\x01\x02', 'latin1')) + 10);
      const file = await fileOf(made);
      const { items } = await readAll(() => open(file));
      await assertFailure(unpack(file, items[0]!), failure);
    });
  }

  it('does not unpack what is larger than a file may be', async () => {
    const file = await fileOf(zipFile([{ name: 'flat.tif', data: Buffer.alloc(3_000_000) }]));
    const { items } = await readAll(() => open(file));
    await assertFailure(unpack(file, items[0]!, 1_000_000), 'too_large');
  });

  it('refuses entries that lie over each other', async () => {
    const kernel = { data: Buffer.alloc(500_000) };
    const zip = zipFile([
      { name: 'a.jpg', ...kernel },
      { name: 'b.jpg', ...kernel, says: { at: 0 } },
    ]);
    await assertFailure(list(zip), 'archive_unsafe');
  });

  it('refuses what would unpack to far more than it holds', async () => {
    const zip = zipFile(
      Array.from({ length: 300 }, (_, i) => ({
        name: `${i}.jpg`,
        data: Buffer.alloc(10),
        says: { size: 2 ** 31 },
      })),
    );
    await assertFailure(list(zip), 'archive_unsafe');
  });

  it('refuses more entries than are read', async () => {
    await assertFailure(list(zipFile(good, { zip64End: true, entryCount: 100_001 })), 'listing_too_large');
  });

  const whole = zipFile(good.slice(0, 3));
  for (const [name, bytes] of [
    ['nothing', Buffer.alloc(0)],
    ['a picture', Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), randomBytes(5_000)])],
    ['half of one', whole.subarray(0, Math.floor(whole.length / 2))],
    ['all but its last byte', whole.subarray(0, -1)],
    ['one without its first half', whole.subarray(Math.floor(whole.length / 2))],
    ['more entries than there are', zipFile(good.slice(0, 3), { entryCount: 40 })],
    ['an entry behind its end', zipFile([{ name: 'a.jpg', says: { at: 5_000 } }])],
    [
      'its end alone, with a place far away',
      Buffer.concat([zipFile([]).subarray(0, 16), Buffer.alloc(6, 0x7f)]),
    ],
  ] as const) {
    it(`refuses ${name}`, async () => {
      const failure = await assertFailure(list(bytes), 'not_an_archive', 'archive_unsafe');
      assert.match(failure.message, /^[\x20-\x7e]+$/);
    });
  }

  it('lives through 800 archives that were damaged at random', async () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed % below;
    };
    const small = zipFile(good.filter((entry) => (entry.data?.length ?? 0) < 20_000));
    const file = path.join(dir, 'damaged.zip');
    let refused = 0;
    for (let round = 0; round < 800; round += 1) {
      const bytes = Buffer.from(small);
      const from = round % 2 === 0 ? bytes.length - 900 : 0;
      for (let i = 0; i < 1 + random(4); i += 1) bytes[from + random(bytes.length - from)] = random(256);
      await fs.writeFile(file, bytes);
      const source = open(file);
      try {
        const { items } = await source.list(null, never());
        const item = items[random(Math.max(1, items.length))];
        if (item === undefined || item.skip !== undefined) continue;
        const toPath = path.join(dir, 'damaged.out');
        await source.fetch(item, { toPath, maxBytes: 1e6, signal: never() }).catch((error: unknown) => {
          if ((error as Error).name !== 'Failure') throw error;
        });
        await fs.rm(toPath, { force: true });
      } catch (error) {
        if ((error as Error).name !== 'Failure') throw error;
        refused += 1;
      }
    }
    assert.ok(refused > 30 && refused < 800, `${refused} refused`);
  });

  describe('on a web server', () => {
    beforeEach(() => {
      Object.assign(parts, { body: zipFile(good), tag: '"1"', ranges: true, asked: [] });
    });

    it('are refused where the server does not send parts', async () => {
      parts.ranges = false;
      const failure = await assertFailure(
        readAll(() => open(parts.url)),
        'bad_address',
      );
      assert.match(failure.message, /Download the archive/);
    });

    it('are never mixed with the one that replaced them', async () => {
      const { items } = await readAll(() => open(parts.url));
      parts.tag = '"2"';
      await assertFailure(unpack(parts.url, items[0]!), 'changed_during_read');
      const source = open(parts.url);
      const next = { from: 1, version: `${parts.body.length}@"1"` };
      await assertFailure(source.list(next, never()), 'changed_during_read');
    });

    it('are asked for where they are', async () => {
      await assertFailure(
        readAll(() => open(parts.url.replace(/:\d+/, ':1'))),
        'source_unreachable',
        'ssrf_blocked',
      );
    });
  });

  it('knows archives by their address', () => {
    const kind = (address: string) => registry.parse(address).kind;
    assert.equal(kind('/srv/Photos.ZIP'), 'archive');
    assert.equal(kind('file:///srv/photos.zip'), 'archive');
    assert.equal(kind('https://example.org/a/photos.zip?dl=1'), 'archive');
    assert.equal(kind('/srv/photos'), 'folder');
    assert.equal(kind('https://www.dropbox.com/s/abc/photos.zip?dl=0'), 'dropbox');
    for (const address of ['archive:0123', ' ARCHIVE:x'])
      assert.throws(() => registry.parse(address, 'archive'), /Upload it again/);
    const own = { where: { kept: '00000000-0000-4000-8000-000000000000' } };
    const { parsed } = registry.parse('/srv/photos.zip', 'archive', own);
    assert.deepEqual((parsed.settings as { where: unknown }).where, { path: '/srv/photos.zip' });
  });
});
