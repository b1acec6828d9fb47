import assert from 'node:assert/strict';
import { moveBuilds } from '../hosting/deploys.ts';
import { tell } from './report.ts';

const IMPORTS = 500;
const FILES = 2;

describe('a rolling upgrade with five hundred open imports', () => {
  it('goes to the new build and back, and nothing is stuck', async function () {
    this.timeout(1_800_000);
    const [figures, audit] = await moveBuilds(IMPORTS, FILES);
    tell(
      {
        test: 'F39',
        injected: 'a second build of the workflows, made current, rolled back',
        figures: { ...figures },
      },
      audit,
    );
    assert.equal(figures.stored, IMPORTS * FILES);
    assert.ok(figures.movedImports > 0);
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});
