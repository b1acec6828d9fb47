import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { failureTable } from '../../cli/failureTable.ts';

describe('docs/failures.md', () => {
  it('has every failure as the program knows it; `tributary failures table` prints the table', async () => {
    const page = await readFile(path.resolve(import.meta.dirname, '../../docs/failures.md'), 'utf8');
    assert.ok(page.includes(failureTable()), 'docs/failures.md is not up to date');
  });
});
