import assert from 'node:assert/strict';
import { createChangeGate } from '../../capture/change.ts';
import { createNoise, draw, seen, yard } from './scenes.ts';

describe('change in front of a camera', () => {
  const scene = yard(1);
  const animal = (left: number) => (x: number, y: number) =>
    x >= left && x < left + 8 && y >= 30 && y < 37 ? 20 : scene(x, y);

  it('sees an animal come and go, and nothing before and after', () => {
    const [gate, noise] = [createChangeGate(), createNoise(7)];
    const changes = Array.from({ length: 40 }, (_, n) => {
      const there = n >= 15 && n < 25;
      return gate.look(seen(there ? animal(5 + n) : scene, noise)).changed;
    });
    assert.deepEqual(
      changes,
      changes.map((_, n) => n >= 15 && n < 25),
    );
  });

  it('sleeps through dusk, through clouds and through noise', () => {
    const [gate, noise] = [createChangeGate(), createNoise(8)];
    for (let n = 0; n < 400; n++) {
      const cloud = n % 50 === 49 ? 0.7 : 1;
      const { changed, share } = gate.look(seen(scene, noise, (1 - n / 500) * cloud));
      assert.equal(changed, false, `picture ${n}: ${share}`);
    }
  });

  it('sees an animal at dusk', () => {
    const [gate, noise] = [createChangeGate(), createNoise(9)];
    for (let n = 0; n < 60; n++) gate.look(seen(scene, noise, 1 - n / 200));
    assert.equal(gate.look(seen(animal(20), noise, 0.7)).changed, true);
  });

  it('takes what stays for the background', () => {
    const [gate, noise] = [createChangeGate({ resetAfter: 10 }), createNoise(10)];
    for (let n = 0; n < 5; n++) gate.look(seen(scene, noise));
    const changes = Array.from({ length: 15 }, () => gate.look(seen(animal(20), noise)).changed);
    assert.deepEqual(
      changes,
      changes.map((_, n) => n < 10),
    );
  });

  it('obeys its thresholds', () => {
    const changedWith = (options: { difference?: number; share?: number }) => {
      const [gate, noise] = [createChangeGate(options), createNoise(11)];
      gate.look(seen(scene, noise));
      return gate.look(seen(animal(20), noise)).changed;
    };
    assert.deepEqual(
      [changedWith({}), changedWith({ share: 0.5 }), changedWith({ difference: 200 })],
      [true, false, false],
    );
  });

  it('begins anew with another size, and refuses what is no picture', () => {
    const gate = createChangeGate();
    gate.look(draw(() => 10));
    assert.deepEqual(gate.look({ width: 4, height: 4, data: new Uint8Array(16).fill(200) }), {
      changed: false,
      share: 0,
    });
    assert.throws(() => gate.look({ width: 4, height: 4, data: new Uint8Array(15) }), RangeError);
    assert.throws(() => gate.look({ width: 1, height: 1, data: new Uint8Array(1) }), RangeError);
  });
});
