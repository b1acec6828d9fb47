import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import createFolderKind from '../../../sources/kinds/folder/kind.ts';
import type { Json, Source, SourceItem } from '../../../sources/source.ts';
import { assertFailure, readAll } from '../contract.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { assertNoLeak, openDescriptors } from '../leaks.ts';
import { smallDisk } from '../smallDisk.ts';

describe('folder', () => {
  let base: string;
  let root: string;
  let counter = 0;
  const never = () => new AbortController().signal;

  beforeEach(async () => {
    base = await fs.mkdtemp(path.join(os.tmpdir(), 'folder-'));
    root = path.join(base, 'root');
    await fs.mkdir(root);
  });

  afterEach(() => fs.rm(base, { recursive: true }));

  const open = (
    settings: Record<string, Json> = {},
    allowedRoots: string[] | null = null,
    at = root,
  ): Source => {
    const kind = createFolderKind(kindDeps({ folderRoots: allowedRoots }));
    return kind.open(kind.parse(at, settings), visitor());
  };
  const put = async (file: string | Buffer, bytes = 'x') => {
    if (typeof file === 'string') await fs.mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await fs.writeFile(typeof file === 'string' ? path.join(root, file) : file, bytes);
  };
  const list = async (settings: Record<string, Json> = {}) => (await readAll(() => open(settings))).items;
  const ids = (items: SourceItem[]) => items.map((item) => item.externalId);
  const fetch = async (item: SourceItem, signal = never(), onProgress?: (bytes: number) => void) => {
    const toPath = path.join(base, `f${counter++}`);
    await open().fetch(item, { toPath, maxBytes: 1e8, signal, ...(onProgress && { onProgress }) });
    return fs.readFile(toPath, 'utf8');
  };

  it('lists files in the byte order of their names, then the folders', async () => {
    for (const file of ['b.jpg', 'B.jpg', 'a/z.jpg', 'a/y.jpg', 'é.jpg', 'z.jpg', 'c/d/e.jpg'])
      await put(file);
    assert.deepEqual(ids(await list()), [
      'B.jpg',
      'b.jpg',
      'z.jpg',
      'é.jpg',
      'a/y.jpg',
      'a/z.jpg',
      'c/d/e.jpg',
    ]);
    assert.deepEqual(ids(await list({ recursive: false })), ['B.jpg', 'b.jpg', 'z.jpg', 'é.jpg']);
    assert.deepEqual(ids(await list({ include: ['a/**'] })), ['a/y.jpg', 'a/z.jpg']);
    assert.deepEqual(ids(await list({ exclude: ['a', '**/d'] })), ['B.jpg', 'b.jpg', 'z.jpg', 'é.jpg']);
  });

  it('records names that are not text, and follows none of them', async () => {
    const latin1 = Buffer.concat([Buffer.from(`${root}/f`), Buffer.from([0xfc]), Buffer.from('r.jpg')]);
    await put(latin1);
    await fs.mkdir(Buffer.concat([Buffer.from(`${root}/d`), Buffer.from([0xff, 0xfe])]));
    await put(
      Buffer.concat([Buffer.from(`${root}/d`), Buffer.from([0xff, 0xfe]), Buffer.from('/inside.jpg')]),
    );
    await put('ok.jpg');
    const items = await list();
    assert.deepEqual(
      items.map((item) => [item.externalId, item.skip]),
      [
        ['//d%FF%FE', 'bad_name'],
        ['//f%FCr.jpg', 'bad_name'],
        ['ok.jpg', undefined],
      ],
    );
  });

  it('tells 2,500 names that are not text apart, page by page', async () => {
    for (let i = 0; i < 2_500; i++) {
      await put(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff]), Buffer.from(String(i))]));
    }
    const items = await list();
    assert.equal(new Set(ids(items)).size, 2_500);
  }).timeout(120_000);

  it('follows links to files inside the root only, and links to folders never', async () => {
    await put('real.jpg', 'real');
    await put('sub/inner.jpg', 'inner');
    await fs.writeFile(path.join(base, 'secret'), 'secret');
    await fs.mkdir(path.join(base, 'outside'));
    await fs.symlink('real.jpg', path.join(root, 'link.jpg'));
    await fs.symlink('../secret', path.join(root, 'escape.jpg'));
    await fs.symlink('/etc', path.join(root, 'etc'));
    await fs.symlink('.', path.join(root, 'loop'));
    await fs.symlink('sub', path.join(root, 'again'));
    await fs.symlink('nowhere', path.join(root, 'dangling'));
    await fs.symlink('self', path.join(root, 'self'));
    const items = await list();
    assert.deepEqual(
      items
        .filter((item) => !item.skip)
        .map((item) => item.externalId)
        .sort(),
      ['link.jpg', 'real.jpg', 'sub/inner.jpg'],
    );
    assert.deepEqual(
      items
        .filter((item) => item.skip)
        .map((item) => [item.externalId, item.skip])
        .sort(),
      [
        ['//escape.jpg', 'bad_name'],
        ['//etc', 'bad_name'],
      ],
    );
    assert.equal(await fetch(items.find((item) => item.name === 'link.jpg')!), 'real');
  });

  it('leaves pipes, sockets and devices alone, and never waits for one', async () => {
    await put('a.jpg');
    execFileSync('mkfifo', [path.join(root, 'pipe.jpg')]);
    const server = net.createServer().listen(path.join(root, 'socket.jpg'));
    await new Promise((resolve) => server.once('listening', resolve));
    const items = await list();
    assert.deepEqual(ids(items), ['a.jpg']);
    // A file that became a pipe after it was listed.
    await fs.rm(path.join(root, 'a.jpg'));
    execFileSync('mkfifo', [path.join(root, 'a.jpg')]);
    await assertFailure(fetch(items[0]!), 'vanished');
    await new Promise((resolve) => server.close(resolve));
  });

  it('does not read through a link or folder that was put in a file\u2019s place', async () => {
    await put('a.jpg', 'good');
    await put('sub/b.jpg', 'good');
    const items = await list();
    await fs.writeFile(path.join(base, 'secret'), 'evil');
    await fs.mkdir(path.join(base, 'outside'));
    await fs.writeFile(path.join(base, 'outside/b.jpg'), 'evil');
    await fs.rm(path.join(root, 'a.jpg'));
    await fs.symlink('../secret', path.join(root, 'a.jpg'));
    await fs.rm(path.join(root, 'sub'), { recursive: true });
    await fs.symlink('../outside', path.join(root, 'sub'));
    for (const item of items) await assertFailure(fetch(item), 'vanished');
    for (const locator of ['/etc/passwd', `${root}/../secret`, root]) {
      await assertFailure(fetch({ ...items[0]!, locator }), 'vanished');
    }
  });

  it('notices a file that is being written', async () => {
    await put('grows.jpg', 'x'.repeat(3_000_000));
    await put('touched.jpg', 'x'.repeat(3_000_000));
    const [grows, touched] = await list();
    const before = await openDescriptors();
    let once = false;
    const change = (file: string, how: (full: string) => Promise<unknown>) => () => {
      if (!once) void how(path.join(root, file));
      once = true;
    };
    await assertFailure(
      slowly(
        grows!,
        change('grows.jpg', (full) => fs.appendFile(full, 'more')),
      ),
      'changed_during_read',
    );
    once = false;
    await assertFailure(
      slowly(
        touched!,
        change('touched.jpg', (full) => fs.utimes(full, new Date(), new Date(1))),
      ),
      'changed_during_read',
    );
    await assertNoLeak(before);
  });

  /** The change runs while the fetch has several blocks to go. */
  const slowly = (item: SourceItem, change: () => void) => fetch(item, never(), change);

  it('says when a file or folder may not be read', async () => {
    await put('closed.jpg');
    await put('shut/a.jpg');
    await put('open.jpg');
    await fs.chmod(base, 0o777);
    await fs.chmod(root, 0o777);
    const asRoot = process.geteuid?.() === 0;
    await fs.chmod(path.join(root, 'closed.jpg'), 0);
    await fs.chmod(path.join(root, 'shut'), 0);
    // Rights mean nothing to root, so it becomes somebody else for a while.
    if (asRoot) process.seteuid?.(65_534);
    try {
      const items = await list();
      assert.deepEqual(ids(items).sort(), ['closed.jpg', 'open.jpg', 'shut/']);
      for (const item of items) {
        if (item.name === 'open.jpg') assert.equal(await fetch(item), 'x');
        else await assertFailure(fetch(item), 'read_denied');
      }
      await assertFailure(open({}, null, path.join(root, 'shut')).list(null, never()), 'read_denied');
    } finally {
      if (asRoot) process.seteuid?.(0);
      await fs.chmod(path.join(root, 'shut'), 0o755);
    }
  });

  it('keeps to its roots where links lead out of them', async () => {
    const allowed = path.join(base, 'allowed');
    await fs.mkdir(path.join(allowed, 'in'), { recursive: true });
    await put('x.jpg');
    await fs.symlink(root, path.join(allowed, 'out'));
    await fs.symlink(allowed, path.join(base, 'alias'));
    assert.deepEqual((await open({}, [allowed], path.join(allowed, 'in')).list(null, never())).items, []);
    // The root may itself be named by a link.
    assert.deepEqual(
      (await open({}, [path.join(base, 'alias')], path.join(base, 'alias/in')).list(null, never())).items,
      [],
    );
    await assertFailure(open({}, [allowed], path.join(allowed, 'out')).list(null, never()), 'bad_address');
  });

  it('says what is wrong with the root', async () => {
    await put('file.jpg');
    await assertFailure(open({}, null, path.join(root, 'file.jpg')).list(null, never()), 'bad_address');
    await assertFailure(open({}, null, path.join(root, 'nowhere')).list(null, never()), 'source_not_found');
    await assertFailure(
      open({}, null, path.join(root, 'file.jpg/x')).list(null, never()),
      'source_not_found',
    );
    for (const cursor of [5, {}, { stack: [] }, { stack: [{ path: 'x', after: 'zz' }] }]) {
      await assertFailure(open().list(cursor as Json, never()), 'internal_error');
    }
    const items = await list();
    await fs.rename(root, `${root}2`);
    await assertFailure(fetch(items[0]!), 'vanished');
  });

  it('survives a tree that is very deep', async () => {
    const deep = Array.from({ length: 100 }, () => 'd').join('/');
    await fs.mkdir(path.join(root, deep), { recursive: true });
    await put(`${deep}/x.jpg`);
    await put(`${deep.slice(0, 41)}/y.jpg`);
    assert.deepEqual(ids(await list()), [`${deep.slice(0, 41)}/y.jpg`]);
  });

  it('takes a full disk for what it is, and leaves nothing open', async function () {
    const small = await smallDisk(base);
    if (small === null) return this.skip();
    try {
      await put('big.jpg', 'x'.repeat(3_000_000));
      const [item] = await list();
      const before = await openDescriptors();
      const toPath = path.join(small.path, 'f');
      await assertFailure(open().fetch(item!, { toPath, maxBytes: 1e8, signal: never() }), 'storage_full');
      await assertNoLeak(before);
    } finally {
      await small.remove();
    }
  });
});
