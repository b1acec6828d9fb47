import assert from 'node:assert/strict';
import { createQualityWatch, laplacianVariance, type QualityFlag } from '../../capture/quality.ts';
import { createNoise, draw, seen, yard } from './scenes.ts';

describe('what is wrong with pictures of a camera', () => {
  const scene = yard(2);
  const noise = createNoise(3);

  it('says nothing of good ones, from noon to dusk', () => {
    const watch = createQualityWatch();
    for (let n = 0; n < 200; n++) assert.deepEqual(watch.look(seen(scene, noise, 1 - n / 300)), []);
  });

  const SINGLE: [string, (x: number, y: number) => number, QualityFlag[]][] = [
    ['black', () => 0, ['black']],
    ['black with noise', () => 8 + noise() * 4, ['black']],
    ['one colour', () => 128, ['blurred']],
    ['white', () => 255, ['blurred']],
    ['night with a lamp', (x, y) => (x > 50 && y < 8 ? 250 : 5 + noise() * 4), []],
    ['out of focus', (x, y) => 128 + 60 * Math.sin(x / 9) + 20 * Math.cos(y / 7), ['blurred']],
  ];
  for (const [what, value, expected] of SINGLE) {
    it(`knows a picture: ${what}`, () => assert.deepEqual(createQualityWatch().look(draw(value)), expected));
  }

  it('computes the variance of the Laplacian', () => {
    const data = new Uint8Array([0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0]);
    // Of the two inner pixels one has -36 and the other 9.
    assert.equal(laplacianVariance({ data, width: 4, height: 3 }), 22.5 ** 2);
  });

  it('notices the same picture again and again, also as another JPEG', () => {
    const watch = createQualityWatch({ frozenAfter: 4 });
    const still = seen(scene, noise);
    const flags = Array.from({ length: 6 }, (_, n) => {
      const data = still.data.map((value, i) => value + (n % 2 === 1 && i % 97 === 0 && value < 255 ? 1 : 0));
      return watch.look({ ...still, data });
    });
    assert.deepEqual(flags, [[], [], [], ['frozen'], ['frozen'], ['frozen']]);
    assert.deepEqual(watch.look(seen(scene, noise)), []);
  });

  it('notices that it was turned away, and takes the new scene in time', () => {
    const watch = createQualityWatch({ tamperedAfter: 3, acceptAfter: 8 });
    const other = yard(99);
    const turned = (x: number, y: number) => other(x, 47 - y);
    for (let n = 0; n < 20; n++) assert.deepEqual(watch.look(seen(scene, noise)), []);
    const flags = Array.from({ length: 12 }, () => watch.look(seen(turned, noise)).includes('tampered'));
    assert.deepEqual(
      flags,
      flags.map((_, n) => n >= 2 && n < 7),
    );
  });

  it('does not call a passer-by tampering', () => {
    const watch = createQualityWatch({ tamperedAfter: 2 });
    for (let n = 0; n < 10; n++) watch.look(seen(scene, noise));
    for (let n = 0; n < 10; n++) {
      const passing = (x: number, y: number) => (Math.abs(x - 6 * n) < 8 && y > 20 ? 40 : scene(x, y));
      assert.deepEqual(watch.look(seen(passing, noise)), []);
    }
  });

  it('notices that it was covered', () => {
    const watch = createQualityWatch({ tamperedAfter: 3 });
    for (let n = 0; n < 10; n++) watch.look(seen(scene, noise));
    const flags = Array.from({ length: 3 }, () => watch.look(draw(() => 6 + noise() * 3)));
    assert.deepEqual(flags.at(-1), ['black', 'tampered']);
  });

  it('goes on where another watch of the same pictures ended', () => {
    const still = seen(scene, noise);
    const turned = yard(99);
    const series = [
      ...Array.from({ length: 4 }, () => still),
      ...Array.from({ length: 5 }, () => seen((x, y) => turned(x, 47 - y), noise)),
    ];
    const options = { frozenAfter: 3, tamperedAfter: 3 };
    const one = createQualityWatch(options);
    const expected = series.map((luma) => one.look(luma));
    assert.deepEqual(
      expected.map((flags) => flags.join()),
      ['', '', 'frozen', 'frozen', '', '', 'tampered', 'tampered', 'tampered'],
    );
    let memory = createQualityWatch(options).memory();
    const found = series.map((luma) => {
      const watch = createQualityWatch(options, memory);
      const flags = watch.look(luma);
      memory = watch.memory();
      return flags;
    });
    assert.deepEqual(found, expected);
  });

  it('learns its scene when it began in the dark', () => {
    const watch = createQualityWatch({ tamperedAfter: 2 });
    watch.look(draw(() => 0));
    for (let n = 0; n < 5; n++) assert.deepEqual(watch.look(seen(scene, noise)), []);
  });
});
