import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { scratchDir, until } from './scratch.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

describe('the servers of a test run', () => {
  const dir = scratchDir('hosting-test');

  function mocha(env: Record<string, string>): {
    child: ChildProcess;
    output: () => string;
    ended: Promise<number | null>;
  } {
    const args = [
      '--no-config',
      '--import=tsx',
      '--require',
      './test/hosting/globals.ts',
      '--reporter',
      'test/reporter.js',
    ];
    const child = spawn(
      process.execPath,
      ['node_modules/mocha/bin/mocha.js', ...args, 'test/cli/fixtures/hostingSpec.ts', '--timeout', '30000'],
      {
        cwd: ROOT,
        env: { ...process.env, TMPDIR: dir, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    return { child, output: () => output, ended: new Promise((resolve) => child.once('exit', resolve)) };
  }
  /** Directories of servers, and processes that were told to work in one. */
  const left = (): string[] => [
    ...readdirSync(dir).filter((name) => name.startsWith('tributary-')),
    ...execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes(`${dir}/tributary-`)),
  ];

  it('are gone after the run, and the process ends by itself', async () => {
    const run = mocha({ WITH_TEMPORAL: 'yes' });
    assert.equal(await run.ended, 0, run.output());
    assert.equal(run.output().trimEnd().split('\n').at(-1), '2 passed, 0 failed');
    assert.deepEqual(left(), []);
  });

  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    it(`are gone after ${signal} in the middle of it`, async () => {
      const run = mocha({ HANG: 'yes' });
      await until(() => run.output().includes('hanging'), `it hangs: ${run.output()}`, 30_000);
      assert.ok(left().length >= 2, 'a server runs');
      process.kill(-run.child.pid!, signal);
      // A second one is what people press; mocha finishes the test at hand after the first.
      if (signal === 'SIGINT') process.kill(-run.child.pid!, signal);
      await run.ended;
      await until(() => left().length === 0, 'nothing is left', 20_000).catch((error) => {
        throw new Error(`${error.message}: ${left().join('\n')}`);
      });
    });
  }
});
