import assert from 'node:assert/strict';
import { Failure } from '../../domain/failures.ts';
import { createHttpClient } from '../../sources/reach/client.ts';
import { createGuard } from '../../sources/reach/guard.ts';
import { createSourceRegistry, type SourceRegistry } from '../../sources/registry.ts';

describe('the source registry', () => {
  const client = createHttpClient({ guard: createGuard({ allowPrivateNets: [], allowLoopback: false }) });
  const registry = (folderRoots: string[] | null = null): SourceRegistry =>
    createSourceRegistry({ client, folderRoots });
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
    ];
    for (const [input, kind, address] of rows) {
      const found = registry().parseAny(input);
      assert.deepEqual([found.kind, found.parsed.address], [kind, address]);
      // What it was parsed to is parsed to itself.
      assert.equal(registry().parseAny(address).parsed.address, address);
      assert.deepEqual(JSON.parse(JSON.stringify(found.parsed)), found.parsed);
    }
    assert.deepEqual([...registry().kinds].sort(), ['folder', 'http-directory']);
  });

  it('says what it understands when it understands nothing', () => {
    for (const input of [
      '',
      'example.com',
      'ftp://h/',
      'photos/2021',
      'C:\\photos',
      's3://b/',
      'javascript:x',
      '\\\\share\\x',
    ]) {
      assert.throws(
        () => registry().parseAny(input),
        badAddress(/https:\/\/host\/photos.*\/absolute\/path/s),
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
      assert.throws(() => registry().parseAny(input), badAddress(/./), input);
    }
  });

  it('keeps folders below the allowed roots, by the text of the path already', () => {
    const some = registry(['/srv/photos/', '/mnt']);
    for (const input of ['/srv/photos', '/srv/photos/2021', 'file:///mnt/x'])
      assert.equal(some.parseAny(input).kind, 'folder');
    for (const input of [
      '/srv',
      '/srv/photos2',
      '/srv/photos/../x',
      '/',
      '/etc/passwd',
      'file:///srv/photos/%2e%2e/x',
    ]) {
      assert.throws(() => some.parseAny(input), badAddress(/not below/), input);
    }
  });

  it('knows no other kinds, and refuses settings that it cannot use', () => {
    assert.throws(() => registry().get('ftp'), badAddress(/folder/));
    assert.throws(() => registry().open('ftp', { address: 'x', settings: {} }), badAddress(/folder/));
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
        () => registry().open('http-directory', { address: 'http://h/', settings: each }),
        badAddress(/./),
        JSON.stringify(each),
      );
    }
    assert.throws(
      () => registry().open('folder', { address: '/x', settings: { path: 1 } }),
      badAddress(/path/),
    );
  });
});
