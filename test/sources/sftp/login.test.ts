import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import ssh2, { type AuthContext, type SFTPWrapper } from 'ssh2';
import createSftpKind from '../../../sources/kinds/sftp/kind.ts';
import { createGuard } from '../../../sources/reach/guard.ts';
import type { Source } from '../../../sources/source.ts';
import { assertFailure } from '../contract.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { assertNoLeak, openDescriptors } from '../leaks.ts';
import { type FakeSftp, startFakeSftp } from './fakeSftp.ts';
import { makeKey } from './sshd.ts';

const { STATUS_CODE } = ssh2.utils.sftp;
const never = () => new AbortController().signal;
const PASSWORD = { type: 'basic', username: 'me', password: 'pa55-s3cr3t' };
const ATTRS = { mode: 0o100644, uid: 0, gid: 0, size: 5, atime: 0, mtime: 1_622_449_538 };

const accept = (context: AuthContext) => context.accept();

/** An empty directory. */
function empty(sftp: SFTPWrapper): void {
  sftp.on('OPENDIR', (id) => sftp.handle(id, Buffer.from('d')));
  sftp.on('READDIR', (id) => sftp.status(id, STATUS_CODE.EOF));
  sftp.on('CLOSE', (id) => sftp.status(id, STATUS_CODE.OK));
}

/** Takes a password by the given method only. */
const takes = (method: 'password' | 'keyboard-interactive') => (context: AuthContext) => {
  if (context.method !== method) return context.reject([method]);
  if (context.method === 'password') {
    return context.password === PASSWORD.password ? context.accept() : context.reject([method]);
  }
  if (context.method === 'keyboard-interactive') {
    context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
      if (answers[0] === PASSWORD.password) context.accept();
      else context.reject([method]);
    });
  }
};

describe('SFTP servers and who may enter', () => {
  let server: FakeSftp;
  let source: Source | null = null;
  let scratch: string;

  const open = (credentials: unknown = PASSWORD, below = '', hostKey: string | null = server.fingerprint) => {
    const kind = createSftpKind(kindDeps());
    const parsed = kind.parse(`sftp://127.0.0.1:${server.port}/${below}`, { host_key: hostKey });
    source = kind.open(parsed, visitor(credentials));
    return source;
  };
  const fetch = (maxBytes = 1e6) =>
    open().fetch(
      { externalId: 'a.jpg', locator: '/a.jpg', size: null, sizeExact: false },
      { toPath: path.join(scratch, 'fetched'), maxBytes, signal: never() },
    );

  before(async () => {
    scratch = await fs.mkdtemp(path.join(os.tmpdir(), 'sftp-'));
  });
  afterEach(async () => {
    await source?.close();
    await server.close();
    await fs.rm(path.join(scratch, 'fetched'), { force: true });
  });
  after(() => fs.rm(scratch, { recursive: true }));

  for (const method of ['password', 'keyboard-interactive'] as const) {
    it(`offers a password once, by ${method}`, async () => {
      server = await startFakeSftp(takes(method), empty);
      assert.deepEqual((await open().list(null, never())).items, []);
      await source?.close();
      assert.deepEqual(server.tried, ['none', method]);
      const failure = await assertFailure(
        open({ ...PASSWORD, password: 'wrong-s3cr3t' }).list(null, never()),
        'auth_failed',
      );
      assert.equal(server.tried.filter((each) => each === method).length, 2);
      assert.doesNotMatch(`${failure.stack} ${inspect(failure, { depth: 9 })}`, /s3cr3t/);
    });
  }

  it('offers nothing to a server that nobody confirmed, or another one', async () => {
    server = await startFakeSftp(accept, empty);
    const unknown = await assertFailure(open(PASSWORD, '', null).list(null, never()), 'host_key_unknown');
    assert.ok(unknown.message.includes(server.fingerprint));
    await source?.close();
    await assertFailure(
      open(PASSWORD, '', `SHA256:${'a'.repeat(43)}`).list(null, never()),
      'host_key_mismatch',
    );
    assert.deepEqual(server.tried, []);
  });

  it('asks for credentials before it dials', async () => {
    server = await startFakeSftp(accept, empty);
    await assertFailure(open(null).list(null, never()), 'auth_failed');
    assert.deepEqual(server.tried, []);
  });

  it('opens keys with their passphrase, and says so when that is wrong', async () => {
    const { key, line } = await makeKey(path.join(scratch, 'locked'), 'ed25519', 'pass-s3cr3t');
    const wanted = Buffer.from(line.split(' ')[1] ?? '', 'base64');
    server = await startFakeSftp((context) => {
      if (context.method === 'publickey' && context.key.data.equals(wanted)) context.accept();
      else context.reject(['publickey']);
    }, empty);
    const login = { type: 'key', username: 'me', private_key: key };
    assert.deepEqual((await open({ ...login, passphrase: 'pass-s3cr3t' }).list(null, never())).items, []);
    for (const wrong of [
      login,
      { ...login, passphrase: 'other-s3cr3t' },
      { ...login, private_key: 's3cr3t rubbish' },
    ]) {
      await source?.close();
      const failure = await assertFailure(open(wrong).list(null, never()), 'auth_failed');
      assert.doesNotMatch(`${failure.stack} ${inspect(failure, { depth: 9 })}`, /s3cr3t/);
    }
  });

  it('begins at the home directory where the address says so', async () => {
    const asked: string[] = [];
    server = await startFakeSftp(accept, (sftp) => {
      sftp.on('OPENDIR', (_id, name) => asked.push(name));
      empty(sftp);
    });
    for (const below of ['~/photos', '~', 'srv/x', '']) {
      await open(PASSWORD, below).list(null, never());
      await source?.close();
    }
    assert.deepEqual(asked, ['./photos/', './', '/srv/x/', '/']);
  });

  it('stops reading a directory that does not end', async () => {
    let count = 0;
    server = await startFakeSftp(accept, (sftp) => {
      empty(sftp);
      sftp.removeAllListeners('READDIR');
      sftp.on('READDIR', (id) => {
        const names = Array.from({ length: 500 }, () => `${count++}.jpg`);
        sftp.name(
          id,
          names.map((filename) => ({ filename, longname: filename, attrs: ATTRS })),
        );
      });
    });
    await assertFailure(open().list(null, never()), 'listing_too_large');
  });

  it('puts a file together from answers that are shorter than was asked', async () => {
    const content = Buffer.from('hello, this is no picture');
    server = await startFakeSftp(accept, (sftp) => {
      sftp.on('OPEN', (id) => sftp.handle(id, Buffer.from('f')));
      sftp.on('FSTAT', (id) => sftp.attrs(id, { ...ATTRS, size: content.length }));
      sftp.on('READ', (id, _handle, at, length) => {
        const piece = content.subarray(at, at + Math.min(length, 4));
        if (piece.length === 0) sftp.status(id, STATUS_CODE.EOF);
        else sftp.data(id, piece);
      });
      sftp.on('CLOSE', (id) => sftp.status(id, STATUS_CODE.OK));
    });
    assert.equal((await fetch()).bytes, content.length);
    assert.deepEqual(await fs.readFile(path.join(scratch, 'fetched')), content);
  });

  it('notices a file that ends early, changes, or is none', async () => {
    let mtime = 0;
    let attrs: () => typeof ATTRS = () => ATTRS;
    server = await startFakeSftp(accept, (sftp) => {
      sftp.on('OPEN', (id) => sftp.handle(id, Buffer.from('f')));
      sftp.on('FSTAT', (id) => sftp.attrs(id, attrs()));
      sftp.on('READ', (id, _handle, at) => {
        if (at === 0) sftp.data(id, Buffer.from('abc'));
        else sftp.status(id, STATUS_CODE.EOF);
      });
      sftp.on('CLOSE', (id) => sftp.status(id, STATUS_CODE.OK));
    });
    await assertFailure(fetch(), 'short_read');
    await source?.close();
    attrs = () => ({ ...ATTRS, size: 3, mtime: mtime++ });
    await assertFailure(fetch(), 'changed_during_read');
    await source?.close();
    attrs = () => ({ ...ATTRS, mode: 0o040755 });
    await assertFailure(fetch(), 'vanished');
  });

  it('tells refusals apart', async () => {
    let status: number = STATUS_CODE.OK;
    server = await startFakeSftp(accept, (sftp) => {
      sftp.on('OPEN', (id) => sftp.status(id, status));
    });
    for (const [given, type] of [
      [STATUS_CODE.NO_SUCH_FILE, 'vanished'],
      [STATUS_CODE.PERMISSION_DENIED, 'read_denied'],
      [STATUS_CODE.FAILURE, 'source_error'],
    ] as const) {
      status = given;
      await assertFailure(fetch(), type);
      await source?.close();
    }
  });

  it('tells a connection that breaks in the middle', async () => {
    server = await startFakeSftp(accept, (sftp, connection) => {
      sftp.on('OPEN', () => connection.end());
    });
    assert.equal((await assertFailure(fetch(), 'source_unreachable', 'short_read')).retryable, true);
  });

  it('ends a wait when it is cancelled, and leaves nothing open', async () => {
    server = await startFakeSftp(accept, (sftp) => {
      sftp.on('OPENDIR', () => {});
    });
    const before = await openDescriptors();
    const silent = net.createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const reason = new Error('enough');
    for (const port of [server.port, (silent.address() as net.AddressInfo).port]) {
      const kind = createSftpKind(kindDeps());
      const parsed = kind.parse(`sftp://127.0.0.1:${port}/`, { host_key: server.fingerprint });
      const waiting = kind.open(parsed, visitor(PASSWORD));
      const stop = new AbortController();
      const listing = waiting.list(null, stop.signal);
      setTimeout(() => stop.abort(reason), 300);
      await assert.rejects(listing, (error) => error === reason);
      await waiting.close();
    }
    silent.close();
    await assertNoLeak(before);
  });

  it('does not take a web server for one of its own, nor dial what the guard refuses', async () => {
    server = await startFakeSftp(accept, empty);
    const web = net.createServer((socket) => {
      socket.on('error', () => {});
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const address = `sftp://127.0.0.1:${(web.address() as net.AddressInfo).port}/`;
    const openWith = (url: string, loopback: boolean) => {
      const guard = createGuard({ allowPrivateNets: [], allowLoopback: loopback });
      const kind = createSftpKind(kindDeps({ guard }));
      return kind.open(kind.parse(url), visitor(PASSWORD));
    };
    await assertFailure(openWith(address, true).list(null, never()), 'bad_response', 'source_unreachable');
    await assertFailure(openWith(address, false).list(null, never()), 'ssrf_blocked');
    await assertFailure(openWith('sftp://127.0.0.1:21/', true).list(null, never()), 'ssrf_blocked');
    web.close();
  });
});
