import assert from 'node:assert/strict';
import { clientPython } from '../contract/scripts.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { furnish } from './furnish.ts';
import { fuzz } from './schemathesis.ts';

/** `FUZZ_SEED=7 npm run test:fuzz` makes the same requests again. */
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);
/** Of each phase. */
const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 12 * 60);

describe('the API under everything that fits its document, and much that does not', function () {
  this.timeout(40 * 60_000);
  let t: Tributary;
  let python: string | null;

  before(async function () {
    python = await clientPython();
    if (python === null) this.skip();
    t = await startTributary({ env: { SECRET_KEY: 'a key of thirty-two characters or more' } });
    await furnish(t);
  });
  after(() => t?.close());

  for (const phases of [['examples', 'coverage'], ['fuzzing'], ['stateful']]) {
    it(`answers as documented, never with a failure of ours: ${phases.join(', ')}, seed ${SEED}`, async () => {
      const found = await fuzz(python ?? '', t, { examples: 40, seconds: SECONDS, phases, seed: SEED });
      assert.equal(found, null, `${found}\n${t.output().slice(-4_000)}`);
    });
  }

  it('and everything is whole afterwards', async () => {
    const report = await t.audit();
    assert.deepEqual(
      report.findings.filter(({ count }) => count > 0),
      [],
    );
  });
});
