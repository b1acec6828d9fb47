import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createClient, type FileStat } from 'webdav';
import { assertFailure, readAll } from '../contract.ts';
import { needsApache, PASSWORD, startWebdavService, TOKEN, type WebdavService } from './apache.ts';

const signal = () => new AbortController().signal;
const basic = (username: string, password: string) => ({ type: 'basic', username, password });

describe('WebDAV on Apache', () => {
  let service: WebdavService;
  let scratch: string;
  const at = (below: string, scheme = 'webdav') =>
    `${scheme}://127.0.0.1:${new URL(service.url).port}/${below}`;
  const put = async (file: string, bytes: string) => {
    await fs.mkdir(path.dirname(path.join(service.root, file)), { recursive: true });
    await fs.writeFile(path.join(service.root, file), bytes);
  };

  before(async function () {
    needsApache(this);
    service = await startWebdavService();
    scratch = await fs.mkdtemp(path.join(os.tmpdir(), 'webdav-'));
    for (const file of ['tree/a b&c%25.jpg', 'tree/2024.10', 'tree/sub/é😀.jpg', 'tree/sub/deep/x.jpg'])
      await put(file, file);
  });
  after(async () => {
    await service?.stop();
    if (scratch) await fs.rm(scratch, { recursive: true });
  });

  it('lists what the common client lists', async () => {
    // It would write the umlaut in Latin-1.
    const Authorization = `Basic ${Buffer.from(`visitor:${PASSWORD}`).toString('base64')}`;
    const client = createClient(`${service.url}files/tree/`, { headers: { Authorization } });
    const theirs: FileStat[] = [];
    for (const folder of ['/', '/sub', '/sub/deep'])
      theirs.push(...((await client.getDirectoryContents(folder)) as FileStat[]));
    const { items } = await readAll(() => service.open(at('files/tree'), basic('visitor', PASSWORD)));
    assert.deepEqual(
      // Tags are weak while a file is young.
      items.map(({ externalId, version, size }) => [externalId, version, size]).sort(),
      theirs
        .filter(({ type }) => type === 'file')
        .map(({ filename, etag, size }) => [filename.slice(1), `${etag?.replace('W/', '')}/${size}`, size])
        .sort(),
    );
    assert.equal(items.length, 4);
  });

  it('keeps to the depth and the patterns that it was given', async () => {
    const ids = async (options: { [name: string]: number | boolean | string[] }) =>
      (await readAll(() => service.open(at('files/tree'), basic('visitor', PASSWORD), options))).items.map(
        (item) => item.externalId,
      );
    assert.deepEqual(await ids({ recursive: false }), ['2024.10', 'a b&c%25.jpg']);
    assert.deepEqual(await ids({ maxDepth: 1, include: ['*.jpg'] }), ['a b&c%25.jpg', 'sub/é😀.jpg']);
    assert.deepEqual(await ids({ exclude: ['sub/deep'] }), ['2024.10', 'a b&c%25.jpg', 'sub/é😀.jpg']);
  });

  it('says so when the address is that of a file, or of no WebDAV', async () => {
    const list = (address: string) => service.open(address, basic('visitor', PASSWORD)).list(null, signal());
    await assertFailure(list(at('files/tree/2024.10')), 'not_a_listing', 'source_not_found');
    await assertFailure(list(at('files/none')), 'source_not_found');
    await assertFailure(list(at('')), 'not_a_listing');
  });

  it('reads a public link wherever the service keeps its files, and folders in it', async () => {
    for (const [base, folder, wanted] of [
      ['old', '', ['tree/2024.10', 'tree/a b&c%25.jpg', 'tree/sub/é😀.jpg', 'tree/sub/deep/x.jpg']],
      ['old/index.php', '?path=%2Ftree%2Fsub', ['é😀.jpg', 'deep/x.jpg']],
      ['new', '?path=%2Ftree%2Fsub', ['é😀.jpg', 'deep/x.jpg']],
    ] as const) {
      const open = () => service.open(at(`${base}/s/${TOKEN}${folder}`, 'http'));
      const { items } = await readAll(open);
      assert.deepEqual(
        items.map(({ externalId }) => externalId),
        wanted,
      );
      for (const [index, item] of items.entries()) {
        const toPath = path.join(scratch, `${base.replace('/', '-')}${index}`);
        await open().fetch(item, { toPath, maxBytes: 1_000, signal: signal() });
        assert.ok((await fs.readFile(toPath, 'utf8')).endsWith(item.externalId));
      }
    }
  });

  it('asks for the password of a link, and takes it with any user', async () => {
    const open = (credentials: unknown) => service.open(at('old/s/locked', 'http'), credentials);
    await assertFailure(open(null).list(null, signal()), 'password_needed');
    const wrong = open(basic('', 's3cr3t'));
    const failure = await assertFailure(wrong.list(null, signal()), 'password_needed');
    assert.doesNotMatch(`${failure.message} ${failure.stack}`, /s3cr3t/);
    const right = open(basic('', PASSWORD));
    const { items } = await right.list(null, signal());
    assert.equal(items.length, 4);
    const item = items[0];
    assert.ok(item);
    await assertFailure(
      wrong.fetch(item, { toPath: path.join(scratch, 'locked'), maxBytes: 1_000, signal: signal() }),
      'password_needed',
    );
  });
});
