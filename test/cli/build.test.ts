import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt } from '../../cli/setup/ensureBuilt.js';
import { scratchDir } from './scratch.ts';

const quiet = (): void => {};

describe('the build', () => {
  const dir = scratchDir('build-test');
  let runs: string[] = [];
  const step = (name: string, sources: string[], fails = false) => ({
    name,
    presence: 'here',
    sources,
    output: `dist/${name}`,
    run: async (root: string) => {
      runs.push(name);
      if (fails) throw new Error('the compiler said no');
      writeFileSync(path.join(root, 'dist', name), '');
    },
  });
  const steps = [step('server', ['*.ts', 'src']), step('web', ['web'])];
  const build = async (options = {}): Promise<string[]> => {
    runs = [];
    await ensureBuilt({ root: dir, steps, log: quiet, ...options });
    return runs;
  };

  before(() => {
    for (const folder of ['src/deep', 'web']) mkdirSync(path.join(dir, folder), { recursive: true });
    for (const file of ['here', 'main.ts', 'src/deep/a.ts', 'web/page.css'])
      writeFileSync(path.join(dir, file), 'x');
  });

  it('runs what is stale, and only that', async () => {
    assert.deepEqual(await build(), ['server', 'web']);
    assert.deepEqual(await build(), []);
    writeFileSync(path.join(dir, 'web/page.css'), 'longer');
    assert.deepEqual(await build(), ['web']);
    rmSync(path.join(dir, 'src/deep/a.ts'));
    assert.deepEqual(await build(), ['server']);
    writeFileSync(path.join(dir, 'main.ts'), 'longer');
    assert.deepEqual(await build(), ['server']);
    rmSync(path.join(dir, 'dist/web'));
    assert.deepEqual(await build(), ['web']);
    assert.deepEqual(await build({ force: true }), ['server', 'web']);
  });

  it('tries again after a failure, and leaves no lock', async () => {
    writeFileSync(path.join(dir, 'main.ts'), 'broken');
    await assert.rejects(build({ steps: [step('server', ['*.ts', 'src'], true)] }), /compiler said no/);
    assert.ok(!existsSync(path.join(dir, 'dist/.building')));
    assert.deepEqual(await build(), ['server']);
  });

  it('happens once when two start at the same time', async () => {
    runs = [];
    await Promise.all([1, 2, 3].map(() => ensureBuilt({ root: dir, steps, log: quiet, force: false })));
    writeFileSync(path.join(dir, 'main.ts'), 'once more');
    await Promise.all([1, 2, 3].map(() => ensureBuilt({ root: dir, steps, log: quiet })));
    assert.deepEqual(runs, ['server']);
  });
});
