import assert from 'node:assert/strict';
import { clientPython } from '../contract/scripts.ts';
import { furnish } from '../fuzz/furnish.ts';
import { fuzz } from '../fuzz/schemathesis.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

describe('the API under a fuzzer, for a short while', function () {
  this.timeout(300_000);
  let t: Tributary;
  let python: string | null;

  before(async function () {
    python = await clientPython();
    if (python === null) this.skip();
    t = await startTributary({ env: { SECRET_KEY: 'a key of thirty-two characters or more' } });
    await furnish(t);
  });
  after(() => t?.close());

  it('answers as documented, and never with a failure of ours', async () => {
    const phases = ['examples', 'fuzzing'];
    const found = await fuzz(python ?? '', t, { examples: 2, seconds: 60, phases, seed: 7 });
    assert.equal(found, null, `${found}\n${t.output().slice(-4_000)}`);
  });
});
