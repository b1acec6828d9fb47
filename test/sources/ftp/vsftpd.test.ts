import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import createFtpKind from '../../../sources/kinds/ftp/kind.ts';
import type { Json, Source } from '../../../sources/source.ts';
import { assertFailure, readAll } from '../contract.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { assertNoLeak, openDescriptors } from '../leaks.ts';
import { hasVsftpd, RIGHT, startVsftpd, type Vsftpd } from './vsftpd.ts';

const never = () => new AbortController().signal;

(hasVsftpd ? describe : describe.skip)('FTP on vsftpd', () => {
  let plain: Vsftpd;
  let secure: Vsftpd;
  let scratch: string;

  const openAt = (server: Vsftpd, options: Record<string, Json>, credentials: unknown = RIGHT): Source => {
    const kind = createFtpKind(kindDeps());
    return kind.open(kind.parse(`ftp://127.0.0.1:${server.port}/`, options), visitor(credentials));
  };
  const open = (options: Record<string, Json> = {}) => openAt(plain, { tls: 'none', ...options });

  before(async () => {
    scratch = await fs.mkdtemp(path.join(os.tmpdir(), 'vsftpd-test-'));
    plain = await startVsftpd('none', { max_clients: '4' });
    secure = await startVsftpd('explicit', {
      xferlog_enable: 'YES',
      xferlog_std_format: 'NO',
      log_ftp_protocol: 'YES',
      vsftpd_log_file: path.join(scratch, 'log'),
    });
    await fs.writeFile(path.join(secure.root, 'a.jpg'), 'bytes');
  });
  afterEach(async () => {
    for (const name of await fs.readdir(plain.root)) {
      await fs.rm(path.join(plain.root, name), { recursive: true });
    }
  });
  after(async () => {
    await plain?.stop();
    await secure?.stop();
    await fs.rm(scratch, { recursive: true });
  });

  it('lists 5,000 files from one reading of the directory', async () => {
    await Promise.all(
      Array.from({ length: 5_000 }, (_, i) => fs.writeFile(path.join(plain.root, `${10_000 + i}.jpg`), '')),
    );
    const source = open();
    const { items, pages } = await readAll(() => source, false);
    assert.equal(new Set(items.map((item) => item.externalId)).size, 5_000);
    assert.equal(pages, 5);
  });

  it('shows the certificate that nobody vouches for, and says nothing to such a server', async () => {
    const unknown = await assertFailure(openAt(secure, {}).list(null, never()), 'host_key_unknown');
    assert.ok(unknown.message.includes(secure.fingerprint));
    assert.equal(unknown.retryable, false);
    const pin = 'a'.repeat(64);
    const other = await assertFailure(
      openAt(secure, { certificate_sha256: pin }).list(null, never()),
      'host_key_mismatch',
    );
    assert.ok(other.message.includes(secure.fingerprint));
    const said = await fs.readFile(path.join(scratch, 'log'), 'utf8');
    assert.match(said, /AUTH TLS/);
    assert.doesNotMatch(said, /USER|PASS/);

    const right = openAt(secure, { certificate_sha256: secure.fingerprint });
    assert.deepEqual(
      (await right.list(null, never())).items.map((item) => item.name),
      ['a.jpg'],
    );
    await right.close();
    assert.match(await fs.readFile(path.join(scratch, 'log'), 'utf8'), /PROT P/);
  });

  it('says what to set when the server wants TLS', async () => {
    const failure = await assertFailure(openAt(secure, { tls: 'none' }).list(null, never()), 'auth_failed');
    assert.match(failure.message, /"tls" to "explicit"/);
  });

  it('slows down when the server has too many visitors', async () => {
    const crowd = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const source = open();
        await source.list(null, never());
        return source;
      }),
    );
    await assertFailure(open().list(null, never()), 'source_throttled');
    await Promise.all(crowd.map((source) => source.close()));
  });

  it('uses a few connections for many files, and leaves none', async () => {
    for (let i = 0; i < 40; i++) await fs.writeFile(path.join(plain.root, `${i}.jpg`), `bytes ${i}`);
    const before = await openDescriptors();
    const source = open();
    const { items } = await source.list(null, never());
    // A fifth connection would be turned away by the server.
    const got = await Promise.all(
      items.map((item, i) =>
        source.fetch(item, { toPath: path.join(scratch, `m${i}`), maxBytes: 1e6, signal: never() }),
      ),
    );
    assert.deepEqual(
      got.map((each) => each.bytes),
      items.map((item) => item.size),
    );
    await source.close();
    await assertNoLeak(before);
  });

  it('goes on after a file that is gone, on the same connection', async () => {
    await fs.writeFile(path.join(plain.root, 'a.jpg'), 'bytes');
    const source = open();
    const [item] = (await source.list(null, never())).items;
    assert.ok(item);
    const options = () => ({
      toPath: path.join(scratch, `g${Math.random()}`),
      maxBytes: 1e6,
      signal: never(),
    });
    await assertFailure(source.fetch({ ...item, locator: 'gone.jpg' }, options()), 'vanished');
    assert.equal((await source.fetch(item, options())).bytes, 5);
    await source.close();
  });

  it('follows links inside, records those that lead out', async () => {
    await fs.mkdir(path.join(plain.root, 'sub'));
    await fs.writeFile(path.join(plain.root, 'sub/a.jpg'), 'bytes');
    await fs.symlink('sub/a.jpg', path.join(plain.root, 'inside.jpg'));
    await fs.symlink('../../../etc/hostname', path.join(plain.root, 'up.jpg'));
    await fs.symlink('/etc/hostname', path.join(plain.root, 'absolute.jpg'));
    await fs.symlink('..', path.join(plain.root, 'sub/loop'));
    const { items } = await readAll(() => open());
    assert.deepEqual(items.map((item) => [item.externalId, item.skip]).sort(), [
      ['//absolute.jpg', 'bad_name'],
      ['//up.jpg', 'bad_name'],
      ['inside.jpg', undefined],
      ['sub/a.jpg', undefined],
      ['sub/loop', undefined],
    ]);
    const source = open();
    const options = (name: string) => ({ toPath: path.join(scratch, name), maxBytes: 1e6, signal: never() });
    const item = (id: string) => items.find((each) => each.externalId === id) ?? assert.fail(id);
    assert.equal((await source.fetch(item('inside.jpg'), options('inside'))).bytes, 5);
    await assertFailure(source.fetch(item('sub/loop'), options('loop')), 'vanished');
    await source.close();
  });

  it('records a directory that may not be looked into', async function () {
    if (process.getuid?.() !== 0) this.skip();
    await fs.mkdir(path.join(plain.root, 'closed'), { mode: 0o700 });
    const { items } = await readAll(() => open());
    assert.deepEqual(
      items.map((item) => item.externalId),
      ['closed/'],
    );
    const source = open();
    const [item] = items;
    assert.ok(item);
    await assertFailure(
      source.fetch(item, { toPath: path.join(scratch, 'closed'), maxBytes: 1e6, signal: never() }),
      'read_denied',
    );
    await source.close();
  });

  it('heeds depth and patterns', async () => {
    await fs.mkdir(path.join(plain.root, 'a/b/c'), { recursive: true });
    for (const file of ['0.jpg', 'a/1.jpg', 'a/b/2.jpg', 'a/b/c/3.jpg', 'a/b/2.png'])
      await fs.writeFile(path.join(plain.root, file), '');
    const ids = async (options: Record<string, Json>) =>
      (await readAll(() => open(options))).items.map((item) => item.externalId);
    assert.deepEqual(await ids({ recursive: false }), ['0.jpg']);
    assert.deepEqual(await ids({ maxDepth: 1 }), ['0.jpg', 'a/1.jpg']);
    assert.deepEqual(await ids({ include: ['*.png'] }), ['a/b/2.png']);
    assert.deepEqual(await ids({ exclude: ['a/b'] }), ['0.jpg', 'a/1.jpg']);
  });
});
