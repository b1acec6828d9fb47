import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createUnhurried } from '../../sources/reach/unhurried.ts';
import { filterInSlices, sortInSlices } from '../../sources/slices.ts';

const never = () => new AbortController().signal;
const spin = (ms: number) => {
  for (const until = performance.now() + ms; performance.now() < until; );
};

describe('work in slices', () => {
  it('sorts like sort does, equal ones in their order', async () => {
    const items = fc.array(fc.record({ key: fc.integer({ min: 0, max: 500 }) }), {
      maxLength: 5_000,
      size: 'max',
    });
    await fc.assert(
      fc.asyncProperty(items, async (list) => {
        const compare = (a: { key: number }, b: { key: number }) => a.key - b.key;
        const sorted = await sortInSlices(list, compare, never());
        assert.ok([...list].sort(compare).every((item, i) => item === sorted[i]));
        assert.equal(sorted.length, list.length);
      }),
      { numRuns: 50 },
    );
  });

  it('lets others work in between, and stops when it is told to', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => stop.abort(reason), 20);
    const forever = function* () {
      for (;;) yield 1;
    };
    await assert.rejects(
      filterInSlices(forever(), () => false, stop.signal),
      (error) => error === reason,
    );
  });

  it('works on a body in order, and tells what went wrong', async () => {
    const seen: number[] = [];
    const body = createUnhurried((chunk) => {
      spin(3);
      seen.push(chunk[0] ?? 0);
      if (chunk[0] === 200) throw new Error('broken');
    });
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    for (let i = 0; i < 30; i++) body.write(Buffer.from([i]));
    assert.deepEqual(seen, []);
    await body.drained(never());
    clearInterval(timer);
    assert.deepEqual(
      seen,
      Array.from({ length: 30 }, (_, i) => i),
    );
    assert.ok(turns >= 3, `${turns} turns for others`);
    body.write(Buffer.from([200]));
    body.write(Buffer.from([1]));
    await assert.rejects(body.drained(never()), /broken/);
    assert.throws(() => body.write(Buffer.from([2])), /broken/);
    assert.equal(seen.length, 31);
    const stop = new AbortController();
    const stopped = createUnhurried(() => spin(5));
    for (let i = 0; i < 1_000; i++) stopped.write(Buffer.from([i & 0xff]));
    setTimeout(() => stop.abort(new Error('cancelled')), 10);
    const started = performance.now();
    await assert.rejects(stopped.drained(stop.signal), /cancelled/);
    assert.ok(performance.now() - started < 4_500);
  });
});
