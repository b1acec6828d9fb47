import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createLanding } from '../../sources/landing.ts';
import { assertNoLeak, openDescriptors } from './leaks.ts';

const MiB = 1024 * 1024;

describe('landing', () => {
  let dir: string;
  before(async () => {
    dir = await fs.mkdtemp(path.join(os.tmpdir(), 'landing-'));
  });
  after(() => fs.rm(dir, { recursive: true }));

  /** Distinct pieces, so that a piece at a wrong place shows. */
  const piece = (n: number, size: number) =>
    Buffer.alloc(size, createHash('sha256').update(String(n)).digest());
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

  it('writes every byte at its place, in whatever pieces and amounts they come', async () => {
    const rows: [number, number][] = [
      [0, 1],
      [1, 0],
      [1, 1],
      [5_000, 700],
      [600, 65_536],
      [1_100, 65_536],
      [3, 40 * MiB],
    ];
    const before = await openDescriptors();
    for (const [count, size] of rows) {
      const file = path.join(dir, `${count}x${size}`);
      const landing = createLanding(file);
      const whole = createHash('sha256');
      for (let n = 0; n < count; n++) {
        const chunk = piece(n, size);
        whole.update(chunk);
        landing.add(chunk);
        if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await landing.finish();
      await landing.abandon();
      assert.equal(digest(await fs.readFile(file)), whole.digest('hex'), `${count} × ${size}`);
      await fs.rm(file);
    }
    await assertNoLeak(before);
  });

  it('never holds more than its backlog, even when the event loop never turns', async () => {
    const file = path.join(dir, 'backlog');
    const landing = createLanding(file);
    const whole = createHash('sha256');
    let most = 0;
    for (let n = 0; n < 150; n++) {
      const chunk = piece(n, MiB);
      whole.update(chunk);
      landing.add(chunk);
      most = Math.max(most, n * MiB - (statSync(file, { throwIfNoEntry: false })?.size ?? 0));
    }
    await landing.finish();
    assert.equal(digest(await fs.readFile(file)), whole.digest('hex'));
    // Part of it may be in flight at the moment of the look.
    assert.ok(most < 100 * MiB, `${most / MiB} MiB`);
    await fs.rm(file);
  });

  it('begins again with nothing left of the first try', async () => {
    for (const first of [10, 50 * MiB]) {
      const file = path.join(dir, `again${first}`);
      const landing = createLanding(file);
      for (let done = 0; done < first; done += MiB) landing.add(Buffer.alloc(Math.min(MiB, first), 'a'));
      landing.restart();
      landing.add(Buffer.from('second'));
      await landing.finish();
      await landing.abandon();
      assert.equal(await fs.readFile(file, 'utf8'), 'second');
    }
  });

  it('does not touch a file that is there', async () => {
    const file = path.join(dir, 'there');
    await fs.writeFile(file, 'kept');
    const small = createLanding(file);
    small.add(Buffer.from('x'));
    await assert.rejects(small.finish(), /EEXIST/);
    await small.abandon();
    const large = createLanding(file);
    assert.throws(() => {
      for (let n = 0; n < 10; n++) large.add(Buffer.alloc(MiB));
    }, /EEXIST/);
    await large.abandon();
    assert.equal(await fs.readFile(file, 'utf8'), 'kept');
  });
});
