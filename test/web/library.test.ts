import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Image, ImageOutline } from '../../web/src/api/types.ts';
import { readSelection, withFilter, writeSelection } from '../../web/src/library/filters.ts';
import { rowOf, target } from '../../web/src/library/gridKeys.ts';
import { justify } from '../../web/src/library/justify.ts';
import { legible, markAt, marksOf } from '../../web/src/library/marks.ts';
import { chunksOf, outlineOf, succeed, without } from '../../web/src/library/outline.ts';
import { extended, NOTHING, remaining, toggled } from '../../web/src/library/selected.ts';
import { createShelf } from '../../web/src/library/shelf.ts';

/** What the API answers of a library that holds these images. */
function answer(ids: readonly number[]): ImageOutline {
  const chunks = [];
  for (let from = 0; from < ids.length; from += 100) {
    const some = ids.slice(from, from + 100);
    chunks.push({
      cursor: from === 0 ? null : `after ${ids[from - 1]}`,
      at: new Date(Date.UTC(2026, 0, 1) - from * 86_400_000).toISOString(),
      ids: some,
      aspects: some.map((id) => (id % 7 === 0 ? null : 1.5)),
    });
  }
  return { chunks, count: ids.length, next_cursor: null };
}
/** Newest first. */
const down = (from: number, to = 1): number[] =>
  Array.from({ length: from - to + 1 }, (_, index) => from - index);
const imageOf = (id: number): Image => ({ id, name: `${id}.jpg` }) as Image;
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

describe('the outline of the library', () => {
  it('holds every image once, with its shape and its chunk', () => {
    const outline = outlineOf(answer(down(250)));
    assert.equal(outline.ids.length, 250);
    assert.equal(outline.positions.get(1), 249);
    assert.deepEqual([outline.aspects[0], outline.aspects[outline.positions.get(7)!]], [1.5, 1]);
    assert.deepEqual(
      chunksOf(outline, 90, 110).map(({ start, end, cursor }) => [start, end, cursor]),
      [
        [0, 100, null],
        [100, 200, 'after 151'],
      ],
    );
    assert.deepEqual(chunksOf(outline, 200, 201).length, 1);
  });

  it('puts what arrived in front of what is looked at, and stays the same when nothing did', () => {
    const first = outlineOf(answer(down(250)));
    assert.equal(succeed(first, outlineOf(answer(down(250)))), first);
    const second = succeed(first, outlineOf(answer(down(255))));
    assert.equal(second.arrived, 5);
    const third = succeed(second, outlineOf(answer(down(260))));
    assert.equal(third.arrived, 10);
    const thinned = succeed(third, outlineOf(answer(down(260).filter((id) => id !== 250 && id !== 258))));
    assert.equal(thinned.arrived, 9);
    assert.equal(succeed(thinned, outlineOf(answer(down(9_000)))).arrived, 0, 'too many to be put in front');
    assert.equal(succeed(first, outlineOf(answer(down(900, 700)))).arrived, 0, 'another list');
  });

  it('loses images at once when they are put away', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 350 })), (gone) => {
        const outline = without(outlineOf(answer(down(350))), new Set(gone));
        const kept = down(350).filter((id) => !gone.includes(id));
        assert.deepEqual(outline.ids, kept);
        assert.equal(outline.aspects.length, kept.length);
        for (const [position, id] of kept.entries()) assert.equal(outline.positions.get(id), position);
        const chunks = chunksOf(outline, 0, kept.length);
        assert.equal(
          chunks.reduce((sum, { start, end }) => sum + end - start, 0),
          kept.length,
        );
      }),
    );
  });
});

describe('the shelf of single images', () => {
  const wanting = (asked: number[][], ids: number[], answered = ids) => ({
    ids,
    fetch: async () => {
      asked.push(ids);
      return answered.map(imageOf);
    },
  });

  it('asks for what is not known, once, and forgets what was looked at longest ago', async () => {
    const asked: number[][] = [];
    const shelf = createShelf({ kept: 4 });
    shelf.want([wanting(asked, [1, 2]), wanting(asked, [3, 4])]);
    shelf.want([wanting(asked, [1, 2]), wanting(asked, [3, 4])]);
    await settled();
    assert.deepEqual(asked, [
      [1, 2],
      [3, 4],
    ]);
    assert.equal(shelf.get(3)?.name, '3.jpg');
    shelf.want([wanting(asked, [1, 2]), wanting(asked, [5, 6])]);
    await settled();
    assert.deepEqual([shelf.get(1)?.id, shelf.get(3)?.id, shelf.get(6)?.id], [1, undefined, 6]);
    assert.equal(asked.length, 3);
  });

  it('does not ask again and again for what left the list', async () => {
    const asked: number[][] = [];
    const shelf = createShelf();
    shelf.want([wanting(asked, [1, 2], [1])]);
    await settled();
    shelf.want([wanting(asked, [1, 2], [1])]);
    await settled();
    assert.deepEqual([asked.length, shelf.get(2)], [1, undefined]);
  });

  it('tries again when nobody answers, and only what is still wanted', async () => {
    let away = true;
    const asked: string[] = [];
    const shelf = createShelf({ againMs: 1 });
    const one = (name: string, id: number) => ({
      ids: [id],
      fetch: async () => {
        asked.push(name);
        if (away) throw new Error('away');
        return [imageOf(id)];
      },
    });
    shelf.want([one('left behind', 1)]);
    await settled();
    shelf.want([one('looked at', 2)]);
    away = false;
    while (shelf.get(2) === undefined) await settled();
    assert.equal(asked.filter((name) => name === 'left behind').length, 1);
  });
});

describe('choosing images', () => {
  const list = outlineOf(answer(down(10)));

  it('takes one, a range from there on, and lets go', () => {
    const one = toggled(NOTHING, 8);
    const some = extended(one, 5, list);
    assert.deepEqual([...some.ids].toSorted(), [5, 6, 7, 8]);
    assert.deepEqual([...extended(some, 9, list).ids].toSorted(), [5, 6, 7, 8, 9]);
    assert.deepEqual([...toggled(some, 6).ids].toSorted(), [5, 7, 8]);
    assert.deepEqual([...extended(NOTHING, 3, list).ids], [3]);
  });

  it('forgets what left the list', () => {
    const some = extended(toggled(NOTHING, 8), 5, list);
    assert.equal(remaining(some, list.positions), some);
    assert.deepEqual([...remaining(some, without(list, new Set([6])).positions).ids].toSorted(), [5, 7, 8]);
  });
});

describe('keys in the grid', () => {
  const shapes = down(200).map((id) => ({ id, aspect: 1 + (id % 5) / 3 }));
  const rows = justify([], shapes, { width: 900, gap: 6, target: 150 });

  it('find the row of every image, and lead up and down to what is close', () => {
    for (const [index, row] of rows.entries())
      for (const column of row.widths.keys()) assert.equal(rowOf(rows, row.start + column), index);
    const below = target('ArrowDown', 0, rows, 200)!;
    assert.equal(rowOf(rows, below), 1);
    assert.equal(rowOf(rows, target('ArrowUp', below, rows, 200)!), 0);
    assert.equal(rowOf(rows, target('PageDown', below, rows, 200)!), 5);
    assert.equal(target('PageUp', 0, rows, 200), 0);
    assert.deepEqual([target('End', 3, rows, 200), target('Home', 3, rows, 200)], [199, 0]);
    assert.equal(target('q', 3, rows, 200), null);
  });
});

describe('marks beside the library', () => {
  const chunk = (at: string | null, start: number) => ({ at, start, cursor: null });

  it('stand where a month begins, and are as many as can be read', () => {
    const chunks = [
      chunk('2021-05-31T00:00:00Z', 0),
      chunk('2021-05-01T00:00:00Z', 100),
      chunk('2021-02-01T00:00:00Z', 200),
      chunk(null, 250),
      chunk('2020-12-01T00:00:00Z', 300),
    ];
    const marks = marksOf(chunks, (position) => position / 400);
    assert.deepEqual(
      marks.map(({ at, share, year }) => [at.slice(0, 7), share, year]),
      [
        ['2021-05', 0, true],
        ['2021-02', 0.5, false],
        ['2020-12', 0.75, true],
      ],
    );
    assert.equal(markAt(marks, 0.6)?.at.slice(0, 7), '2021-02');
    assert.equal(legible(marks, 400, 20).length, 2);
    assert.equal(legible(marks, 20, 20).length, 1);
    assert.equal(markAt([], 0.5), null);
  });
});

describe('filters in the address', () => {
  it('come back as they went, whatever they say', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (label, q) => {
        const selection = withFilter(
          withFilter({ filters: {}, sort: '-taken' }, 'label', label.trim()),
          'q',
          q.trim(),
        );
        const params = writeSelection(new URLSearchParams('image=4'), selection);
        assert.deepEqual(readSelection(new URLSearchParams(params.toString())), selection);
        assert.equal(params.get('image'), '4');
      }),
    );
  });

  it('leave out what nobody knows', () => {
    const read = readSelection(new URLSearchParams('label=fox&colour=red&sort=colour&q=%20'));
    assert.deepEqual(read, { filters: { label: 'fox' }, sort: '-created' });
  });
});
