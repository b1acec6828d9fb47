import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Failure } from '../../../domain/failures.ts';
import { CONTAINER, createPathReader } from '../../../sources/listing/jsonPaths.ts';

function read(text: string, list: string[], wanted: string[][] = [], piece = Number.POSITIVE_INFINITY) {
  const elements: unknown[] = [];
  const reader = createPathReader({
    list,
    wanted,
    maxElement: 10_000,
    onElement: (element) => elements.push(element),
  });
  for (let at = 0; at < text.length; at += piece) reader.write(text.slice(at, at + piece));
  return { ...reader.end(), elements };
}

const type = (work: () => unknown): string => {
  try {
    work();
    return 'nothing';
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    return error.type;
  }
};

describe('a list inside of a JSON document', () => {
  it('is found wherever it is, with the values beside it, whatever the pieces', () => {
    const items = [{ a: '"]}\\' }, ['x', { y: [1] }], 'text', 5, null, true, { ü: '\\"' }];
    const rows: [unknown, string[]][] = [
      [items, []],
      [{ data: { more: [1, 2], images: items, after: {} } }, ['data', 'images']],
      [{ a: [{ items: [0] }, { items }] }, ['a', '1', 'items']],
      [{ 'a.b/c"': items }, ['a.b/c"']],
      [{ next: 'x', meta: { items: 'not this one' }, items }, ['items']],
    ];
    for (const [document, list] of rows) {
      for (const text of [JSON.stringify(document), JSON.stringify(document, null, 2)]) {
        for (const piece of [1, 2, 3, 7, 1_000]) {
          const found = read(text, list, [], piece);
          assert.deepEqual([found.list, found.elements], ['read', items], `${text} ${piece}`);
        }
      }
    }
    const text = JSON.stringify({
      before: 'u"r\\l',
      items: [1],
      paging: { after: { token: 17 }, none: null, deep: [] },
      last: false,
    });
    const wanted = [
      ['before'],
      ['paging', 'after', 'token'],
      ['paging', 'none'],
      ['paging', 'deep'],
      ['last'],
      ['x'],
    ];
    for (const piece of [1, 5, 1_000]) {
      assert.deepEqual(read(text, ['items'], wanted, piece).wanted, [
        'u"r\\l',
        17,
        null,
        CONTAINER,
        false,
        undefined,
      ]);
    }
  });

  it('is told from one that is not there', () => {
    assert.equal(read('{"items":null}', ['items']).list, 'null');
    assert.equal(read('{"items":[]}', ['items']).list, 'read');
    assert.equal(read('{"x":[]}', ['items']).list, 'missing');
    assert.equal(read('{"items":{"a":[]}}', ['items']).list, 'no-list');
    assert.equal(read('{"items":"[]"}', ['items']).list, 'no-list');
    assert.equal(read('7', []).list, 'no-list');
    assert.equal(read('"x"', ['items']).list, 'missing');
  });

  it('is refused when it is broken, cut off or too much', () => {
    for (const text of [
      '',
      ' ',
      '[',
      '{"items":[',
      '[{"a":1}',
      '[{]',
      '[}',
      '[1]]',
      '[1][2]',
      '[01]',
      '["a',
      '<p>',
    ]) {
      assert.equal(
        type(() => read(text, [])),
        'bad_response',
        text,
      );
    }
    assert.equal(
      type(() => read(`["${'x'.repeat(20_000)}"]`, [])),
      'listing_too_large',
    );
    assert.equal(
      type(() => read('['.repeat(1_000), [])),
      'listing_too_large',
    );
    assert.equal(
      type(() => read(`{"x":${'['.repeat(1_000)}`, ['items'])),
      'listing_too_large',
    );
    // What is not asked for may be as long as it likes.
    const long = JSON.stringify({ x: 'y'.repeat(100_000), [`k${'k'.repeat(10_000)}`]: 1, items: [1] });
    assert.deepEqual(read(long, ['items'], [], 1_000).elements, [1]);
  });

  it('agrees with JSON.parse on any document', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.jsonValue(),
        fc.integer({ min: 1, max: 20 }),
        (items, other, piece) => {
          const text = JSON.stringify({ other, data: { items }, end: other });
          const found = read(text, ['data', 'items'], [['end']], piece);
          assert.deepEqual(found.elements, JSON.parse(JSON.stringify(items)));
          const plain = JSON.parse(JSON.stringify(other));
          assert.deepEqual(found.wanted[0], typeof plain === 'object' && plain !== null ? CONTAINER : plain);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('never ends in anything but an answer or a Failure', () => {
    const token = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      ',',
      ':',
      '"items"',
      '"items":[',
      '1',
      'null',
      ' ',
      '\u0000',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        try {
          read(text, ['items'], [['x']]);
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
