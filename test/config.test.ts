import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError, readConfig } from '../config.ts';

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
});
