import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import createSftpKind from '../../../sources/kinds/sftp/kind.ts';
import type { Source, SourceItem } from '../../../sources/source.ts';
import { assertFailure, readAll } from '../contract.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { assertNoLeak, openDescriptors } from '../leaks.ts';
import { hasSshd, type Sshd, startSshd } from './sshd.ts';

const never = () => new AbortController().signal;

(hasSshd ? describe : describe.skip)('SFTP on OpenSSH', () => {
  let server: Sshd;
  let scratch: string;
  let counter = 0;

  const open = (hostKey: string | null = server.hostKeys.ed25519): Source => {
    const kind = createSftpKind(kindDeps());
    const parsed = kind.parse(`sftp://127.0.0.1:${server.port}${server.root}/`, { host_key: hostKey });
    return kind.open(parsed, visitor(server.right));
  };
  const fetch = async (item: SourceItem) => {
    const source = open();
    const toPath = path.join(scratch, `f${counter++}`);
    return source.fetch(item, { toPath, maxBytes: 1e6, signal: never() }).finally(() => source.close());
  };
  const put = (name: string, bytes = 'bytes') => fs.writeFile(path.join(server.root, name), bytes);

  before(async () => {
    scratch = await fs.mkdtemp(path.join(os.tmpdir(), 'sshd-test-'));
    server = await startSshd();
  });
  afterEach(async () => {
    // Names that are not UTF-8 cannot be removed one by one.
    await fs.rm(server.root, { recursive: true });
    await fs.mkdir(server.root);
  });
  after(async () => {
    await server?.stop();
    await fs.rm(scratch, { recursive: true });
  });

  it('knows a server by its key of any type, or by its fingerprint', async () => {
    await put('a.jpg');
    const file = path.join(scratch, 'ed25519.pub');
    await fs.writeFile(file, server.hostKeys.ed25519);
    const fingerprint = execFileSync('ssh-keygen', ['-lf', file], { encoding: 'utf8' }).split(' ')[1] ?? '';
    for (const key of [server.hostKeys.ed25519, server.hostKeys.rsa, fingerprint]) {
      const source = open(key);
      assert.equal((await source.list(null, never())).items.length, 1);
      await source.close();
    }
    const unknown = await assertFailure(open(null).list(null, never()), 'host_key_unknown');
    assert.ok(unknown.message.includes(`ssh-ed25519 ${fingerprint}`));
    const other = server.hostKeys.ed25519.replace(/AAAA\S+/, (key) => `${key.slice(0, -4)}AAAA`);
    const mismatch = await assertFailure(open(other).list(null, never()), 'host_key_mismatch');
    assert.ok(mismatch.message.includes(fingerprint));
    const missing = Buffer.concat([Buffer.from([0, 0, 0, 19]), Buffer.from('ecdsa-sha2-nistp256')]);
    await assertFailure(
      open(`ecdsa-sha2-nistp256 ${missing.toString('base64')}`).list(null, never()),
      'host_key_mismatch',
    );
  });

  it('lists 5,000 files from one reading of the directory', async () => {
    await Promise.all(Array.from({ length: 5_000 }, (_, i) => put(`${10_000 + i}.jpg`, '')));
    const source = open();
    const { items, pages } = await readAll(() => source, false);
    assert.equal(new Set(items.map((item) => item.externalId)).size, 5_000);
    assert.equal(pages, 5);
  });

  it('follows links to files inside, records those that lead out, leaves out what is no file', async () => {
    await fs.mkdir(path.join(server.root, 'sub'));
    await put('sub/a.jpg');
    await fs.symlink('sub/a.jpg', path.join(server.root, 'inside.jpg'));
    await fs.symlink('/etc/hostname', path.join(server.root, 'outside.jpg'));
    await fs.symlink('nowhere', path.join(server.root, 'dangling.jpg'));
    await fs.symlink('..', path.join(server.root, 'sub/loop'));
    await fs.symlink('circle', path.join(server.root, 'circle'));
    execFileSync('mkfifo', [path.join(server.root, 'pipe.jpg')]);
    const { items } = await readAll(() => open());
    assert.deepEqual(
      items.map((item) => [item.externalId, item.size, item.skip]),
      [
        ['//outside.jpg', null, 'bad_name'],
        ['inside.jpg', 5, undefined],
        ['sub/a.jpg', 5, undefined],
      ],
    );
    const [, inside] = items;
    assert.ok(inside);
    assert.equal((await fetch(inside)).bytes, 5);
  });

  it('records names that are not UTF-8, each of them', async () => {
    for (const byte of [0xfe, 0xff]) {
      await fs.writeFile(
        Buffer.concat([Buffer.from(`${server.root}/`), Buffer.from([byte]), Buffer.from('.jpg')]),
        '',
      );
    }
    const { items } = await readAll(() => open());
    assert.equal(new Set(items.map((item) => item.externalId)).size, 2);
    assert.ok(items.every((item) => item.skip === 'bad_name'));
  });

  it('tells what may not be read', async function () {
    if (process.getuid?.() !== 0) this.skip();
    await put('closed.jpg');
    await fs.chmod(path.join(server.root, 'closed.jpg'), 0o600);
    await fs.mkdir(path.join(server.root, 'closed'), { mode: 0o700 });
    const { items } = await readAll(() => open());
    assert.deepEqual(
      items.map((item) => item.externalId),
      ['closed.jpg', 'closed/'],
    );
    for (const item of items) await assertFailure(fetch(item), 'read_denied');
  });

  it('uses a few connections for many files, and leaves none', async () => {
    for (let i = 0; i < 30; i++) await put(`${i}.jpg`, `bytes ${i}`);
    const before = await openDescriptors();
    const source = open();
    const { items } = await source.list(null, never());
    const got = await Promise.all(
      items.map((item, i) =>
        source.fetch(item, { toPath: path.join(scratch, `m${i}`), maxBytes: 1e6, signal: never() }),
      ),
    );
    assert.deepEqual(
      got.map((each) => each.bytes),
      items.map((item) => item.size),
    );
    const sockets = (await openDescriptors()).filter((link) => link.startsWith('socket:')).length;
    assert.ok(sockets - before.filter((link) => link.startsWith('socket:')).length <= 4);
    await source.close();
    await assertNoLeak(before);
  });
});
