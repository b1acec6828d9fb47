import assert from 'node:assert/strict';
import { FAILURES } from '../../domain/failures.ts';
import { progressPercent } from '../../domain/outcome.ts';
import { storable, storableShort } from '../../domain/text.ts';

const none = { pending: 0, stored: 0, duplicate: 0, skipped: 0, rejected: 0, failed: 0, total: 0 };

describe('progress', () => {
  it('is 100 only when the listing is complete and nothing is pending', () => {
    assert.equal(progressPercent({ ...none, stored: 10, total: 10 }, false), 99.9);
    assert.equal(progressPercent({ ...none, stored: 10, total: 10 }, true), 100);
    assert.equal(progressPercent({ ...none, stored: 9_999, pending: 1, total: 10_000 }, true), 99.9);
  });
  it('is a number for an empty import', () => {
    assert.equal(progressPercent(none, false), 0);
    assert.equal(progressPercent(none, true), 100);
  });
  it('counts failed and rejected items as processed', () => {
    assert.equal(progressPercent({ ...none, failed: 1, rejected: 1, pending: 2, total: 4 }, true), 50);
  });
});

describe('failures', () => {
  for (const [type, { title, advice }] of Object.entries(FAILURES)) {
    it(`${type} says what happened and what to do`, () => {
      assert.ok(title.length > 8 && advice.length > 20);
      assert.match(advice, /\.$/);
    });
  }
});

describe('text from outside', () => {
  it('loses what the database cannot hold and nothing else', () => {
    assert.equal(storable('a\0b\ud800c\udc00d\u{1F98A}\n'), 'a\uFFFDb\uFFFDc\uFFFDd\u{1F98A}\n');
  });
  it('is cut when it is very long', () => {
    assert.equal(storableShort('x'.repeat(5_000)).length, 2_000);
  });
});
