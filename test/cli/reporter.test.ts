import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

function mocha(fixture: string): { status: number | null; lines: string[] } {
  const args = ['node_modules/mocha/bin/mocha.js', '--no-config', '--reporter', 'test/reporter.js'];
  const { status, stdout } = spawnSync(process.execPath, [...args, path.join('test/cli/fixtures', fixture)], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { status, lines: stdout.trimEnd().split('\n') };
}

describe('the test reporter', () => {
  it('ends with the counts, after the failures in full and what was skipped', () => {
    const { status, lines } = mocha('spec.cjs');
    assert.equal(status, 1);
    assert.equal(lines.at(-1), '1 passed, 1 failed, 2 skipped');
    const text = lines.join('\n');
    assert.match(text, /2 in needs a server/);
    assert.match(text, /a suite[\s\S]*Error: on purpose[\s\S]*at /);
    assert.equal(text.match(/passed, /g)?.length, 1);
  });

  it('names no skipped ones when there are none', () => {
    const { status, lines } = mocha('passingSpec.cjs');
    assert.equal(status, 0);
    assert.equal(lines.at(-1), '1 passed, 0 failed');
  });
});
