import assert from 'node:assert/strict';
import { Failure } from '../../domain/failures.ts';
import { createHttpClient } from '../../sources/reach/client.ts';
import { createGuard } from '../../sources/reach/guard.ts';
import { createSourceRegistry, type SourceRegistry } from '../../sources/registry.ts';
import { kindDeps, visitor } from './kindDeps.ts';

describe('the source registry', () => {
  const client = createHttpClient({ guard: createGuard({ allowPrivateNets: [], allowLoopback: false }) });
  const make = (folderRoots: string[] | null = null): SourceRegistry =>
    createSourceRegistry(kindDeps({ client, folderRoots }));
  const registry = make;
  const badAddress = (message: RegExp) => (error: unknown) =>
    error instanceof Failure && error.type === 'bad_address' && message.test(error.message);

  after(() => client.close());

  it('knows each address by its form, and gives one place one address', () => {
    const rows: readonly [string, string, string][] = [
      ['http://Host/photos', 'http-directory', 'http://host/photos/'],
      [' HTTPS://host:443/photos/ ', 'http-directory', 'https://host/photos/'],
      ['/srv//photos/../photos/', 'folder', '/srv/photos'],
      ['file:///srv/my%20photos/', 'folder', '/srv/my photos'],
      ['/', 'folder', '/'],
      ['s3://photos/2021', 's3', 's3://photos/2021/'],
      ['davs://Host/photos', 'webdav', 'webdavs://host/photos/'],
    ];
    for (const [input, kind, address] of rows) {
      const found = registry().parse(input);
      assert.deepEqual([found.kind, found.parsed.address], [kind, address]);
      // What it was parsed to is parsed to itself.
      assert.equal(registry().parse(address).parsed.address, address);
      assert.deepEqual(JSON.parse(JSON.stringify(found.parsed)), found.parsed);
    }
    const kinds = registry().kinds.map(({ kind }) => kind);
    assert.equal(new Set(kinds).size, kinds.length);
  });

  it('says what it understands when it understands nothing', () => {
    for (const input of [
      '',
      'example.com',
      'gopher://h/',
      'photos/2021',
      'C:\\photos',
      'javascript:x',
      '\\\\share\\x',
    ]) {
      assert.throws(
        () => registry().parse(input),
        (error: unknown) =>
          badAddress(/https:\/\/host\/photos/)(error) && badAddress(/\/absolute\/path/)(error),
        input,
      );
    }
    for (const input of [
      '~/photos',
      'file://host/x',
      'file:///a%2fb',
      'file:relative?x',
      '/a\nb',
      '/a\0b',
      `/${'x'.repeat(5_000)}`,
      'http://u:p@h/',
    ]) {
      assert.throws(() => registry().parse(input), badAddress(/./), input);
    }
  });

  it('keeps folders below the allowed roots, by the text of the path already', () => {
    const some = make(['/srv/photos/', '/mnt']);
    for (const input of ['/srv/photos', '/srv/photos/2021', 'file:///mnt/x'])
      assert.equal(some.parse(input).kind, 'folder');
    for (const input of [
      '/srv',
      '/srv/photos2',
      '/srv/photos/../x',
      '/',
      '/etc/passwd',
      'file:///srv/photos/%2e%2e/x',
    ]) {
      assert.throws(() => some.parse(input), badAddress(/not below/), input);
    }
  });

  it('knows no other kinds, and refuses settings that it cannot use', () => {
    assert.throws(() => registry().get('gopher'), badAddress(/folder/));
    assert.throws(
      () => registry().open('gopher', { address: 'x', settings: {} }, visitor()),
      badAddress(/folder/),
    );
    const settings = [
      {},
      null,
      [],
      { url: 5 },
      { url: 'ftp://h/' },
      { url: 'http://h/', maxDepth: -1 },
      { url: 'http://h/', include: [''] },
    ];
    for (const each of settings) {
      assert.throws(
        () => registry().open('http-directory', { address: 'http://h/', settings: each }, visitor()),
        badAddress(/./),
        JSON.stringify(each),
      );
    }
    for (const [kind, each] of [
      ['s3', { endpoint: 'file:///', bucket: 'photos', prefix: '' }],
      ['s3', { endpoint: 'https://h', bucket: 'photos', prefix: '', region: 'h/' }],
      ['webdav', { base: 'ftp://h/', share: null }],
      ['webdav', { base: 'http://u:p@h/', share: null }],
    ] as const) {
      assert.throws(
        () => registry().open(kind, { address: 'x', settings: each }, visitor()),
        badAddress(/./),
        JSON.stringify(each),
      );
    }
    assert.throws(
      () => registry().open('folder', { address: '/x', settings: { path: 1 } }, visitor()),
      badAddress(/path/),
    );
  });
});
