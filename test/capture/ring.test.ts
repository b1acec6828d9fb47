import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { createFrameQueue } from '../../capture/frameQueue.ts';
import { createRing } from '../../capture/ring.ts';

describe('ring of the newest', () => {
  it('behaves as a list that loses its oldest', () => {
    const step = fc.oneof(fc.integer(), fc.constant(null));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const ring = createRing<number>(capacity);
        const model: number[] = [];
        let lost = 0;
        for (const each of steps) {
          if (each === null) {
            assert.equal(ring.take(), model.shift());
          } else {
            ring.push(each);
            model.push(each);
            if (model.length > capacity) {
              model.shift();
              lost += 1;
            }
          }
          assert.deepEqual([ring.size, ring.dropped], [model.length, lost]);
        }
      }),
    );
  });

  it('has room for something', () => {
    for (const capacity of [0, -1, 1.5, Number.NaN]) assert.throws(() => createRing(capacity), RangeError);
  });
});

describe('queue of frames', () => {
  it('waits for what comes, and hands out what is there before it ends', async () => {
    const queue = createFrameQueue<number>(3);
    setTimeout(() => queue.push(1), 5);
    const seen: number[] = [];
    for await (const each of queue) {
      seen.push(each);
      if (each === 1) break;
    }
    for (const each of [2, 3, 4, 5]) queue.push(each);
    queue.end(new Error('gone'));
    queue.push(6);
    queue.end(null);
    await assert.rejects(async () => {
      for await (const each of queue) seen.push(each);
    }, /gone/);
    assert.deepEqual([seen, queue.dropped], [[1, 3, 4, 5], 1]);
  });

  it('wakes its reader at the end', async () => {
    const queue = createFrameQueue<number>(3);
    const reader = (async () => {
      for await (const _ of queue) assert.fail('there is nothing');
    })();
    await sleep(5);
    queue.end(null);
    await reader;
  });
});
