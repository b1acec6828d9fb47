import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError, readConfig, readTarget } from '../config.ts';

describe('the settings', () => {
  it('need nothing', () => {
    const config = readConfig({});
    assert.equal(config.port, 8000);
    assert.equal(config.host, '127.0.0.1');
    assert.equal(config.reach.allowLoopback, false, 'loopback is an explicit choice');
    assert.deepEqual(config.reach.folders, []);
  });

  it('report every problem at once, and repeat no value', () => {
    const secret = 'hunter2-short';
    assert.throws(
      () =>
        readConfig({
          PORT: 'eighty',
          DATABASE_URL: 'mysql://root:pw@x/y',
          SECRET_KEY: secret,
          LOG_LEVEL: 'loud',
        }),
      (error) => {
        assert.ok(error instanceof ConfigError);
        assert.equal(error.exitCode, 78);
        for (const name of ['PORT', 'DATABASE_URL', 'SECRET_KEY', 'LOG_LEVEL'])
          assert.match(error.message, new RegExp(name));
        assert.doesNotMatch(error.message, /hunter2|mysql|eighty/);
        return true;
      },
    );
  });

  it('do not let a server listen to others where nobody says who they are', () => {
    for (const HOST of ['0.0.0.0', '::', '192.0.2.1', 'images.example.org']) {
      assert.throws(() => readConfig({ HOST }), /ACCESS: must be "required".*tributary users add/s);
      assert.ok(readConfig({ HOST, ACCESS: 'required' }).access.required);
    }
    for (const HOST of ['localhost', '127.0.0.2', '::1', ''])
      assert.ok(!readConfig({ HOST }).access.required);
  });

  it('want everything of an external issuer or nothing', () => {
    const all = {
      ACCESS: 'required',
      ACCESS_ISSUER: 'https://id',
      ACCESS_AUDIENCE: 'a',
      ACCESS_JWKS_URL: 'https://id/keys',
    };
    assert.deepEqual(readConfig({ ...all, ACCESS_MAP: 'team=north:viewer,it=*:admin' }).access.issuer?.map, {
      ...{ team: 'north:viewer', it: '*:admin' },
    });
    assert.throws(() => readConfig({ ...all, ACCESS_JWKS_URL: '' }), /ACCESS_JWKS_URL/);
    assert.throws(() => readConfig({ ...all, ACCESS: 'open' }), /ACCESS:/);
    assert.throws(() => readConfig({ ...all, ACCESS_ISSUER: 'tributary' }), /ACCESS_ISSUER/);
    assert.throws(() => readConfig({ ...all, ACCESS_ALGORITHMS: 'RS256,HS256' }), /ACCESS_ALGORITHMS/);
    assert.throws(() => readConfig({ ...all, ACCESS_ALGORITHMS: 'none' }), /ACCESS_ALGORITHMS/);
    assert.throws(() => readConfig({ ...all, ACCESS_MAP: 'team=north:owner' }), /ACCESS_MAP/);
  });

  it('take an empty value for an absent one', () => {
    assert.equal(readConfig({ PORT: '', DATABASE_URL: '', ALLOW_LOOPBACK: '' }).database.url, null);
  });

  it('understand the names of the older services', () => {
    const config = readConfig({
      DATABASE_URL: 'postgres://u:p@h/db',
      STORAGE_PATH: '/srv/images',
      PURGE_DAYS: '7',
      GOOGLE_API_KEY: 'g',
      DROPBOX_ACCESS_TOKEN: 'd',
      SECRET_KEY: 'x'.repeat(32),
    });
    assert.equal(config.storage.objectsDir, '/srv/images');
    assert.equal(config.purgeDays, 7);
    assert.equal(config.providers.google.apiKey, 'g');
  });

  it('are all in .env.example', async () => {
    const root = path.resolve(import.meta.dirname, '..');
    const source = await readFile(path.join(root, 'config.ts'), 'utf8');
    const example = await readFile(path.join(root, '.env.example'), 'utf8');
    const names = [...source.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map((match) => match[1]!);
    assert.ok(names.length > 20);
    for (const name of names) {
      if (name === 'TRIBUTARY_FAILPOINT') continue;
      assert.match(example, new RegExp(`^# ${name}=`, 'm'), name);
    }
  });

  describe('of a bucket', () => {
    const bucket = { S3_BUCKET: 'photos', S3_ACCESS_KEY: 'key', S3_SECRET_KEY: 'a secret' };

    it('are nothing unless one is named', () => {
      assert.equal(readConfig({ S3_REGION: 'eu-west-1' }).storage.s3, null);
      assert.equal(readConfig({ S3_REDIRECT_DOWNLOADS: 'true' }).storage.redirectDownloads, false);
    });

    it('come whole or not at all, and no secret is repeated', () => {
      assert.throws(
        () => readConfig({ S3_ENDPOINT: 'http://127.0.0.1:9000', S3_SECRET_KEY: 'a secret' }),
        (error) =>
          error instanceof ConfigError &&
          /S3_BUCKET: .*\n.*S3_ACCESS_KEY: /.test(error.message) &&
          !error.message.includes('a secret'),
      );
      assert.throws(
        () => readConfig({ ...bucket, S3_ENDPOINT: 'https://s3.example.org/photos' }),
        /S3_ENDPOINT/,
      );
      for (const prefix of ['/x', '../x', 'a/../b', 'a//b', './x'])
        assert.throws(() => readConfig({ ...bucket, S3_PREFIX: prefix }), /S3_PREFIX/, prefix);
    });

    it('put the bucket into the host name at Amazon, and into the path elsewhere', () => {
      const amazon = readConfig({ ...bucket, S3_REGION: 'eu-west-1', S3_PREFIX: 'a/b' }).storage.s3;
      assert.deepEqual(
        [amazon?.endpoint, amazon?.pathStyle, amazon?.prefix],
        ['https://s3.eu-west-1.amazonaws.com', false, 'a/b/'],
      );
      const own = readConfig({ ...bucket, S3_ENDPOINT: 'http://10.0.0.1:9000/' }).storage.s3;
      assert.deepEqual(
        [own?.endpoint, own?.publicEndpoint, own?.pathStyle],
        ['http://10.0.0.1:9000', 'http://10.0.0.1:9000', true],
      );
    });

    it('of a target begin with TARGET_', () => {
      assert.deepEqual(readTarget({ ...bucket }), { objectsDir: null, s3: null });
      assert.equal(
        readTarget({ TARGET_S3_BUCKET: 'b1b', TARGET_S3_ACCESS_KEY: 'x', TARGET_S3_SECRET_KEY: 'y' }).s3
          ?.bucket,
        'b1b',
      );
      assert.throws(() => readTarget({ TARGET_S3_BUCKET: 'b1b' }), /TARGET_S3_ACCESS_KEY/);
    });
  });
});
