import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Basket, createBasket } from '../../activities/capture/basket.ts';
import type { SeenFrame } from '../../activities/capture/handOver.ts';
import { Failure } from '../../domain/failures.ts';
import type { Sight } from '../../stores/cameras/sights.ts';

const frame = (n: number, bytes = 1_000): SeenFrame => ({
  ...{
    id: String(n),
    jpeg: Buffer.alloc(bytes),
    width: 4,
    height: 3,
    keyframe: null,
    flags: [],
    changeShare: null,
  },
  at: new Date(1_000 * n),
});

interface Written {
  sight: Sight;
  ids: number[];
  isAgain: boolean;
}

/** A basket whose writes do what the test says. */
function basketOf(write: (written: Written) => Promise<void> = async () => {}) {
  const written: Written[] = [];
  const fatal: unknown[] = [];
  const basket: Basket = createBasket({
    async write(sight, frames, isAgain) {
      const one = { sight, ids: frames.map(({ id }) => Number(id)), isAgain };
      written.push(one);
      await write(one);
    },
    onFatal: (error) => fatal.push(error),
  });
  return { basket, written, fatal };
}

describe('the basket of a stint', () => {
  it('hands over when it is asked to, in batches, with counters once', async () => {
    const { basket, written } = basketOf();
    basket.miss(3);
    for (let n = 1; n <= 30; n += 1) basket.keep(frame(n));
    basket.leaveOut(new Date(31_000), ['black']);
    await basket.close();
    assert.deepEqual(
      written.flatMap(({ ids }) => ids),
      Array.from({ length: 30 }, (_, n) => n + 1),
    );
    assert.ok(written.every(({ ids }) => ids.length <= 24));
    const sum = (of: (sight: Sight) => number) => written.reduce((all, { sight }) => all + of(sight), 0);
    assert.deepEqual([sum((s) => s.dropped), sum((s) => s.unchanged)], [3, 1]);
    assert.deepEqual(written[0]!.sight.firstAt, new Date(1_000));
    assert.deepEqual(written.at(-1)!.sight.flags, ['black']);
  });

  it('says that it saw something although nothing was kept', async () => {
    const { basket, written } = basketOf();
    basket.leaveOut(new Date(5_000), []);
    basket.leaveOut(new Date(6_000), []);
    await basket.close();
    assert.deepEqual(
      written.map(({ ids, sight }) => [ids, sight.unchanged, sight.lastAt.getTime()]),
      [[[], 2, 6_000]],
    );
  });

  it('forgets the oldest while the store is away, in number and in bytes, and counts them', async () => {
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { basket, written } = basketOf(() => gate);
    basket.keep(frame(0));
    basket.empty();
    for (let n = 1; n <= 100; n += 1) basket.keep(frame(n));
    assert.equal(basket.dropped, 100 - 48);
    for (let n = 101; n <= 110; n += 1) basket.keep(frame(n, 10 * 2 ** 20));
    const dropped = basket.dropped;
    open();
    await basket.close();
    const ids = written.flatMap((one) => one.ids);
    assert.deepEqual(ids.slice(-3), [108, 109, 110]);
    assert.equal(ids.length, 111 - dropped);
    assert.equal(
      written.reduce((all, { sight }) => all + sight.dropped, 0),
      dropped,
    );
  });

  it('tries again what passes, and says that it does', async () => {
    let failures = 2;
    const { basket, written, fatal } = basketOf(async () => {
      if (failures-- > 0) throw new Failure('database_unavailable', 'away');
    });
    basket.keep(frame(1));
    await basket.close();
    assert.deepEqual(
      written.map(({ ids, isAgain }) => [ids, isAgain]),
      [
        [[1], false],
        [[1], true],
        [[1], true],
      ],
    );
    assert.deepEqual(fatal, []);
  });

  it('says at once what nobody can put right', async () => {
    const { basket, fatal } = basketOf(async () => {
      throw new Failure('quota_exceeded', 'full');
    });
    basket.keep(frame(1));
    basket.empty();
    await sleep(10);
    assert.equal((fatal[0] as Failure).type, 'quota_exceeded');
    basket.keep(frame(2));
    await basket.close();
    assert.equal(fatal.length, 1);
  });

  it('does not wait for ever when it is closed', async () => {
    const { basket } = basketOf(async () => {
      throw new Failure('store_unavailable', 'away');
    });
    basket.keep(frame(1));
    const since = Date.now();
    await assert.rejects(basket.close(), { type: 'store_unavailable' });
    assert.ok(Date.now() - since < 8_000);
  }).timeout(120_000);
});
