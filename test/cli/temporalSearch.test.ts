import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, linkSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureTemporalBinary, findTemporalBinary } from '../../cli/setup/temporalBinary.js';
import { testTemporalBinary } from '../hosting/stack.ts';
import { scratchDir } from './scratch.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const quiet = (): void => {};

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
    execFileSync(process.execPath, [path.join(ROOT, 'cli/setup/temporalDownload.js'), target, 'v1.5.1']);
  });
});
