import assert from 'node:assert/strict';
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findInstallationFault } from '../../cli/setup/ensureInstalled.js';
import { scratchDir } from './scratch.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

describe('the check of node_modules', () => {
  const dir = scratchDir('install-test');
  const lock = (packages: object): string => JSON.stringify({ packages });
  const one = { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } };
  const other = { 'node_modules/for-macos': { version: '1.0.0', integrity: 'sha512-y', optional: true } };
  const put = (wanted: object, installed: object | null): Promise<string | null> => {
    rmSync(path.join(dir, 'node_modules'), { recursive: true, force: true });
    mkdirSync(path.join(dir, 'node_modules'));
    writeFileSync(path.join(dir, 'package-lock.json'), lock({ '': {}, ...wanted }));
    if (installed !== null) writeFileSync(path.join(dir, 'node_modules/.package-lock.json'), lock(installed));
    return findInstallationFault(dir);
  };

  it('is content with what the lock file says, whatever the times and the platform', async () => {
    assert.equal(await put({ ...one, ...other }, one), null);
    utimesSync(path.join(dir, 'package-lock.json'), new Date(), new Date(Date.now() + 60_000));
    assert.equal(await findInstallationFault(dir), null);
  });

  it('notices what is missing, changed, cut off or too much', async () => {
    assert.match((await put(one, null)) ?? '', /not installed yet/);
    assert.match((await put(one, {})) ?? '', /node_modules\/a is missing/);
    assert.match((await put(one, { 'node_modules/a': { version: '0.9.0' } })) ?? '', /has changed/);
    assert.match((await put(one, { ...one, 'node_modules/b': {} })) ?? '', /no longer needed/);
  });

  it('takes no time worth mentioning on this checkout', async () => {
    await findInstallationFault(ROOT);
    const started = performance.now();
    assert.equal(await findInstallationFault(ROOT), null);
    assert.ok(performance.now() - started < 5_000);
  });
});
