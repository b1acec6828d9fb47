import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { ensureBuilt } from '../../cli/setup/ensure-built.js';
import { findInstallationFault } from '../../cli/setup/ensure-installed.js';
import { withLock } from '../../cli/setup/lock-file.js';
import { runStep } from '../../cli/setup/steps.js';
import { ensureTemporalBinary, findTemporalBinary } from '../../cli/setup/temporal-binary.js';
import { testTemporalBinary } from '../hosting/stack.ts';
import { scratchDir } from './scratch.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const quiet = (): void => {};

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
    assert.ok(performance.now() - started < 500);
  });
});

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

describe('a step of the set-up', () => {
  it('shows the end of the output when it fails', async () => {
    const args = ['-e', 'console.log("what went wrong"); process.exit(3)'];
    await assert.rejects(
      runStep({ title: 'Trying', command: process.execPath, args, log: quiet }),
      /Trying: .* ended with code 3\.\nwhat went wrong/,
    );
    await assert.rejects(
      runStep({ title: 'T', command: 'no-such-program', args: [], log: quiet }),
      /cannot run/,
    );
  });

  it('waits for its turn, and says for whom', async () => {
    const dir = path.join(ROOT, 'node_modules/.cache');
    mkdirSync(dir, { recursive: true });
    const file = path.join(dir, `lock-${process.pid}`);
    const said: string[] = [];
    const order: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push(`${name} ends`);
    };
    const first = withLock(file, 'somebody', work('first'), (line) => said.push(line));
    await new Promise((resolve) => setTimeout(resolve, 40));
    await Promise.all([first, withLock(file, 'the first', work('second'), (line) => said.push(line))]);
    assert.deepEqual(order, ['first begins', 'first ends', 'second begins', 'second ends']);
    assert.deepEqual(said, [`Waiting for the first (process ${process.pid})…`]);
  });
});

describe('the search for the Temporal CLI', () => {
  const dir = scratchDir('temporal-search-test');
  const cacheDir = path.join(dir, 'cache');
  const bin = path.join(dir, 'bin');
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, 0o755);
  };

  it('takes the one on PATH if it works, else the cached one', async () => {
    const cached = path.join(cacheDir, 'temporal-1.5.1/temporal');
    write(cached, 'never run by the search');
    const env = { PATH: `relative:${bin}` };
    assert.equal(await findTemporalBinary({ cacheDir, env }), cached);
    write(path.join(bin, 'temporal'), '#!/bin/sh\necho "something else"\n');
    assert.equal(await findTemporalBinary({ cacheDir, env }), cached);
    write(
      path.join(bin, 'temporal'),
      '#!/bin/sh\necho "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"\n',
    );
    assert.equal(await findTemporalBinary({ cacheDir, env }), path.join(bin, 'temporal'));
  });

  it('says what was tried and the ways out when there is none and none can be got', async function () {
    this.slow(20_000);
    const nowhere = path.join(dir, 'empty');
    // Nothing answers at the proxy, so nothing leaves this machine.
    const proxy = 'http://127.0.0.1:9';
    const env = { PATH: path.join(dir, 'none'), HTTPS_PROXY: proxy, https_proxy: proxy, ALL_PROXY: proxy };
    await assert.rejects(ensureTemporalBinary({ cacheDir: nowhere, env, log: quiet }), (error: Error) => {
      for (const text of [
        'on PATH',
        nowhere,
        'Downloading',
        'Go is not installed',
        'TEMPORAL_ADDRESS',
        '1.',
        '2.',
        '3.',
      ]) {
        assert.ok(error.message.includes(text), `${text} in\n${error.message}`);
      }
      return true;
    });
    assert.ok(!existsSync(path.join(nowhere, '.lock')));
  });

  it('takes over what the downloader of the SDK brings', async function () {
    const real = await testTemporalBinary();
    const target = path.join(dir, 'download');
    mkdirSync(target);
    try {
      // Where the SDK finds the file it would have downloaded, it downloads nothing.
      linkSync(real, path.join(target, 'temporal-v1.5.1'));
    } catch {
      this.skip();
    }
    execFileSync(process.execPath, [path.join(ROOT, 'cli/setup/temporal-download.js'), target, 'v1.5.1']);
  });
});

describe('the version check', () => {
  it('comes before anything that an old Node cannot read', () => {
    for (const entry of ['prestart.js', 'pretest.js']) {
      const [first] = readFileSync(path.join(ROOT, 'cli/setup', entry), 'utf8').split('\n');
      assert.equal(first, "import './node-version.js';", entry);
    }
    const check = path.join(ROOT, 'cli/setup/node-version.js');
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
