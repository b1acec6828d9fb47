import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { failureTable } from '../../cli/failureTable.ts';

/** The cells of a table's rows; the formatter pads them. */
function rows(markdown: string): string[] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim())
        .join('|'),
    );
}

describe('docs/failures.md', () => {
  it('has every failure as the program knows it; `tributary failures table` prints the table', async () => {
    const page = await readFile(path.resolve(import.meta.dirname, '../../docs/failures.md'), 'utf8');
    const expected = rows(failureTable());
    assert.ok(expected.length > 40);
    assert.deepEqual(rows(page.slice(page.indexOf('## Every reason'))), expected);
  });
});
