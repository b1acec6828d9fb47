import assert from 'node:assert/strict';
import { nextTrySeconds, RETRY_SECONDS } from '../../domain/webhook.ts';

describe('the tries of a webhook', () => {
  it('go on for more than three days, ever further apart', () => {
    const waits = RETRY_SECONDS.map((_, i) => nextTrySeconds(i + 1, null, 0.5));
    assert.deepEqual(waits, [...RETRY_SECONDS]);
    assert.ok(RETRY_SECONDS.reduce((sum, wait) => sum + wait, 0) > 3 * 86_400);
    assert.equal(nextTrySeconds(RETRY_SECONDS.length + 1, null, 0.5), null);
  });

  it('spread a little, and heed what the receiver asks for, up to a day', () => {
    assert.equal(nextTrySeconds(2, null, 0), 270);
    assert.equal(nextTrySeconds(2, null, 1), 330);
    assert.equal(nextTrySeconds(1, 600, 0.5), 600);
    assert.equal(nextTrySeconds(2, 10, 0.5), 300);
    assert.equal(nextTrySeconds(1, 10_000_000, 0.5), 86_400);
    assert.equal(nextTrySeconds(99, 600, 0.5), null);
  });
});
