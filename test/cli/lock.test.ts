import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AlreadyRunning, lockDataDir } from '../../cli/embedded/lock.ts';
import { tryLock } from '../../cli/setup/lockFile.js';
import { identifyProcess } from '../../cli/setup/processIdentity.js';
import { isAlive, scratchDir, whenGone } from './scratch.ts';

describe('the lock on a data directory', () => {
  const dir = scratchDir('lock-test');

  it('is refused while its holder lives, with process and address, and taken over after kill -9', async () => {
    const dataDir = path.join(dir, 'held');
    const holder = fork(path.join(import.meta.dirname, 'fixtures/holdLock.ts'), [dataDir], {
      execArgv: process.execArgv,
    });
    await new Promise((resolve) => holder.once('message', resolve));
    await assert.rejects(lockDataDir(dataDir), (error: Error) => {
      assert.ok(error instanceof AlreadyRunning);
      assert.match(error.message, new RegExp(`process ${holder.pid}, http://127\\.0\\.0\\.1:8123`));
      assert.ok(error.message.includes(dataDir));
      return true;
    });
    holder.kill('SIGKILL');
    await whenGone(holder.pid!);
    const lock = await lockDataDir(dataDir);
    await lock.release();
    assert.deepEqual(readdirSync(dataDir), []);
  });

  it('makes the directory for its owner only, and is free again after a release', async () => {
    const dataDir = path.join(dir, 'new');
    await (await lockDataDir(dataDir)).release();
    assert.equal(statSync(dataDir).mode & 0o777, 0o700);
    await (await lockDataDir(dataDir)).release();
  });

  it('is not kept by a process that merely has the same id', async () => {
    const file = path.join(dir, 'reused');
    writeFileSync(file, JSON.stringify({ pid: process.pid, identity: 'another life of that id' }));
    assert.ok('held' in (await tryLock(file)));
  });

  it('goes to exactly one of many who find a stale one', async () => {
    for (let round = 0; round < 5; round += 1) {
      const file = path.join(dir, `contended-${round}`);
      writeFileSync(file, JSON.stringify({ pid: 1, identity: 'long gone' }));
      const locks = await Promise.all(Array.from({ length: 12 }, () => tryLock(file)));
      assert.equal(locks.filter((lock) => 'held' in lock).length, 1);
      for (const lock of locks) if ('held' in lock) await lock.held.release();
      assert.ok(!existsSync(file));
    }
  });
});

describe('the identity of a process', () => {
  it('is stable, differs between processes, and is null for none', () => {
    assert.equal(identifyProcess(process.pid), identifyProcess(process.pid));
    assert.notEqual(identifyProcess(process.pid), identifyProcess(process.ppid));
    assert.equal(identifyProcess(2 ** 30), null);
    assert.ok(isAlive(process.pid));
  });
});
