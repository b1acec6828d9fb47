import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type PhotoServer, startPhotoServer } from '../hosting/photoServer.ts';
import { pictures } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

interface Run {
  run_id: string;
  stored_files: number;
  known_files: number;
  status: string;
}

describe('a source that items are pushed to', function () {
  this.timeout(240_000);
  let t: Tributary;
  let photos: PhotoServer;
  let id: string;
  const item = (name: string, etag: string) => ({ url: `${photos.url}${name}`, name, etag });

  before(async () => {
    photos = await startPhotoServer(await pictures(12, 7_000));
    t = await startTributary();
    id = (await t.post<{ id: string }>('/image-pull-sources', { name: 'Hooks', kind: 'push' })).id;
  });
  after(async () => {
    await t?.close();
    await photos?.close();
  });

  const finished = async (run: Run) => {
    await t.waitImport(run.run_id);
    const runs = await t.get<Run[]>(`/image-pull-sources/${id}/runs`);
    return runs.find((each) => each.run_id === run.run_id)!;
  };

  it('brings in what is posted to it, and knows it when it is posted again', async () => {
    const items = Array.from({ length: 5 }, (_, i) => item(`IMG_700${i}.JPG`, 'v1'));
    const first = await finished(await t.post<Run>(`/image-pull-sources/${id}/items`, { items }));
    assert.deepEqual([first.status, first.stored_files], ['completed', 5]);
    photos.asked = [];
    const again = await finished(await t.post<Run>(`/image-pull-sources/${id}/items`, { items }));
    assert.deepEqual([again.stored_files, again.known_files], [0, 5]);
    assert.deepEqual(photos.asked, []);
  });

  it('takes several lists at the same time', async () => {
    const lists = [5, 6, 7].map((n) => [item(`IMG_700${n}.JPG`, 'v1')]);
    const runs = await Promise.all(
      lists.map((items) => t.post<Run>(`/image-pull-sources/${id}/items`, { items })),
    );
    assert.equal(new Set(runs.map((run) => run.run_id)).size, 3);
    for (const run of runs) assert.equal((await finished(run)).stored_files, 1);
  });

  it('takes the same messages over a WebSocket, in order, and answers each', async () => {
    const socket = new WebSocket(`${t.url.replace('http', 'ws')}/api/v1/image-pull-sources/${id}/items`);
    await new Promise((resolve) => socket.once('open', resolve));
    const heard: { id?: number; ok: boolean; run_id: string; problem?: { status: number } }[] = [];
    socket.on('message', (data) => heard.push(JSON.parse(String(data))));
    socket.send(JSON.stringify({ id: 1, items: [item('IMG_7008.JPG', 'v1')] }));
    socket.send('this is no JSON');
    socket.send(JSON.stringify({ id: 3, items: [] }));
    socket.send(JSON.stringify({ id: 4, items: [{ url: 'ftp://host/x' }] }));
    socket.send(JSON.stringify({ id: 5, items: [item('IMG_7009.JPG', 'v1')] }));
    while (heard.length < 5) await sleep(20);
    assert.deepEqual(
      heard.map((each) => [each.id, each.ok, each.problem?.status]),
      [
        [1, true, undefined],
        [undefined, false, 400],
        [3, false, 422],
        [4, false, 422],
        [5, true, undefined],
      ],
    );
    for (const each of heard.filter(({ ok }) => ok)) {
      assert.equal((await finished(each as unknown as Run)).stored_files, 1);
    }
    socket.close();
  });

  it('answers foreign pages and unknown paths with a refusal', async () => {
    const refused = (at: string, headers: Record<string, string> = {}) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`${t.url.replace('http', 'ws')}${at}`, { headers });
        socket.once('error', (error) => resolve(error.message));
        socket.once('open', () => resolve('open'));
      });
    assert.match(await refused(`/image-pull-sources/${id}/items`, { origin: 'https://evil.example' }), /403/);
    assert.match(await refused('/image-pull-sources/nonsense/items'), /404/);
    assert.match(await refused('/'), /404/);
    assert.equal((await fetch(`${t.url}/livez`)).status, 200);
  });

  it('is never pulled', async () => {
    await assert.rejects(t.post(`/image-pull-sources/${id}/process`), /409/);
    await assert.rejects(t.post(`/image-pull-sources/${id}/test`), /409/);
    await assert.rejects(t.client.schedule.getHandle(`source:${id}`).describe());
  });

  it('ends clean', async () => {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });
});
