import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { Failure } from '../../domain/failures.ts';
import { pngBomb } from './bombs.ts';
import { scenery } from './pictures.ts';
import {
  type Bench,
  busy,
  createBench,
  decodingChildren,
  isAlive,
  MISBEHAVING,
  NEVER,
  skipWithoutProc,
  until,
} from './pool.ts';
import { NO_HINTS } from './render.ts';

describe('createDecoder', function () {
  this.timeout(240_000);
  let bench: Bench;
  let picture: Buffer;
  /** Within all limits, and seconds of work: one bit per pixel in seven passes. */
  let slow: Buffer;

  before(async function () {
    skipWithoutProc(this);
    picture = await scenery(900, 600).jpeg().toBuffer();
    slow = pngBomb(9_900, true);
  });
  afterEach(async () => {
    await bench?.close();
    assert.deepEqual(decodingChildren(), [], 'a child outlived its decoder');
  });

  it('starts no child before the first picture, and keeps it for the next', async () => {
    bench = await createBench({ children: 3 });
    assert.deepEqual(bench.children(), []);
    await bench.render('a.jpg', picture);
    const started = bench.children();
    assert.equal(started.length, 1);
    await bench.render('b.jpg', picture);
    assert.deepEqual(bench.children(), started);
  });

  it('writes renditions whose facts hold', async () => {
    bench = await createBench();
    const result = await bench.render('IMG_20210531_082538.jpg', picture);
    assert.ok(result.ok);
    assert.deepEqual([result.facts.width, result.facts.height, result.facts.format], [900, 600, 'jpeg']);
    assert.deepEqual(
      [result.facts.capturedAt, result.facts.capturedAtOrigin],
      ['2021-05-31T08:25:38.000Z', 'file-name'],
    );
    assert.deepEqual(
      result.renditions.map(({ preset, width, height }) => [preset, width, height]),
      [
        ['zoom', 900, 600],
        ['card', 400, 267],
        ['thumb', 100, 67],
      ],
    );
    for (const { preset, path: file, bytes, sha256, width, height } of result.renditions) {
      const data = await readFile(file);
      assert.equal(path.basename(file), `${preset}.jpg`);
      assert.equal(data.length, bytes);
      assert.equal(createHash('sha256').update(data).digest('hex'), sha256);
      const found = await sharp(data).metadata();
      assert.deepEqual([found.width, found.height], [width, height]);
    }
  });

  it('runs as many at once as it has children, and queues the rest', async () => {
    bench = await createBench({ children: 2 });
    const names = Array.from({ length: 7 }, (_, i) => `${i}.jpg`);
    const results = await Promise.all(names.map((name) => bench.render(name, picture)));
    assert.ok(results.every(({ ok }) => ok));
    assert.equal(bench.children().length, 2);
  });

  it('gives a child nothing of its own environment', async () => {
    process.env['DECODER_TEST_SECRET'] = 'hunter2';
    try {
      bench = await createBench();
      await bench.render('a.jpg', picture);
      const environment = await readFile(`/proc/${bench.children()[0]}/environ`, 'latin1');
      assert.ok(!environment.includes('hunter2'));
      assert.match(environment, /MALLOC_ARENA_MAX=1/);
      assert.match(environment, /UV_THREADPOOL_SIZE=/);
    } finally {
      delete process.env['DECODER_TEST_SECRET'];
    }
  });

  it('a child has the memory limit that was asked for', async () => {
    bench = await createBench({ memoryMib: 500 });
    await bench.render('a.jpg', picture);
    const limits = await readFile(`/proc/${bench.children()[0]}/limits`, 'latin1');
    assert.match(limits, new RegExp(`Max data size\\s+${500 * 2 ** 20}\\s`));
  });

  it('refuses a picture that needs more memory, twice, and goes on with the next', async () => {
    bench = await createBench({ memoryMib: 260 });
    const greedy = await sharp({ create: { width: 9000, height: 9000, channels: 3, background: '#345' } })
      .jpeg({ progressive: true, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const result = await bench.render('greedy.jpg', greedy);
    assert.equal(result.ok ? 'accepted' : result.reason, 'decode_memory');
    assert.ok((await bench.render('a.jpg', picture)).ok);
  });

  it('kills a picture that takes too long', async () => {
    bench = await createBench({ timeoutMs: 250 });
    assert.ok((await bench.render('a.png', await scenery(20, 20).png().toBuffer())).ok);
    const [pid] = bench.children();
    const result = await bench.render('slow.png', slow);
    assert.deepEqual(result, {
      ok: false,
      reason: 'decode_timeout',
      detail: 'Decoding was stopped after 0.25 seconds.',
    });
    assert.equal(isAlive(pid!), false);
  });

  it('kills a child that is deaf to everything', async () => {
    bench = await createBench({ timeoutMs: 500, childEntry: MISBEHAVING });
    const result = await bench.render('endless.jpg', picture);
    assert.equal(result.ok ? 'accepted' : result.reason, 'decode_timeout');
    assert.deepEqual(bench.children(), []);
  });

  it('tries a picture once more when its child is killed from outside', async () => {
    bench = await createBench();
    assert.ok((await bench.render('a.jpg', picture)).ok);
    const [first] = bench.children();
    const pending = bench.render('slow.png', slow);
    await busy(first!);
    process.kill(first!, 'SIGKILL');
    assert.ok((await pending).ok);
    assert.deepEqual(
      bench.log.map(({ message, fields }) => [message, fields['pid'], fields['attempt']]),
      [['decoding child died', first, 1]],
    );
    assert.notEqual(bench.children()[0], first);
  });

  it('does not blame a picture for a child that died while idle', async () => {
    bench = await createBench();
    assert.ok((await bench.render('a.jpg', picture)).ok);
    process.kill(bench.children()[0]!, 'SIGKILL');
    await until('child is gone', () => bench.children().length === 0);
    assert.ok((await bench.render('b.jpg', picture)).ok);
  });

  it('accepts a picture whose second try works', async () => {
    bench = await createBench({ childEntry: MISBEHAVING });
    assert.ok((await bench.render('once.jpg', picture)).ok);
    assert.equal(bench.log.length, 1);
  });

  it('a picture that crashes the decoder is refused, and no other suffers', async () => {
    bench = await createBench({ children: 2, childEntry: MISBEHAVING });
    const names = ['a.jpg', 'abort.jpg', 'b.jpg', 'segfault.jpg', 'c.jpg', 'no-memory.jpg', 'd.jpg'];
    const results = await Promise.all(names.map((name) => bench.render(name, picture)));
    assert.deepEqual(
      results.map((result) => (result.ok ? 'ok' : result.reason)),
      ['ok', 'decoder_crashed', 'ok', 'decoder_crashed', 'ok', 'decode_memory', 'ok'],
    );
    assert.ok(
      results.every((result) => result.ok || (result.detail.length <= 200 && !result.detail.includes('/'))),
    );
  });

  it('an aborted picture frees its child at once, a queued one never starts', async () => {
    bench = await createBench();
    assert.ok((await bench.render('a.jpg', picture)).ok);
    const [pid] = bench.children();
    const running = new AbortController();
    const queued = new AbortController();
    const first = bench.render('slow.png', slow, running.signal);
    await busy(pid!);
    const second = bench.render('b.jpg', picture, queued.signal);
    const third = bench.render('c.jpg', picture);
    setTimeout(() => queued.abort(new Error('no longer wanted')), 50);
    setTimeout(() => running.abort(new Error('cancelled')), 150);
    await assert.rejects(second, /no longer wanted/);
    await assert.rejects(first, /cancelled/);
    assert.equal(isAlive(pid!), false);
    assert.ok((await third).ok);
    await assert.rejects(
      bench.render('d.jpg', picture, AbortSignal.abort(new Error('too late'))),
      /too late/,
    );
  });

  it('close ends children at work and refuses what waits', async () => {
    bench = await createBench();
    assert.ok((await bench.render('a.jpg', picture)).ok);
    const [pid] = bench.children();
    const first = bench.render('slow.png', slow);
    await busy(pid!);
    const settled = Promise.allSettled([first, bench.render('b.jpg', picture)]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await bench.decoder.close();
    assert.equal(isAlive(pid!), false);
    for (const outcome of await settled) {
      assert.ok(outcome.status === 'rejected' && outcome.reason instanceof Failure);
      assert.equal(outcome.reason.type, 'internal_error');
    }
    await assert.rejects(bench.render('c.jpg', picture), Failure);
  });

  it('a child that cannot start is our failure, not the picture’s', async () => {
    bench = await createBench({ childEntry: path.join(import.meta.dirname, 'fixtures/missing.ts') });
    await assert.rejects(
      bench.render('a.jpg', picture),
      (error) => error instanceof Failure && error.type === 'internal_error',
    );
  });

  it('tells a missing original and an unreadable one from a bad picture', async () => {
    bench = await createBench();
    const render = (inputPath: string, outputDir = bench.dir) =>
      bench.decoder.render({ ...NO_HINTS, inputPath, outputDir }, NEVER);
    await assert.rejects(render(path.join(bench.dir, 'nowhere.jpg')), { type: 'object_missing' });
    await assert.rejects(render(bench.dir), { type: 'internal_error' });
    const file = path.join(bench.dir, 'fine.jpg');
    await writeFile(file, picture);
    await assert.rejects(render(file, path.join(bench.dir, 'no-such-directory')), { type: 'internal_error' });
    assert.ok((await render(file)).ok);
  });

  it('a full disk is storage_full', async () => {
    // Writing to /dev/full fails with ENOSPC, which is as full as a disk gets without needing one.
    bench = await createBench();
    const { symlink } = await import('node:fs/promises');
    const file = path.join(bench.dir, 'fine.jpg');
    await writeFile(file, picture);
    await symlink('/dev/full', path.join(bench.dir, 'zoom.jpg'));
    const job = { ...NO_HINTS, inputPath: file, outputDir: bench.dir };
    await assert.rejects(bench.decoder.render(job, NEVER), { type: 'storage_full' });
    await rm(path.join(bench.dir, 'zoom.jpg'));
  });

  it('a child does not outlive a parent that is killed while it works', async () => {
    bench = await createBench();
    const file = path.join(bench.dir, 'slow.png');
    await writeFile(file, slow);
    const script = path.join(import.meta.dirname, 'fixtures/doomedParent.ts');
    const parent = spawn(process.execPath, [...process.execArgv, script, file, bench.dir], {
      stdio: 'ignore',
    });
    let child = 0;
    await until('the parent has a child at work', () => {
      child = decodingChildren(parent.pid)[0] ?? 0;
      return child !== 0;
    });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    parent.kill('SIGKILL');
    await until('the child is gone', () => !isAlive(child), 10_000);
  });
});
