import assert from 'node:assert/strict';
import { moveBuilds } from '../hosting/deploys.ts';

const IMPORTS = 6;
const FILES = 3;

describe('a new build beside the old one', () => {
  it('takes over open imports and gives them back, while batches end where they began', async function () {
    this.timeout(600_000);
    const [figures, audit] = await moveBuilds(IMPORTS, FILES);
    assert.equal(figures.stored, IMPORTS * FILES, JSON.stringify(figures));
    assert.ok(figures.movedImports > 0, JSON.stringify(figures));
    assert.equal(figures.replayed, figures.imports * 2);
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});
