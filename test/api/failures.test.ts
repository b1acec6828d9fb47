import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { redriveFailures, showFailures } from '../../cli/client/failures.ts';
import { connectServer } from '../../cli/client/server.ts';
import { FAILURES } from '../../domain/failures.ts';
import { originalKey } from '../../stores/objects/keys.ts';
import { type PhotoServer, startPhotoServer } from '../hosting/photoServer.ts';
import { picture, pictures } from '../hosting/pictures.ts';
import { APART, type ImportBody, startTributary, type Tributary } from '../hosting/tributary.ts';

interface Job {
  id: number;
  name: string;
  reason: string;
  title: string;
  advice: string;
  detail: string;
  attempts: number;
  import_id: string;
  asset_id: number | null;
  tenant_name: string;
}
interface Page {
  poison_jobs: Job[];
  count: number;
  total: number;
  next_cursor: number | null;
}
interface Counts {
  queued: number;
  resolved: number;
  busy: number;
  gone: number;
  message: string;
}

describe('failures', () => {
  let t: Tributary;
  let photos: PhotoServer;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ parts: APART });
  });
  after(() => t.close());

  const poison = (query = ''): Promise<Page> => t.get<Page>(`/poison_jobs?limit=100${query}`);

  async function stored(id: string, count: number): Promise<void> {
    while ((await t.get<ImportBody>(`/imports/${id}`)).stored_files < count) await sleep(30);
    await t.waitImport(id);
  }

  async function assetStatus(id: number): Promise<string> {
    return (await t.get<{ status: string }>(`/retrieve/asset/${id}`)).status;
  }

  it('the catalogue has every failure, with words for a person', async () => {
    const { failures } = await t.get<{ failures: Record<string, unknown>[] }>('/failures');
    assert.deepEqual(
      failures.map(({ type }) => type),
      Object.keys(FAILURES),
    );
    for (const { title, meaning, advice, type } of failures) {
      for (const text of [title, meaning, advice]) assert.ok(String(text).length > 10, String(type));
    }
    const timeout = failures.find(({ type }) => type === 'source_timeout');
    assert.deepEqual(
      [timeout?.['retryable'], timeout?.['redrivable'], timeout?.['outcome']],
      [true, true, 'failed'],
    );
  });

  describe('of an import', () => {
    let id: string;
    const names = ['IMG_0003.JPG', 'IMG_0007.JPG', 'IMG_0009.JPG', 'IMG_0011.JPG'];

    before(async function () {
      this.timeout(180_000);
      photos = await startPhotoServer(await pictures(12));
      for (const name of names) photos.broken.set(name, 503);
      id = await t.startImport(photos.url);
      await t.waitImport(id);
    });
    after(() => photos.close());

    it('are listed, newest first, with what to do', async () => {
      const { poison_jobs: jobs, total } = await poison(`&import_id=${id}`);
      assert.equal(total, 4);
      assert.deepEqual(jobs.map(({ name }) => name).sort(), names);
      const { reason, title, advice, attempts, tenant_name } = jobs.find(({ name }) => name === names[0])!;
      assert.deepEqual([reason, attempts, tenant_name], ['source_error', 4, 'default']);
      assert.deepEqual([title, advice], [FAILURES.source_error.title, FAILURES.source_error.advice]);
      assert.equal((await poison('&tenant_name=nobody')).total, 0);
      assert.equal((await poison('&reason=source_error')).total, 4);
      assert.equal((await poison('&reason=source_timeout')).total, 0);
    });

    it('are given page by page', async () => {
      const seen: number[] = [];
      for (let cursor: number | null = 0; cursor !== null; ) {
        const page: Page = await t.get<Page>(
          `/poison_jobs?limit=2&import_id=${id}${cursor > 0 ? `&cursor=${cursor}` : ''}`,
        );
        seen.push(...page.poison_jobs.map((job) => job.id));
        cursor = page.next_cursor;
      }
      assert.equal(seen.length, 4);
      assert.deepEqual(
        seen,
        [...seen].sort((a, b) => b - a),
      );
    });

    it('tell what happened to them', async () => {
      const [job] = (await poison('&reason=source_error')).poison_jobs;
      const { timeline } = await t.get<{ timeline: { kind: string }[] }>(`/poison_jobs/${job!.id}`);
      const kinds = timeline.map(({ kind }) => kind);
      assert.equal(kinds.filter((kind) => kind === 'item.attempt_failed').length, 4);
      assert.equal(kinds.at(-1), 'item.failed');
    });

    it('one gets another round, and the others none', async () => {
      photos.broken.clear();
      const { poison_jobs: jobs } = await poison(`&import_id=${id}`);
      const one = jobs.find(({ name }) => name === names[0])!;
      const other = jobs.find(({ name }) => name === names[1])!;
      const said = await t.post<{ status: string }>(`/poison_jobs/${one.id}/redrive`);
      assert.equal(said.status, 'queued');
      await stored(id, 9);
      const retried = await t.post<{ status: string }>(`/imports/${id}/items/${other.id}/retry`);
      assert.equal(retried.status, 'queued');
      await stored(id, 10);
      assert.equal((await poison(`&import_id=${id}`)).total, 2);
      await assert.rejects(t.post(`/poison_jobs/${one.id}/redrive`), /404/);
      await assert.rejects(t.post(`/imports/${id}/items/${other.id}/retry`), /409/);
      await assert.rejects(t.post(`/imports/${id}/items/999999/retry`), /404/);
    });

    it('ids or a filter name some of them; the command line does the rest', async () => {
      const { poison_jobs: jobs } = await poison(`&import_id=${id}`);
      const counts = await t.post<Counts>('/poison_jobs/redrive', { ids: [jobs[0]!.id] });
      assert.deepEqual([counts.queued, counts.resolved, counts.busy, counts.gone], [1, 0, 0, 0]);
      await stored(id, 11);
      const none = await t.post<Counts>('/poison_jobs/redrive', { filter: { reason: 'source_timeout' } });
      assert.deepEqual([none.queued, none.message], [0, 'Nothing matches.']);
      const server = connectServer(t.config, t.url);
      await showFailures(server, { import: id }, { limit: 10, json: false });
      assert.ok(await redriveFailures(server, { filter: { import_id: id } }));
      await stored(id, 12);
      assert.equal((await poison(`&import_id=${id}`)).total, 0);
      await assert.rejects(t.post('/poison_jobs/redrive', {}), /422/);
      await assert.rejects(t.post('/poison_jobs/redrive', { all: true, ids: [1] }), /422/);
    });

    it('one that another import brought in meanwhile is a duplicate, without a fetch', async function () {
      this.timeout(240_000);
      const late = 'IMG_0500.JPG';
      photos.put(late, await picture(500));
      photos.broken.set(late, 404);
      photos.broken.set('IMG_0501.JPG', 500);
      photos.put('IMG_0501.JPG', await picture(501));
      const first = await t.startImport(photos.url);
      await t.waitImport(first);
      photos.broken.clear();
      const second = await t.startImport(photos.url);
      await t.waitImport(second);
      const asked = photos.asked.length;
      const { poison_jobs: jobs } = await poison(`&import_id=${first}`);
      assert.deepEqual(
        jobs.map(({ name }) => name),
        ['IMG_0501.JPG'],
      );
      const counts = await t.post<Counts>('/poison_jobs/redrive', { ids: [jobs[0]!.id] });
      assert.equal(counts.resolved, 1);
      assert.equal(photos.asked.length, asked);
      const report = await t.audit();
      assert.ok(report.clean, JSON.stringify(report));
    });
  });

  it('an upload that failed, and the one that shares its bytes, get another round', async function () {
    this.timeout(240_000);
    const bytes = await picture(9_100);
    const sent = [];
    await t.kill('cpu', 'SIGTERM');
    for (const name of ['a.jpg', 'b.jpg']) {
      sent.push((await (await t.upload(bytes, name)).json()) as { asset_id: number; job_id: number });
    }
    const [{ asset_id: asset, job_id: job }] = sent as [(typeof sent)[0]];
    const [row] = await t.db.run(
      (sql) => sql<{ tenantId: string; uid: string }[]>`
        select tenant_id as "tenantId", uid from assets where id = ${asset}`,
    );
    // A disk that cannot be written to for longer than the tries last: the state that it leaves behind.
    const key = originalKey(row!.tenantId, row!.uid);
    assert.notEqual(await t.objects.head(key), null);
    const [item] = await t.db.run(
      (sql) =>
        sql<{ importId: string }[]>`select import_id as "importId" from import_items where id = ${job}`,
    );
    await t.client.workflow.getHandle(`assets:${item!.importId}:0`).terminate('test');
    await t.db.run(
      (sql) => sql`
        with failed as (
          update import_items set state = 'failed', reason = 'storage_full', attempts = 4 where asset_id = ${asset}
        ), gone as (update assets set state = 'failed', reason = 'storage_full' where id = ${asset})
        update imports set state = 'completed' where id in (select import_id from import_items where asset_id = ${asset})`,
    );
    assert.equal((await poison()).total, 2);
    await t.start('cpu');
    const second = sent[1]!.job_id;
    const said = await t.post<{ status: string }>(`/poison_jobs/${second}/redrive`);
    assert.equal(said.status, 'resolved');
    while ((await assetStatus(asset)) !== 'ready') await sleep(50);
    assert.equal((await poison()).total, 0);
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });

  it('an upload whose bytes are lost says that only a person can bring them', async function () {
    this.timeout(240_000);
    const bytes = await picture(9_200);
    const { asset_id: asset, job_id: job } = (await (await t.upload(bytes, 'c.jpg')).json()) as {
      asset_id: number;
      job_id: number;
    };
    while ((await assetStatus(asset)) !== 'ready') await sleep(30);
    await t.db.run(
      (sql) => sql`
        with failed as (update import_items set state = 'failed', reason = 'object_missing' where id = ${job})
        update assets set state = 'failed', reason = 'object_missing' where id = ${asset}`,
    );
    await assert.rejects(t.post(`/poison_jobs/${job}/redrive`), /409.*upload it again/);
    const again = (await (await t.upload(bytes, 'c.jpg')).json()) as { asset_id: number };
    assert.equal(again.asset_id, asset);
    while ((await assetStatus(asset)) !== 'ready') await sleep(30);
    assert.equal((await t.post<{ status: string }>(`/poison_jobs/${job}/redrive`)).status, 'resolved');
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });

  it('a run that is about to end takes up what is queued at that moment', async function () {
    this.timeout(180_000);
    const good = await startPhotoServer(await pictures(3, 700));
    // An address that is refused before anything is asked, so that each round is short.
    const lines = [...[...good.files.keys()].map((name) => `${good.url}${name}`), 'http://10.0.0.1/no.jpg'];
    const id = await t.startImport(lines.join('\n'), { kind: 'urls' });
    let rounds = 0;
    for (let i = 0; i < 150 && rounds < 12; i += 1) {
      const [job] = (await poison(`&import_id=${id}`)).poison_jobs;
      if (job !== undefined) {
        assert.equal(job.reason, 'ssrf_blocked');
        // At once when it has failed: its import is just about to close.
        const said = await t.post<{ status: string }>(`/poison_jobs/${job.id}/redrive`);
        assert.equal(said.status, 'queued');
        rounds += 1;
      }
      await sleep(20);
    }
    assert.ok(rounds >= 3, `${rounds} rounds`);
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
    const job = await t.get<ImportBody>(`/imports/${id}`);
    assert.deepEqual([job.status, job.stored_files, job.failed_files], ['completed', 3, 1]);
    await good.close();
  });
});
