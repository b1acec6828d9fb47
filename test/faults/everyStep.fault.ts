import assert from 'node:assert/strict';
import { FAILPOINTS } from '../../domain/failpoints.ts';
import { CUT_PICTURES, importWithCut } from '../hosting/steps.ts';
import { APART, startTributary, type Tributary } from '../hosting/tributary.ts';
import { tell } from './report.ts';

const RUNS = 3;
const SEED = 70_000;

describe('F2: the power is cut after every step of the protocol', () => {
  let t: Tributary;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ parts: APART });
  });
  after(() => t.close());

  for (const [index, point] of FAILPOINTS.entries()) {
    it(`"${point}", ${RUNS} times`, async function () {
      this.timeout(240_000);
      const seed = SEED + index * 100;
      let lost = 0;
      let slowest = 0;
      for (let run = 0; run < RUNS; run += 1) {
        const { job, doneMs } = await importWithCut(t, point, seed + run * 10);
        lost += CUT_PICTURES - job.stored_files;
        slowest = Math.max(slowest, doneMs);
        assert.deepEqual([job.stored_files, job.duplicate_files], [CUT_PICTURES, 1], JSON.stringify(job));
      }
      const audit = await t.audit();
      tell(
        {
          test: 'F2',
          seed,
          injected: `SIGKILL after "${point}", ${RUNS} imports`,
          figures: { runs: RUNS, lost, done_ms_worst: Math.round(slowest) },
        },
        audit,
      );
      assert.ok(audit.clean, JSON.stringify(audit));
    });
  }
});
