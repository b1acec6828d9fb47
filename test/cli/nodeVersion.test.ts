import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

describe('the version check', () => {
  it('comes before anything that an old Node cannot read', () => {
    for (const entry of ['prestart.js', 'pretest.js']) {
      const [first] = readFileSync(path.join(ROOT, 'cli/setup', entry), 'utf8').split('\n');
      assert.equal(first, "import './nodeVersion.js';", entry);
    }
    const check = path.join(ROOT, 'cli/setup/nodeVersion.js');
    const pretend = "Object.defineProperty(process.versions, 'node', { value: '20.18.9' });";
    const script = `${pretend} await import(${JSON.stringify(check)}); console.log('went on')`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /needs Node 20\.19 or newer; this is Node 20\.18\.9/);
  });
});
