import assert from 'node:assert/strict';
import { Failure } from '../../../domain/failures.ts';
import createWebdavKind from '../../../sources/kinds/webdav/kind.ts';
import { placesOf } from '../../../sources/kinds/webdav/places.ts';
import { readSettings } from '../../../sources/kinds/webdav/settings.ts';
import { createSourceRegistry } from '../../../sources/registry.ts';
import type { Json } from '../../../sources/source.ts';
import { kindDeps } from '../kindDeps.ts';

const TOKEN = 'aB3dE6gH9jK2mN5';

describe('addresses of WebDAV folders', () => {
  const deps = kindDeps();
  const kind = createWebdavKind(deps);
  const places = (input: string) =>
    placesOf(readSettings(kind.parse(input).settings), null).map(({ root }) => root.href);

  after(() => deps.client.close());

  it('gives one place one address, takes that for itself, and knows where to ask', () => {
    const link = (base: string, folder = '') => [
      `${base}/public.php/webdav/${folder}`,
      `${base}/public.php/dav/files/${TOKEN}/${folder}`,
    ];
    const rows: readonly [string, string, string[]][] = [
      ['webdavs://Host/photos', 'webdavs://host/photos/', ['https://host/photos/']],
      [' DAVS://host:443/photos/ ', 'webdavs://host/photos/', ['https://host/photos/']],
      ['dav://host:80/a%7eb/%c3%a9', 'webdav://host/a~b/%C3%A9/', ['http://host/a~b/%C3%A9/']],
      ['webdav://host:8080', 'webdav://host:8080/', ['http://host:8080/']],
      ['https://host/remote.php/dav/files/me/', 'webdavs://host/remote.php/dav/files/me/', []],
      ['http://host/a/../b', 'webdav://host/b/', ['http://host/b/']],
      ['webdavs://host/s/abc', 'webdavs://host/s/abc/', ['https://host/s/abc/']],
      [`https://host/s/${TOKEN}`, `https://host/s/${TOKEN}`, link('https://host')],
      [`https://Host/index.php/s/${TOKEN}/`, `https://host/s/${TOKEN}`, link('https://host')],
      [
        `http://host:81/my/cloud/s/${TOKEN}`,
        `http://host:81/my/cloud/s/${TOKEN}`,
        link('http://host:81/my/cloud'),
      ],
      [`https://host/s/${TOKEN}?path=%2F`, `https://host/s/${TOKEN}`, link('https://host')],
      [
        `https://host/s/${TOKEN}?path=%2FSummer%202021%2Fa%2Bb`,
        `https://host/s/${TOKEN}?path=/Summer%202021/a%2Bb`,
        link('https://host', 'Summer%202021/a%2Bb/'),
      ],
      [`https://host/s/${TOKEN}?dir=/x`, `https://host/s/${TOKEN}?path=/x`, link('https://host', 'x/')],
      ['https://host/s/own-name', 'https://host/s/own-name', []],
    ];
    for (const [input, address, roots] of rows) {
      const parsed = kind.parse(input);
      assert.equal(parsed.address, address, input);
      assert.equal(kind.parse(address).address, address);
      assert.deepEqual(kind.parse(address, parsed.settings as { [name: string]: Json }), parsed);
      if (roots.length > 0) assert.deepEqual(places(input), roots);
      assert.equal(kind.account(parsed), new URL(parsed.address.replace(/^webdav/, 'http')).host);
    }
  });

  it('takes no address from other kinds that is not surely its own', () => {
    const registry = createSourceRegistry(deps);
    const rows: readonly [string, string][] = [
      ['webdavs://host/x', 'webdav'],
      ['dav://host/x', 'webdav'],
      [`https://host/s/${TOKEN}`, 'webdav'],
      [`https://host/cloud/index.php/s/${TOKEN}?path=%2Fx`, 'webdav'],
      ['https://host/s/photos', 'http-directory'],
      [`https://host/s/${TOKEN}/more/`, 'http-directory'],
      [`https://host/photos/${TOKEN}`, 'http-directory'],
      ['https://host/remote.php/dav/files/me/', 'http-directory'],
      ['s3://bucket/x', 's3'],
    ];
    for (const [input, wanted] of rows) assert.equal(registry.parse(input).kind, wanted, input);
    assert.equal(registry.parse('https://host/dav/', 'webdav').parsed.address, 'webdavs://host/dav/');
  });

  it('refuses what it cannot use with a sentence, and never repeats a secret', () => {
    const rows: readonly [string, { [name: string]: Json }, RegExp][] = [
      ['webdavs://me:s3cr3t@host/x', {}, /credentials separately/],
      [`https://me:s3cr3t@host/s/${TOKEN}`, {}, /credentials separately/],
      ['webdav://', {}, /no host/],
      ['webdav:host', {}, /must start with/],
      ['ftp://host/', {}, /must start with/],
      ['/files', {}, /must start with/],
      ['webdavs://host/x?y=1', {}, /query/],
      [`https://host/s/${TOKEN}?path=/a&token=s3cr3t`, {}, /query/],
      [`https://host/s/${TOKEN}?path=/a/../../b`, {}, /folder/],
      [`https://host/s/${TOKEN}?path=/a%0Ab`, {}, /folder/],
      ['webdavs://ho\nst/', {}, /control/],
      ['webdavs://host\\x/', {}, /backslash/],
      ['webdavs://host/', { password: 's3cr3t' }, /"password"/],
      ['webdavs://host/', { maxDepth: 51 }, /"maxDepth"/],
    ];
    for (const [input, options, message] of rows) {
      assert.throws(
        () => kind.parse(input, options),
        (error: unknown) =>
          error instanceof Failure &&
          error.type === 'bad_address' &&
          message.test(error.message) &&
          !/s3cr3t/.test(`${error.message} ${error.stack}`),
        input,
      );
    }
  });
});
