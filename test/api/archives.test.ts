import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { sweep } from '../../stores/sweep.ts';
import { folderOf, picture } from '../hosting/pictures.ts';
import { APART, type ImportBody, startTributary, type Tributary } from '../hosting/tributary.ts';
import { type ZipEntry, zipFile } from '../sources/archive/zipFile.ts';
import { describeUploadAttacks } from './attacks.ts';

const MAX = 4 * 2 ** 20;
const run = promisify(execFile);

interface Item {
  external_id: string;
  state: string;
  reason: string | null;
  asset_id: number | null;
}

describe('imports of zip archives', function () {
  this.timeout(240_000);
  let t: Tributary;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ parts: APART, env: { MAX_ARCHIVE_BYTES: String(MAX) } });
  });
  after(() => t.close());

  function send(zip: Buffer, fields: Record<string, string> = {}, name = 'photos.zip'): Promise<Response> {
    const form = new FormData();
    for (const [key, value] of Object.entries(fields)) form.append(key, value);
    form.append('file', new Blob([zip as Uint8Array<ArrayBuffer>]), name);
    return fetch(`${t.url}/imports/archive`, { method: 'POST', body: form });
  }

  async function done(zip: Buffer, fields: Record<string, string> = {}): Promise<ImportBody> {
    const answer = await send(zip, fields);
    assert.equal(answer.status, 202);
    const { id } = (await answer.json()) as ImportBody;
    assert.equal(answer.headers.get('location'), `/imports/${id}`);
    return t.waitImport(id);
  }

  const itemsOf = async (id: string): Promise<Record<string, string>> => {
    const { items } = await t.get<{ items: Item[] }>(`/imports/${id}/items?limit=100`);
    return Object.fromEntries(items.map((item) => [item.external_id, item.reason ?? item.state]));
  };

  async function mixed(): Promise<ZipEntry[]> {
    const one = await picture(1);
    return [
      { name: 'DCIM/one.jpg', data: one },
      { name: 'DCIM/two.jpg', data: await picture(2), method: 0 },
      { name: 'DCIM/copy of one.jpg', data: one },
      { name: 'DCIM/cut.jpg', data: one.subarray(0, 1_000) },
      { name: 'DCIM/text.jpg', data: Buffer.from('no picture') },
      { name: 'DCIM/empty.jpg', data: Buffer.alloc(0) },
      { name: 'DCIM/secret.jpg', data: one, flags: 1 },
      { name: 'DCIM/modern.jpg', data: one, method: 93 },
      { name: '../../climbs.jpg', data: one },
      { name: 'notes.txt', data: Buffer.from('x') },
      { name: 'more.zip', data: zipFile([]) },
    ];
  }

  const OUTCOMES = {
    'DCIM/one.jpg': 'stored',
    'DCIM/two.jpg': 'stored',
    'DCIM/copy of one.jpg': 'known_content',
    'DCIM/cut.jpg': 'truncated',
    'DCIM/text.jpg': 'unsupported_format',
    'DCIM/empty.jpg': 'empty_file',
    'DCIM/secret.jpg': 'encrypted_entry',
    'DCIM/modern.jpg': 'unsupported_compression',
    '//../../climbs.jpg': 'bad_name',
    'notes.txt': 'not_an_image',
    'more.zip': 'not_an_image',
  };

  it('bring in every picture, give every other entry a reason, and know them the next time', async () => {
    const zip = zipFile(await mixed());
    const job = await done(zip, { tenant_name: 'trip' });
    assert.equal(job.status, 'completed');
    const outcomes = await itemsOf(job.id);
    // Which of two equal pictures is first is not for us to say.
    if (outcomes['DCIM/one.jpg'] === 'known_content') {
      [outcomes['DCIM/one.jpg'], outcomes['DCIM/copy of one.jpg']] = ['stored', 'known_content'];
    }
    assert.deepEqual(outcomes, OUTCOMES);
    assert.equal(job.total_files, 11);
    assert.deepEqual([job.stored_files, job.duplicate_files, job.rejected_files], [2, 1, 3]);

    const again = await done(zip, { tenant_name: 'trip' });
    assert.deepEqual([again.stored_files, again.skipped_files, again.rejected_files], [0, 11, 0]);
    const elsewhere = await done(zip, { tenant_name: 'another' });
    assert.equal(elsewhere.stored_files, 2);
  });

  it('give what is damaged in an archive a reason, after its tries', async function () {
    this.timeout(240_000);
    const job = await done(
      zipFile([
        { name: 'good.jpg', data: await picture(3) },
        { name: 'crc.jpg', data: await picture(4), says: { crc32: 1 } },
        { name: 'short.jpg', data: await picture(5), says: { size: 1_000_000 } },
      ]),
    );
    assert.deepEqual(await itemsOf(job.id), {
      'good.jpg': 'stored',
      'crc.jpg': 'hash_mismatch',
      'short.jpg': 'short_read',
    });
  });

  it('begin with a file on our own disk as well, also from the command line', async () => {
    const folder = await folderOf({ 'photos.zip': zipFile([{ name: 'a.jpg', data: await picture(6) }]) });
    try {
      const job = await t.waitImport(await t.startImport(path.join(folder, 'photos.zip')));
      assert.equal(job.stored_files, 1);
      const main = path.resolve(import.meta.dirname, '../../dist/cli/main.js');
      const { stdout } = await run(
        process.execPath,
        [main, 'import', 'photos.zip', '--server', t.url, '--force'],
        { cwd: folder, env: { ...process.env, ...t.env } },
      );
      assert.match(stdout, /completed in .*: 1 files/);
      assert.match(stdout, /duplicate +1/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('begin with an archive that came in pieces', async () => {
    const zip = zipFile([{ name: 'a.jpg', data: await picture(7) }]);
    const tus = { 'Tus-Resumable': '1.0.0' };
    // Neither its name nor its metadata says what it is.
    const made = await fetch(`${t.url}/uploads/tus`, {
      method: 'POST',
      headers: { ...tus, 'Upload-Length': String(zip.length) },
    });
    const at = `${t.url}${made.headers.get('location')}`;
    const answer = await fetch(at, {
      method: 'PATCH',
      headers: { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' },
      body: zip as Uint8Array<ArrayBuffer>,
    });
    assert.equal(answer.status, 200);
    const { import_id } = (await answer.json()) as { import_id: string };
    assert.equal((await t.waitImport(import_id)).stored_files, 1);
    assert.deepEqual(
      await (await fetch(`${at}/result`)).json(),
      JSON.parse(answer.headers.get('upload-result')!),
    );
  });

  it('are what the upload of one picture points to', async () => {
    const answer = await t.upload(zipFile(await mixed()), 'photos.zip');
    assert.equal(answer.status, 415);
    assert.match(((await answer.json()) as { detail: string }).detail, /POST \/imports\/archive/);
  });

  async function kept(): Promise<number> {
    let count = 0;
    for await (const object of t.objects.list('')) if (object.key.endsWith('/archive')) count += 1;
    return count;
  }

  for (const [what, zip, status, type] of [
    ['a picture', async () => picture(8), 415, 'not_an_archive'],
    ['half an archive', async () => zipFile(await mixed()).subarray(0, 2_000), 415, 'not_an_archive'],
    [
      'a bomb',
      async () =>
        zipFile([
          { name: 'a.jpg', data: Buffer.alloc(9) },
          { name: 'b.jpg', says: { at: 0 } },
        ]),
      422,
      'archive_unsafe',
    ],
    [
      'too many entries',
      async () => zipFile([{ name: 'a.jpg' }], { zip64End: true, entryCount: 100_001 }),
      422,
      'listing_too_large',
    ],
    ['nothing', async () => Buffer.alloc(0), 422, 'empty_file'],
  ] as const) {
    it(`refuse ${what}, and keep nothing of it`, async () => {
      const before = await kept();
      const imports = await t.get<{ total: number }>('/imports');
      const answer = await send(await zip());
      assert.equal(answer.status, status);
      const problem = (await answer.json()) as { type: string; detail: string };
      assert.equal(problem.type, `tag:tributary,2026:${type}`);
      await sweep(t.db, t.objects, t.config.storage.scratchDir, t.config.flyLimits);
      assert.equal(await kept(), before);
      assert.equal((await t.get<{ total: number }>('/imports')).total, imports.total);
      assert.deepEqual(await readdir(t.config.storage.scratchDir), []);
    });
  }

  it('keep their archive for another round, and let it go a week after they ended', async function () {
    this.timeout(240_000);
    const job = await done(zipFile([{ name: 'crc.jpg', data: await picture(9), says: { crc32: 1 } }]));
    assert.equal(job.failed_files, 1);
    const before = await kept();
    await sweep(t.db, t.objects, t.config.storage.scratchDir, t.config.flyLimits);
    assert.equal(await kept(), before);
    await t.db.run(
      (sql) => sql`update imports set finished_at = now() - interval '8 days' where id = ${job.id}`,
    );
    await sweep(t.db, t.objects, t.config.storage.scratchDir, t.config.flyLimits);
    assert.equal(await kept(), before - 1);
    await t.post(`/imports/${job.id}/retry-failed`);
    await t.waitImport(job.id);
    assert.deepEqual(await itemsOf(job.id), { 'crc.jpg': 'vanished' });
  });

  it('let their archive go when they are cancelled', async () => {
    await t.kill('io', 'SIGTERM');
    const answer = await send(zipFile([{ name: 'a.jpg', data: await picture(10) }]));
    const { id } = (await answer.json()) as ImportBody;
    const before = await kept();
    await t.start('io');
    await t.post(`/imports/${id}/cancel`).catch(() => {});
    const job = await t.waitImport(id);
    await sweep(t.db, t.objects, t.config.storage.scratchDir, t.config.flyLimits);
    assert.equal(await kept(), job.status === 'cancelled' ? before - 1 : before);
  });

  describeUploadAttacks(() => t, {
    path: '/imports/archive',
    field: 'file',
    head: async () => Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(10_000)]),
    max: MAX,
  });

  it('end clean; an archive that is lost or damaged shows', async () => {
    assert.ok((await t.audit()).clean, JSON.stringify(await t.audit()));
    for await (const { key } of t.objects.list('')) {
      if (!key.endsWith('/archive')) continue;
      await writeFile(path.join(t.config.storage.objectsDir, key), 'damaged');
      break;
    }
    const report = await t.audit();
    assert.equal(report.findings.find((found) => found.id === 'I5')?.count, 1);
  });
});
