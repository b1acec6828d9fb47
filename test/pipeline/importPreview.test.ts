import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { picture } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

interface Preview {
  kind: string;
  title: string;
  address: string;
  listed: number;
  complete: boolean;
  skipped: number;
  sample: { name: string; size: number | null; skip: string | null }[];
  error: { type: string; title: string; advice: string } | null;
}

describe('a look at a place before it is imported', function () {
  this.timeout(120_000);
  let t: Tributary;
  let folder: string;

  before(async function () {
    this.timeout(240_000);
    folder = await mkdtemp(path.join(tmpdir(), 'preview-'));
    t = await startTributary({
      parts: ['api', 'io'],
      env: { SECRET_KEY: 'a secret of tests, long enough to be one' },
    });
  });
  after(async () => {
    await t?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const rows = async () => {
    const [row] = await t.db.run(
      (sql) => sql<{ sources: number; credentials: number; imports: number; assets: number }[]>`
        select (select count(*)::int from pull_sources) as sources, (select count(*)::int from credentials) as credentials,
          (select count(*)::int from imports) as imports, (select count(*)::int from assets) as assets`,
    );
    return row;
  };

  it('says what it is and lists the first files, and keeps nothing', async () => {
    await writeFile(path.join(folder, 'a.jpg'), await picture(1));
    await writeFile(path.join(folder, 'notes.txt'), 'no picture');
    const seen = await t.post<Preview>('/imports/preview', { url: folder });
    assert.equal(seen.kind, 'folder');
    assert.ok(seen.title.length > 3);
    assert.deepEqual([seen.listed, seen.complete, seen.error], [2, true, null]);
    assert.deepEqual(seen.sample.map(({ name, skip }) => [name, skip !== null]).sort(), [
      ['a.jpg', false],
      ['notes.txt', true],
    ]);
    assert.deepEqual(await rows(), { sources: 0, credentials: 0, imports: 0, assets: 0 });
  });

  it('says why a place cannot be listed, and what to do, and lets go of its credentials', async () => {
    const url = 'http://127.0.0.1:9/photos/';
    const seen = await t.post<Preview>('/imports/preview', {
      url,
      credentials: { type: 'basic', username: 'ranger', password: 'secret' },
    });
    assert.equal(seen.kind, 'http-directory');
    assert.ok(seen.error !== null && seen.error.title.length > 3 && seen.error.advice.length > 3);
    assert.deepEqual(await rows(), { sources: 0, credentials: 0, imports: 0, assets: 0 });
  });

  it('is not shown among the sources while it goes on', async () => {
    const looking = t.post<Preview>('/imports/preview', { url: folder });
    assert.deepEqual(await t.get('/image-pull-sources?include_inactive=true'), []);
    assert.equal((await looking).listed, 2);
  });

  it('refuses what is no address', async () => {
    await assert.rejects(t.post('/imports/preview', { url: 'just some words' }), /422/);
  });
});
