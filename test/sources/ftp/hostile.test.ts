import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import type { FailureType } from '../../../domain/failures.ts';
import createFtpKind from '../../../sources/kinds/ftp/kind.ts';
import { createGuard } from '../../../sources/reach/guard.ts';
import type { Json, Source, SourceItem } from '../../../sources/source.ts';
import { assertFailure, readAll } from '../contract.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { assertNoLeak, openDescriptors } from '../leaks.ts';
import { type FakeFtp, startFakeFtp } from './fakeFtp.ts';
import { makeCertificate } from './vsftpd.ts';

const never = () => new AbortController().signal;
const LOGIN = { type: 'basic', username: 'me', password: 'pa55-s3cr3t' };

describe('FTP servers that do what they should not', () => {
  let server: FakeFtp;
  let scratch: string;
  let counter = 0;
  let source: Source | null = null;

  const open = (
    options: Record<string, Json> = {},
    credentials: unknown = null,
    deps = kindDeps(),
  ): Source => {
    const kind = createFtpKind(deps);
    source = kind.open(kind.parse(`ftp://127.0.0.1:${server.port}/`, options), visitor(credentials));
    return source;
  };
  const list = async (options: Record<string, Json> = {}) => (await readAll(() => open(options))).items;
  const fetch = async (item: SourceItem | string, resumeFrom?: { bytes: Buffer; note: string }) => {
    const toPath = path.join(scratch, `f${counter++}`);
    if (resumeFrom) {
      await fs.writeFile(toPath, resumeFrom.bytes);
      await fs.writeFile(`${toPath}.part`, resumeFrom.note);
    }
    const asked =
      typeof item === 'string' ? { externalId: item, locator: item, size: null, sizeExact: false } : item;
    await open().fetch(asked, {
      toPath,
      maxBytes: 1e6,
      signal: never(),
      resumable: resumeFrom !== undefined,
    });
    return fs.readFile(toPath, 'utf8');
  };

  before(async () => {
    scratch = await fs.mkdtemp(path.join(os.tmpdir(), 'ftp-'));
  });
  afterEach(async () => {
    await source?.close();
    await server.close();
  });
  after(() => fs.rm(scratch, { recursive: true }));

  it('never dials the host that PASV names', async () => {
    const dialled: string[] = [];
    const trap = net.createServer((socket) => {
      dialled.push(String(socket.localAddress));
      socket.end('type=file;size=1; trapped.jpg\r\n');
    });
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.9', resolve));
    const { port } = trap.address() as net.AddressInfo;
    server = await startFakeFtp(
      { EPSV: '502 no', PASV: `227 Passive (127,0,0,9,${port >> 8},${port & 255})` },
      () => 'never sent',
    );
    // Nobody listens at that port of the server itself, which is where the connection goes.
    const failure = await assertFailure(open().list(null, never()), 'source_unreachable');
    assert.equal(failure.retryable, true);
    assert.deepEqual(dialled, []);
    trap.close();
  });

  it('takes the port of PASV and the address that it has', async () => {
    server = await startFakeFtp(
      { EPSV: '502 no', PASV: '227 Passive (10,1,2,3,OLDPORT)' },
      () => '-rw-r--r-- 1 0 0 5 May 31 2021 a.jpg\r\n',
    );
    assert.deepEqual(
      (await list()).map((item) => item.name),
      ['a.jpg'],
    );
    assert.equal(server.said.filter((line) => line === 'EPSV').length, 1);
  });

  it('opens no connection to a port that the guard refuses', async () => {
    server = await startFakeFtp({ EPSV: '229 (|||5432|)' });
    await assertFailure(open().list(null, never()), 'ssrf_blocked');
    await source?.close();
    await assertFailure(
      open({}, null, kindDeps({ guard: createGuard({ allowPrivateNets: [], allowLoopback: false }) })).list(
        null,
        never(),
      ),
      'ssrf_blocked',
    );
  });

  it('sends no password in clear unless somebody said so', async () => {
    server = await startFakeFtp({}, () => '');
    const failure = await assertFailure(open({}, LOGIN).list(null, never()), 'auth_failed');
    assert.match(failure.message, /"tls" to "none"/);
    assert.deepEqual(server.said, ['AUTH TLS']);
    await source?.close();
    assert.deepEqual((await open({ tls: 'none' }, LOGIN).list(null, never())).items, []);
    assert.ok(server.said.includes('PASS pa55-s3cr3t'));
  });

  it('takes no data from anybody who only knows the port', async () => {
    const certificates = await Promise.all(
      ['control', 'data'].map(async (name) => {
        const work = path.join(scratch, name);
        await fs.mkdir(work);
        const { pem, fingerprint } = await makeCertificate(work);
        return { pem: await fs.readFile(pem, 'utf8'), fingerprint };
      }),
    );
    const [control, data] = certificates;
    assert.ok(control && data);
    const line = () => '-rw-r--r-- 1 0 0 5 May 31 2021 a.jpg\r\n';
    const settings = { tls: 'implicit', certificate_sha256: control.fingerprint };
    server = await startFakeFtp({}, line, undefined, { control: control.pem, data: data.pem });
    await assertFailure(open(settings).list(null, never()), 'host_key_mismatch');
    await source?.close();
    await server.close();
    server = await startFakeFtp({}, line, undefined, { control: control.pem, data: control.pem });
    assert.equal((await open(settings).list(null, never())).items.length, 1);
  });

  it('sends a password as UTF-8', async () => {
    server = await startFakeFtp({}, () => '');
    await open({ tls: 'none' }, { ...LOGIN, password: 'pässwörd' }).list(null, never());
    assert.ok(server.said.includes(`PASS ${Buffer.from('pässwörd').toString('latin1')}`));
  });

  const REPLIES: [string, Record<string, string>, string | undefined, FailureType][] = [
    ['too many visitors, at the door', {}, '421 Too many connections', 'source_throttled'],
    ['a server that shuts down', {}, '421 Shutting down', 'source_unreachable'],
    ['a server that is not ready', {}, '120 Wait', 'source_error'],
    ['a wrong password', { PASS: '530 Login incorrect: pa55-s3cr3t' }, undefined, 'auth_failed'],
    [
      'too many visitors, at the login',
      { PASS: '530 Maximum number of clients' },
      undefined,
      'source_throttled',
    ],
    ['an account that is asked for', { PASS: '332 account' }, undefined, 'auth_failed'],
    ['a server that wants TLS', { USER: '530 must use encryption' }, undefined, 'auth_failed'],
    ['no binary transfers', { TYPE: '504 no' }, undefined, 'bad_response'],
    ['no such root', { CWD: '550 nothing' }, undefined, 'source_not_found'],
    ['a root that is closed', { CWD: '550 Permission denied' }, undefined, 'read_denied'],
    ['no data connection', { LIST: '425 no' }, undefined, 'source_unreachable'],
    ['a disk that fails', { LIST: '451 local error' }, undefined, 'source_error'],
    ['rubbish instead of a port', { EPSV: '229 (|||zzz|)' }, undefined, 'bad_response'],
  ];
  for (const [what, answers, greeting, type] of REPLIES) {
    it(`tells ${what}`, async () => {
      server = await startFakeFtp(answers, () => '', greeting);
      const failure = await assertFailure(open({ tls: 'none' }, LOGIN).list(null, never()), type);
      const shown = `${failure.message} ${failure.stack} ${inspect(failure, { depth: 9 })}`;
      assert.doesNotMatch(shown, /s3cr3t/);
    });
  }

  it('reads MLSD where it is known, to the second', async () => {
    server = await startFakeFtp({ FEAT: '211-\r\n MLST type*;size*;modify*;\r\n211 End' }, (command) =>
      command === 'MLSD'
        ? [
            'type=cdir;modify=20210531082538; .',
            'type=file;size=5;modify=20210531082538; a.jpg',
            'type=file;size=7;modify=20210531082539;  leading.jpg',
            'type=OS.unix=slink:../../etc/passwd;size=9; outside.jpg',
            'type=OS.unix=slink:a.jpg;size=5;modify=20210531082538; inside.jpg',
            'type=file;size=1; ../../up.jpg',
            'type=file;size=1; a\x1bb.jpg',
            'type=dir;modify=20210531082538; ..',
          ].join('\r\n')
        : null,
    );
    const items = await list();
    assert.deepEqual(
      items.map(({ externalId, size, version, skip }) => [externalId, size, version, skip]),
      [
        [' leading.jpg', 7, '7@20210531082539', undefined],
        ['//..%2F..%2Fup.jpg', null, 'bad-name', 'bad_name'],
        ['//a%1Bb.jpg', null, 'bad-name', 'bad_name'],
        ['//outside.jpg', null, 'bad-name', 'bad_name'],
        ['a.jpg', 5, '5@20210531082538', undefined],
        ['inside.jpg', null, 'link@20210531082538', undefined],
      ],
    );
    assert.equal(
      items.find(({ name }) => name === 'a.jpg')?.modifiedAt?.toISOString(),
      '2021-05-31T08:25:38.000Z',
    );
  });

  it('reads what DOS lists, and names that are not UTF-8', async () => {
    server = await startFakeFtp({}, (command) =>
      command === 'LIST -a'
        ? null
        : Buffer.from(
            '05-31-21  08:25AM       123456 my photo.jpg\r\n05-31-21  08:25AM  1 \xff\xfe.jpg\r\n' +
              '05-31-21  08:25AM  1 \xfe\xfe.jpg\r\n05-31-21  08:25AM  1 \xc3\xbc.jpg\r\n',
            'latin1',
          ),
    );
    assert.deepEqual(
      (await list()).map(({ externalId, size }) => [externalId, size]),
      [
        ['//%FE%FE.jpg', null],
        ['//%FF%FE.jpg', null],
        ['my photo.jpg', 123_456],
        ['ü.jpg', 1],
      ],
    );
  });

  it('says so when a listing is in no known form', async () => {
    server = await startFakeFtp({}, () => 'Directory of SYS$FILES:\r\nA.JPG;1   5/9  31-MAY-2021 [ME]\r\n');
    await assertFailure(open().list(null, never()), 'bad_response');
  });

  it('asks again without an option that the server took for a name', async () => {
    server = await startFakeFtp({}, (command) =>
      command === 'LIST -a' ? '' : '-rw-r--r-- 1 0 0 5 May 31 2021 a.jpg\r\n',
    );
    assert.deepEqual(
      (await list()).map((item) => item.name),
      ['a.jpg'],
    );
  });

  it('does not go round in directories that a server invents', async () => {
    server = await startFakeFtp({}, () => 'drwxr-xr-x 1 0 0 5 May 31 2021 again\r\n');
    assert.deepEqual(await list({ maxDepth: 20 }), []);
    assert.equal(server.said.filter((line) => line.startsWith('CWD')).length, 21);
  });

  it('goes on from a part only where the time is the same and REST is known', async () => {
    const note = JSON.stringify({ total: 6, validator: '6@2021-05-31T08:25:38.000Z' });
    const part = { bytes: Buffer.from('abc'), note };
    const known = { SIZE: '213 6', MDTM: '213 20210531082538' };
    const content = (_command: string, from: number) => 'abcdef'.slice(from);
    server = await startFakeFtp(known, content);
    assert.equal(await fetch('a.jpg', part), 'abcdef');
    assert.ok(server.said.includes('REST 3'));
    await source?.close();
    await server.close();
    server = await startFakeFtp({ ...known, MDTM: '213 20210531082539' }, content);
    assert.equal(await fetch('a.jpg', part), 'abcdef');
    assert.ok(!server.said.some((line) => line.startsWith('REST')));
    await source?.close();
    await server.close();
    server = await startFakeFtp({ ...known, REST: '502 no' }, content);
    assert.equal(await fetch('a.jpg', part), 'abcdef');
    assert.equal(server.said.filter((line) => line.startsWith('RETR')).length, 1);
    await source?.close();
    await server.close();
    server = await startFakeFtp({ MDTM: '502 no', SIZE: '502 no' }, content);
    assert.equal(await fetch('a.jpg', part), 'abcdef');
  });

  it('notices a file that comes shorter than was said', async () => {
    server = await startFakeFtp({ SIZE: '213 6' }, () => 'abc');
    await assertFailure(fetch('a.jpg'), 'short_read');
  });

  it('tells a file that may not be opened from one that is gone', async () => {
    server = await startFakeFtp({ SIZE: '213 6' });
    await assertFailure(fetch('a.jpg'), 'read_denied');
    await source?.close();
    await server.close();
    server = await startFakeFtp({});
    await assertFailure(fetch('a.jpg'), 'vanished');
  });

  it('ends a wait for an answer when it is cancelled, and leaves nothing open', async () => {
    for (const silent of ['USER', 'CWD', 'EPSV', 'LIST']) {
      server = await startFakeFtp({ [silent]: null }, () => '');
      const before = await openDescriptors();
      const stop = new AbortController();
      const reason = new Error('enough');
      const listing = open().list(null, stop.signal);
      setTimeout(() => stop.abort(reason), 100);
      await assert.rejects(listing, (error) => error === reason);
      await source?.close();
      await server.close();
      await assertNoLeak(before);
    }
    server = await startFakeFtp({});
  });
});
