import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { sharedPath } from '../hosting/shared.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

interface Expected {
  accept: boolean;
  origin: string;
}

/** Columns: name, bytes, detected, width, height, pages, expected, origin. */
async function readManifest(folder: string): Promise<Map<string, Expected>> {
  const text = await readFile(path.join(folder, 'manifest.tsv'), 'utf8');
  return new Map(
    text
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => {
        const [name, , , , , , expected, origin] = line.split('\t');
        return [name!, { accept: expected === 'accept', origin: origin! }];
      }),
  );
}

describe('an import of real and hostile files', () => {
  let t: Tributary;
  let manifest: Map<string, Expected>;
  let folder: string | null;

  before(async function () {
    this.timeout(240_000);
    folder = sharedPath('corpus');
    if (folder === null) this.skip();
    manifest = await readManifest(folder);
    t = await startTributary();
  });
  after(() => t?.close());

  it('ends each of them as it should, in one pass, without a crash', async function () {
    this.timeout(300_000);
    const job = await t.waitImport(await t.startImport(path.join(folder!, 'files')));
    const rows = await t.db.run(
      (sql) => sql<{ name: string; state: string; reason: string | null; attempts: number }[]>`
        select name, state, reason, attempts from import_items where import_id = ${job.id}`,
    );
    assert.equal(rows.length, manifest.size);
    const wrong = rows.filter(
      (row) => row.state !== (manifest.get(row.name)?.accept ? 'stored' : 'rejected'),
    );
    assert.deepEqual(
      wrong.map((row) => ({ ...row, origin: manifest.get(row.name)?.origin })),
      [],
    );
    assert.deepEqual(
      rows.filter((row) => row.reason === 'decoder_crashed' || row.attempts > 0),
      [],
    );
  });

  it('leaves rows and objects that agree', async () => {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });
});
