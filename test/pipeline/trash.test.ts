import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { folderOf, picture } from '../hosting/pictures.ts';
import { type ImportBody, startTributary, type Tributary } from '../hosting/tributary.ts';

interface Uploaded {
  asset_id: number;
  duplicate: boolean;
}
interface TrashPage {
  images: { id: number; trashed_by: string; purged_after: string | null; thumb_url: string | null }[];
  total: number;
}

describe('the trash', () => {
  let t: Tributary;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary();
  });
  after(() => t.close());

  async function ready(bytes: Uint8Array, tenant?: string): Promise<number> {
    const { asset_id: id } = (await (await t.upload(bytes, 'x.jpg', tenant)).json()) as Uploaded;
    while ((await status(id)) === 'processing') await sleep(20);
    return id;
  }
  const status = async (id: number): Promise<string> =>
    (await t.get<{ status: string }>(`/retrieve/asset/${id}`)).status;
  const ask = (method: string, at: string): Promise<Response> => fetch(`${t.url}${at}`, { method });

  it('hides an image and gives it back', async () => {
    const id = await ready(await picture(1));
    assert.equal((await ask('DELETE', `/images/${id}`)).status, 204);
    assert.equal((await ask('DELETE', `/api/v1/images/${id}`)).status, 204, 'twice is once');
    assert.equal(await status(id), 'trashed');
    assert.equal((await ask('GET', `/retrieve/rendition/${id}/thumb`)).status, 404);
    assert.equal((await ask('GET', `/retrieve/original/${id}`)).status, 404);
    const { images } = await t.get<{ images: { id: number }[] }>('/images');
    assert.ok(images.every((image) => image.id !== id));
    const trash = await t.get<TrashPage>('/trash?tenant_name=default');
    const found = trash.images.find((image) => image.id === id);
    assert.equal(found?.trashed_by, 'person');
    const thumb = await ask('GET', found?.thumb_url ?? '');
    assert.deepEqual([thumb.status, thumb.headers.get('content-type')], [200, 'image/jpeg']);
    const days = (Date.parse(found?.purged_after ?? '') - Date.now()) / 86_400_000;
    assert.ok(days > 29.9 && days <= 30, String(days));
    assert.equal((await t.post<{ status: string }>(`/images/${id}/restore`)).status, 'ready');
    assert.equal((await ask('POST', `/images/${id}/restore`)).status, 200, 'twice is once');
    assert.equal((await ask('GET', `/retrieve/rendition/${id}/thumb`)).status, 200);
    assert.equal((await ask('GET', `/trash/${id}/thumb`)).status, 404, 'it is not in the trash any more');
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });

  it('takes many at once, says what it did not take, and minds the tenant', async () => {
    const [a, b] = [await ready(await picture(2)), await ready(await picture(3), 'other')];
    const first = await t.post<{ ids: number[]; unchanged: { id: number }[] }>('/images/trash', {
      ids: [a, b, 999_999],
      tenant_name: 'other',
    });
    assert.deepEqual(first.ids, [b]);
    assert.deepEqual(first.unchanged.map(({ id }) => id).sort(), [a, 999_999].sort());
    assert.equal(await status(a), 'ready');
    const both = await t.post<{ ids: number[] }>('/images/trash', { ids: [a, b] });
    assert.deepEqual(both.ids, [a]);
    assert.equal((await ask('DELETE', `/images/${a}?tenant_name=other`)).status, 404);
    assert.equal((await ask('DELETE', '/images/999999')).status, 404);
    assert.equal((await ask('GET', '/trash?tenant_name=nobody')).status, 404);
    assert.equal((await t.get<TrashPage>('/trash?tenant_name=other')).total, 1);
    assert.deepEqual((await t.post<{ ids: number[] }>('/images/restore', { ids: [b, a] })).ids, [a, b]);
  });

  it('refuses what is not a picture of the library', async () => {
    const bad = await ready((await picture(4)).subarray(0, 600));
    const response = await ask('DELETE', `/images/${bad}`);
    assert.equal(response.status, 409);
    assert.match(((await response.json()) as { detail: string }).detail, /never became a picture/);
  });

  it('lets go of what somebody uploads again, and of nothing that an import brings', async () => {
    const bytes = await picture(5);
    const id = await ready(bytes);
    await ask('DELETE', `/images/${id}`);
    const folder = await folderOf({ 'same.jpg': bytes });
    const job: ImportBody = await t.waitImport(await t.startImport(folder));
    assert.equal(job.duplicate_files, 1);
    assert.equal(await status(id), 'trashed');
    const again = (await (await t.upload(bytes, 'again.jpg')).json()) as Uploaded;
    assert.deepEqual([again.asset_id, again.duplicate], [id, true]);
    assert.equal(await status(id), 'ready');
    await rm(folder, { recursive: true });
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });
});
