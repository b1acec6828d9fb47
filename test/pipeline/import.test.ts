import assert from 'node:assert/strict';
import { rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { folderOf, picture, pictures } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

interface Items {
  items: {
    name: string;
    state: string;
    reason: string | null;
    advice: string | null;
    asset_id: number | null;
  }[];
}

describe('an import of a folder', () => {
  let t: Tributary;
  let folder: string;
  const first = { asset: 0 };

  before(async function () {
    this.timeout(240_000);
    t = await startTributary();
    const good = await pictures(30);
    folder = await folderOf({
      ...good,
      'copy/again.jpg': good['IMG_0001.JPG']!,
      'copy/and-again.jpg': good['IMG_0001.JPG']!,
      'broken.jpg': good['IMG_0002.JPG']!.subarray(0, 900),
      'broken-copy.jpg': good['IMG_0002.JPG']!.subarray(0, 900),
      'empty.png': new Uint8Array(),
      'letter.docx.jpg': Buffer.from('PK\u0003\u0004 not a picture'),
      'notes.txt': Buffer.from('hello'),
      '"><img src=x onerror=alert(1)>.jpg': await picture(99),
      'ünïcode \u{1F98A} name.jpg': await picture(98),
    });
  });

  after(async () => {
    await t.close();
    await rm(folder, { recursive: true });
  });

  it('ends every item in exactly one state, with a reason where one is due', async () => {
    const job = await t.waitImport(await t.startImport(folder));
    assert.equal(job.status, 'completed');
    assert.equal(job.total_files, 39);
    assert.equal(job.stored_files, 32);
    assert.equal(job.duplicate_files, 2);
    assert.equal(job.skipped_files, 1);
    assert.equal(job.rejected_files, 4);
    assert.equal(job.failed_files, 4, 'the older clients count rejected files as failed');
    assert.equal(job.processed_files, 39);
    assert.equal(job.progress_percent, 100);
    const { items } = await t.get<Items>(`/imports/${job.id}/items?limit=100`);
    const reasonOf = (name: string) => items.find((item) => item.name === name)?.reason;
    assert.equal(reasonOf('broken.jpg'), 'truncated');
    assert.equal(
      reasonOf('broken-copy.jpg'),
      'truncated',
      'a duplicate shares the fate of what it is one of',
    );
    assert.equal(reasonOf('empty.png'), 'empty_file');
    assert.equal(reasonOf('letter.docx.jpg'), 'unsupported_format');
    assert.equal(reasonOf('notes.txt'), 'not_an_image');
    for (const item of items) if (item.state !== 'stored') assert.ok(item.advice, item.name);
    first.asset =
      items.find((item) => item.name === 'IMG_0001.JPG' && item.state === 'stored')?.asset_id ?? 0;
  });

  it('shows the asset with its renditions, its places and its timeline', async () => {
    const { images } = await t.get<{ images: { id: number; name: string }[] }>('/images?limit=100');
    const id = images.find((image) => image.name === 'IMG_0003.JPG')!.id;
    const asset = await t.get<{
      width: number;
      height: number;
      status: string;
      phash: string;
      renditions: { preset: string; url: string; width: number }[];
      detection_status: { state: string; reason: string };
      timeline: { kind: string }[];
      references: { external_id: string }[];
    }>(`/retrieve/asset/${id}`);
    assert.deepEqual([asset.width, asset.height, asset.status], [320, 240, 'ready']);
    assert.deepEqual(asset.renditions.map((r) => [r.preset, r.width]).sort(), [
      ['card', 320],
      ['thumb', 100],
      ['zoom', 320],
    ]);
    assert.deepEqual(asset.detection_status, { state: 'skipped', reason: 'no-model', model: null });
    assert.match(asset.phash, /^[0-9a-f]{16}$/);
    assert.deepEqual(
      asset.timeline.map((event) => event.kind),
      ['asset.original_stored', 'asset.rendered', 'item.stored'],
    );
    const thumb = await fetch(`${t.url}/retrieve/rendition/${id}/thumb`);
    assert.equal(thumb.headers.get('content-type'), 'image/jpeg');
    const meta = await sharp(Buffer.from(await thumb.arrayBuffer())).metadata();
    assert.deepEqual([meta.format, meta.width, meta.height], ['jpeg', 100, 75]);
  });

  it('fetches nothing again when nothing changed', async () => {
    const job = await t.waitImport(await t.startImport(folder));
    assert.equal(job.skipped_files, 39);
    const { items } = await t.get<Items>(`/imports/${job.id}/items?limit=100`);
    assert.equal(items.find((item) => item.name === 'IMG_0001.JPG')?.reason, 'known_version');
    assert.equal(items.find((item) => item.name === 'broken.jpg')?.reason, 'known_reject');
  });

  it('brings in what is new or changed, wherever it sorts', async () => {
    await writeFile(path.join(folder, 'AAA_before_all.jpg'), await picture(200));
    await writeFile(path.join(folder, 'IMG_0005.JPG'), await picture(201));
    await rename(path.join(folder, 'IMG_0006.JPG'), path.join(folder, 'renamed.jpg'));
    await utimes(path.join(folder, 'IMG_0007.JPG'), new Date(), new Date(1_600_000_000_000));
    const job = await t.waitImport(await t.startImport(folder));
    assert.equal(job.stored_files, 2);
    assert.equal(job.duplicate_files, 2, 'the renamed one and the touched one have known bytes');
  });

  it('looks at everything again when forced', async () => {
    const job = await t.waitImport(await t.startImport(folder, { force: true }));
    assert.equal(job.skipped_files, 1);
    assert.equal(job.duplicate_files, 35);
    assert.equal(job.rejected_files, 4);
  });

  it('leaves rows and objects that agree', async () => {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
    assert.ok(report.objects > 100);
  });

  it('leaves no temporary file', async () => {
    const { readdir } = await import('node:fs/promises');
    assert.deepEqual(await readdir(t.config.storage.scratchDir), []);
  });

  it('says what is wrong with a folder that is not there', async () => {
    const job = await t.waitImport(await t.startImport('/no/such/folder'));
    assert.equal(job.status, 'failed');
    assert.equal(job.error?.type, 'source_not_found');
  });
});
