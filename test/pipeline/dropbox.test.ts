import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { folderOf, pictures } from '../hosting/pictures.ts';
import { APART, type ImportBody, startTributary, type Tributary } from '../hosting/tributary.ts';
import { type FakeDropbox, startFakeDropbox } from '../sources/dropbox/fakeDropbox.ts';

type Body = ImportBody & { state: string; needs: { type: string } | null };

const LINK = 'https://www.dropbox.com/sh/fakefolder/AAAkey?dl=0';

describe('an import from Dropbox', function () {
  this.timeout(240_000);
  let t: Tributary;
  let root: string;
  let dropbox: FakeDropbox;

  before(async () => {
    root = await folderOf({
      ...(await pictures(30, 5_000)),
      'deep/er/x.jpg': (await pictures(1, 5_100))['IMG_5100.JPG']!,
      'notes.txt': Buffer.from('x'),
    });
    dropbox = await startFakeDropbox({
      root,
      links: {
        '/sh/fakefolder/AAAkey': { shows: '' },
        '/sh/locked/AAAkey': { shows: 'deep', password: 'open sesame' },
      },
    });
    t = await startTributary({
      parts: APART,
      env: {
        SECRET_KEY: 'a key of thirty-two characters or more',
        DROPBOX_ENDPOINT: dropbox.url,
        DROPBOX_APP_KEY: 'fake-app',
        DROPBOX_APP_SECRET: 'fake-app-secret',
      },
    });
  });

  after(async () => {
    await t?.close();
    await dropbox?.close();
    await rm(root, { recursive: true });
  });

  const content = () =>
    dropbox.requests.filter(({ endpoint }) => /get_shared_link_file/.test(endpoint)).length;

  it('answers as both older services did, and brings everything in', async () => {
    const started = await t.post<{ job_id: string; task_id: string; status: string; message: string }>(
      '/import/dropbox',
      { folder_url: LINK },
    );
    assert.equal(started.job_id, started.task_id);
    assert.equal(started.status, 'processing');
    const job = await t.waitImport(started.job_id);
    assert.deepEqual([job.status, job.stored_files, job.skipped_files], ['completed', 31, 1]);
    const old = await t.get<{ status: string; total_files: number; source: string }>(
      `/import/jobs/${started.job_id}`,
    );
    assert.deepEqual([old.status, old.total_files, old.source], ['completed', 32, 'dropbox']);
    assert.equal((await t.get<{ status: string }>(`/task/${started.task_id}`)).status, 'SUCCESS');
    const images = await t.get<{ total: number; images: { source: string }[] }>(
      '/images?source=dropbox&limit=5',
    );
    assert.equal(images.total, 31);
    assert.equal(images.images[0]?.source, 'dropbox');
  });

  it('fetches nothing the second time, nor what the library has from elsewhere', async () => {
    const before = content();
    const { job_id } = await t.post<{ job_id: string }>('/import/dropbox', { folder_url: LINK });
    const job = await t.waitImport(job_id);
    assert.deepEqual([job.stored_files, job.skipped_files], [0, 32]);
    assert.equal(content(), before);
    // The same bytes under another link: Dropbox's hash of them is known, although it is not theirs alone.
    dropbox.links.set('/sh/other/AAAkey', { shows: '' });
    const other = await t.post<{ job_id: string }>('/import/dropbox', {
      folder_url: 'https://www.dropbox.com/sh/other/AAAkey',
    });
    const again = await t.waitImport(other.job_id);
    assert.deepEqual([again.stored_files, again.duplicate_files], [0, 31]);
    assert.equal(content(), before);
    const items = await t.get<{ items: { reason: string; asset_id: number }[] }>(
      `/imports/${other.job_id}/items?outcome=duplicate&limit=1`,
    );
    assert.equal(items.items[0]?.reason, 'known_content');
    assert.ok(items.items[0]?.asset_id);
  });

  it('knows what was uploaded before', async () => {
    const [name, bytes] = Object.entries(await pictures(1, 5_200))[0]!;
    assert.equal((await t.upload(bytes, name)).status, 200);
    const { writeFile, mkdir } = await import('node:fs/promises');
    await mkdir(`${root}/new`);
    await writeFile(`${root}/new/${name}`, bytes);
    // An upload is known by its hash as soon as it is in the library.
    while ((await t.get<{ total: number }>('/images?source=upload')).total === 0) await sleep(50);
    const before = content();
    const { job_id } = await t.post<{ job_id: string }>('/import/dropbox', { folder_url: LINK });
    const job = await t.waitImport(job_id);
    assert.deepEqual([job.stored_files, job.duplicate_files], [0, 1]);
    assert.equal(content(), before);
  });

  it('waits for the password of a link, and tells it to nobody', async () => {
    const { job_id } = await t.post<{ job_id: string }>('/import/dropbox', {
      folder_url: 'https://www.dropbox.com/sh/locked/AAAkey',
    });
    let job: Body;
    do {
      job = await t.get<Body>(`/imports/${job_id}`);
      await sleep(50);
    } while (job.state !== 'needs_attention');
    assert.equal(job.needs?.type, 'password_needed');
    await t.post(`/imports/${job_id}/resume`, {
      credentials: { type: 'link_password', link_password: 'open sesame' },
    });
    const done = await t.waitImport(job_id);
    assert.deepEqual([done.status, done.duplicate_files], ['completed', 1]);
    assert.doesNotMatch(t.output(), /sesame|fake-app-secret/);
  });

  it('slows down when it is told to, for all of its workers', async () => {
    await t.kill('io', 'SIGTERM');
    await t.start('io');
    dropbox.throttle(5, 1);
    const { job_id } = await t.post<{ job_id: string }>('/import/dropbox', { folder_url: LINK });
    const job = await t.waitImport(job_id);
    assert.equal(job.status, 'completed');
  });

  it('refuses links that are none, with what to do', async () => {
    for (const url of ['https://www.dropbox.com/', 'https://example.org/sh/x/y', 'nonsense']) {
      await assert.rejects(t.post('/import/dropbox', { folder_url: url }), /422/, url);
    }
    await assert.rejects(t.post('/import/dropbox', {}), /folder_url/);
  });

  it('ends clean', async () => {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });
});
