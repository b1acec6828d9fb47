import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHeld } from '../../sources/held.ts';

describe('held directories', () => {
  it('are few, and not kept for long', async () => {
    const held = createHeld<number>(30);
    for (let i = 0; i < 6; i++) held.put(String(i), i);
    assert.deepEqual(['0', '1', '2', '3', '4', '5'].map(held.get), [undefined, undefined, 2, 3, 4, 5]);
    held.drop('3');
    held.put('2', 22);
    held.put('6', 6);
    held.put('7', 7);
    assert.deepEqual(['2', '3', '4', '5', '6', '7'].map(held.get), [22, undefined, undefined, 5, 6, 7]);
    await sleep(60);
    assert.deepEqual(['2', '5', '6', '7'].map(held.get), [undefined, undefined, undefined, undefined]);
  });
});
