import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PhotoServer, startPhotoServer } from '../hosting/photoServer.ts';
import { pictures } from '../hosting/pictures.ts';
import { APART, type ImportBody, startTributary, type Tributary } from '../hosting/tributary.ts';

type Body = ImportBody & { state: string; needs: { type: string; advice: string } | null };

const LOGIN: [string, string] = ['ranger', 'fox and badger'];
const basic = (password: string) => ({ type: 'basic', username: LOGIN[0], password });

describe('an import that needs attention', function () {
  this.timeout(240_000);
  let t: Tributary;
  let photos: PhotoServer;

  before(async () => {
    t = await startTributary({ parts: APART, env: { SECRET_KEY: 'a key of thirty-two characters or more' } });
  });
  after(() => t.close());
  beforeEach(async () => {
    photos = await startPhotoServer();
  });
  afterEach(() => photos.close());

  async function waiting(id: string): Promise<Body> {
    for (;;) {
      const body = await t.get<Body>(`/imports/${id}`);
      assert.ok(!['completed', 'failed', 'cancelled'].includes(body.state), JSON.stringify(body));
      if (body.state === 'needs_attention') return body;
      await sleep(50);
    }
  }

  it('waits when the listing is refused, over a restart, and goes on with the right password', async () => {
    for (const [name, bytes] of Object.entries(await pictures(30, 100))) photos.put(name, bytes);
    photos.login = LOGIN;
    const id = await t.startImport(photos.url);
    const stuck = await waiting(id);
    assert.equal(stuck.status, 'paused', 'what older clients understand');
    assert.equal(stuck.needs?.type, 'auth_failed');
    assert.match(stuck.needs.advice, /credentials/);
    await t.kill('io', 'SIGKILL');
    await t.start('io');
    await t.post(`/imports/${id}/resume`, { credentials: basic('wrong') });
    await waiting(id);
    await assert.rejects(t.post(`/imports/${id}/resume`, { credentials: { type: 'basic' } }), /422/);
    await t.post(`/imports/${id}/resume`, { credentials: basic(LOGIN[1]) });
    const done = (await t.waitImport(id)) as Body;
    assert.deepEqual([done.status, done.stored_files, done.needs], ['completed', 30, null]);
  });

  it('goes on from the same file when access ends in the middle', async () => {
    const files = await pictures(60, 200);
    for (const [name, bytes] of Object.entries(files)) photos.put(name, bytes);
    photos.login = LOGIN;
    photos.refuseAfter = 33;
    const id = await t.startImport(photos.url, { credentials: basic(LOGIN[1]) });
    const stuck = await waiting(id);
    assert.equal(stuck.stored_files, 33);
    assert.equal(stuck.pending_files, 27);
    photos.refuseAfter = null;
    photos.asked = [];
    await t.post(`/imports/${id}/resume`);
    const done = await t.waitImport(id);
    assert.deepEqual([done.status, done.stored_files, done.failed_files], ['completed', 60, 0]);
    assert.equal(new Set(photos.asked).size, 27, 'only what was missing is fetched');
    assert.equal(photos.asked.length, 27);
  });

  it('leaves out what waits when it is told to, and gives it another round later', async () => {
    for (const [name, bytes] of Object.entries(await pictures(20, 300))) photos.put(name, bytes);
    photos.broken.set('IMG_0305.JPG', 401);
    const id = await t.startImport(photos.url);
    const stuck = await waiting(id);
    assert.deepEqual([stuck.stored_files, stuck.pending_files], [19, 1]);
    await t.post(`/imports/${id}/resume`, { skip: true });
    const done = await t.waitImport(id);
    assert.deepEqual([done.status, done.stored_files, done.failed_files], ['completed', 19, 1]);
    photos.broken.clear();
    await t.post(`/imports/${id}/retry-failed`);
    while ((await t.get<Body>(`/imports/${id}`)).stored_files < 20) await sleep(50);
    await t.waitImport(id);
  });

  it('can be cancelled while it waits', async () => {
    photos.login = LOGIN;
    const id = await t.startImport(photos.url);
    await waiting(id);
    await t.post(`/imports/${id}/cancel`);
    assert.equal((await t.waitImport(id)).status, 'cancelled');
  });

  it('ends clean', async () => {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });
});
