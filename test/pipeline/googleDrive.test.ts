import assert from 'node:assert/strict';
import { rm, symlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { folderOf, picture, pictures } from '../hosting/pictures.ts';
import { type ImportBody, startTributary, type Tributary } from '../hosting/tributary.ts';
import { apiRefusal } from '../sources/google-drive/fake/refusals.ts';
import { FAKE_KEY, type FakeDrive, startFakeDrive } from '../sources/google-drive/fakeDrive.ts';

type Body = ImportBody & { state: string; needs: { type: string } | null };

describe('an import from Google Drive', function () {
  this.timeout(240_000);
  let t: Tributary;
  let root: string;
  let drive: FakeDrive;
  let link: string;

  before(async () => {
    root = await folderOf({
      ...(await pictures(25, 8_000)),
      'sub folder/x.jpg': await picture(8_100),
      'notes.gdoc': Buffer.from('{}'),
    });
    await symlink('IMG_8000.JPG', `${root}/shortcut.jpg`);
    await symlink('nowhere.jpg', `${root}/dangling.jpg`);
    drive = await startFakeDrive({ root });
    link = `https://drive.google.com/drive/folders/${drive.tree.idOf('')}?usp=sharing`;
    t = await startTributary({ env: { GOOGLE_DRIVE_ENDPOINT: drive.url, GOOGLE_API_KEY: FAKE_KEY } });
  });

  after(async () => {
    await t?.close();
    await drive?.close();
    await rm(root, { recursive: true });
  });

  const downloads = () => drive.requests.filter(({ call }) => call === 'media').length;
  const start = async () =>
    (await t.post<{ job_id: string }>('/import/google-drive', { folder_url: link })).job_id;

  it('brings in every picture, and says of the rest why not', async () => {
    const id = await start();
    const job = await t.waitImport(id);
    // The shortcut shows a file that is there as well.
    assert.deepEqual(
      [job.status, job.stored_files, job.duplicate_files, job.skipped_files],
      ['completed', 26, 1, 2],
    );
    const { items } = await t.get<{ items: { reason: string }[] }>(`/imports/${id}/items?outcome=skipped`);
    assert.deepEqual(items.map(({ reason }) => reason).sort(), ['dangling_link', 'native_document']);
    const { images, total } = await t.get<{ total: number; images: { google_drive_id: string | null }[] }>(
      '/images?source=google_drive&limit=1',
    );
    assert.equal(total, 26);
    assert.ok(drive.tree.pathOf(images[0]?.google_drive_id ?? '') !== null);
  });

  it('downloads nothing the second time', async () => {
    const before = downloads();
    const job = await t.waitImport(await start());
    assert.deepEqual([job.stored_files, job.failed_files], [0, 0]);
    assert.equal(downloads(), before);
  });

  it('asks no more often than it may, and heeds what Drive says of it', async () => {
    drive.requests.length = 0;
    drive.answer(apiRefusal('userRateLimitExceeded'), { times: 3 });
    const job = await t.waitImport(await start());
    assert.equal(job.status, 'completed');
    const times = drive.requests.map(({ at }) => at).sort((a, b) => a - b);
    for (const from of times) {
      const within = times.filter((at) => at >= from && at < from + 1_000).length;
      assert.ok(within <= 21, `${within} requests in a second`);
    }
  });

  it('waits when the key of the installation is not accepted, and goes on with another', async () => {
    drive.keys.delete(FAKE_KEY);
    const id = await start();
    let job: Body;
    do {
      job = await t.get<Body>(`/imports/${id}`);
      await sleep(50);
    } while (job.state !== 'needs_attention');
    assert.equal(job.needs?.type, 'provider_misconfigured');
    drive.keys.add(FAKE_KEY);
    await t.post(`/imports/${id}/resume`);
    assert.equal((await t.waitImport(id)).status, 'completed');
  });

  it('ends clean', async () => {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });
});
