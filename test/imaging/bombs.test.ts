import assert from 'node:assert/strict';
import { avifBomb, gifBomb, jpegBomb, pngBomb, webpBomb } from './bombs.ts';
import { scenery } from './pictures.ts';
import { type Bench, createBench, peakRssMib, skipWithoutProc } from './pool.ts';

describe('decompression bombs', () => {
  let bench: Bench;
  let atRest = 0;

  before(async function () {
    skipWithoutProc(this);
    this.timeout(240_000);
    bench = await createBench();
    await bench.render('first.jpg', await scenery(400, 300).jpeg().toBuffer());
    atRest = peakRssMib(bench.children()[0]!);
  });
  after(() => bench?.close());

  const cases: [name: string, make: () => Promise<Buffer> | Buffer][] = [
    ['bomb.webp', () => webpBomb(16_383)],
    ['bomb.png', () => pngBomb(16_383, true)],
    ['bomb.jpg', () => jpegBomb(16_383)],
    ['bomb.avif', () => avifBomb(7071)],
  ];

  for (const [name, make] of cases) {
    it(`${name} is refused from its header, in no time and no memory`, async function () {
      this.timeout(240_000);
      const bytes = await make();
      assert.ok(bytes.length < 200_000, `${bytes.length} bytes`);
      const [pid] = bench.children();
      const started = Date.now();
      const result = await bench.render(name, bytes);
      const took = Date.now() - started;
      assert.equal(result.ok ? 'accepted' : result.reason, 'pixel_limit');
      assert.ok(took < 20_000, `${took} ms`);
      assert.deepEqual(bench.children(), [pid], 'the child lives on');
      const grown = peakRssMib(pid!) - atRest;
      assert.ok(grown < 40, `the child grew by ${grown} MiB`);
    });
  }

  it('a GIF of 100,000 frames costs its first frame', async () => {
    const [pid] = bench.children();
    const started = Date.now();
    const result = await bench.render('frames.gif', gifBomb(100_000));
    assert.ok(result.ok);
    assert.deepEqual([result.facts.width, result.facts.height, result.facts.pages], [1, 1, 100_000]);
    const took = Date.now() - started;
    assert.ok(took < 5_000, `${took} ms`);
    const grown = peakRssMib(pid!) - atRest;
    assert.ok(grown < 60, `the child grew by ${grown} MiB`);
  });

  it('a large picture within the limits is still decoded', async function () {
    this.timeout(240_000);
    const result = await bench.render('large.png', pngBomb(9_900, false));
    assert.ok(result.ok, JSON.stringify(result));
    assert.equal(result.facts.width, 9_900);
  });
});
