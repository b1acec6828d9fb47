import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const INSIDE = path.join(import.meta.dirname, 'fixtures/privateAddresses.ts');
/** A network of its own, which owns the addresses that nobody may be led to. */
const NETWORK = [
  'ip link set lo up',
  'ip addr add 169.254.169.254/32 dev lo',
  'ip addr add 10.0.0.1/32 dev lo',
].join(' && ');

describe('F41: whoever names a private address', () => {
  before(function () {
    const made = spawnSync('unshare', ['-n', 'sh', '-c', NETWORK], { stdio: 'ignore' });
    if (process.getuid?.() !== 0 || made.status !== 0) this.skip();
  });

  it('reaches nothing in a network where all of them answer', async function () {
    this.timeout(900_000);
    const mocha = path.join(ROOT, 'node_modules/mocha/bin/mocha.js');
    const child = spawn(
      'unshare',
      ['-n', 'sh', '-c', `${NETWORK} && exec "$0" "$@"`, process.execPath, mocha, INSIDE],
      { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += chunk;
      });
    const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
    console.log(output.split('\n').find((line) => line.startsWith('{"test"')) ?? output);
    assert.equal(code, 0, output);
  });
});
