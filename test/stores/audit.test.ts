import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { runAudit } from '../../cli/audit.ts';
import type { AuditReport } from '../../stores/audit/audit.ts';
import type { PromiseId } from '../../stores/audit/finding.ts';
import { type PhotoServer, startPhotoServer } from '../hosting/photoServer.ts';
import { picture, pictures } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

interface Planted {
  id: number;
  tenant: string;
  uid: string;
  item: number;
}

/**
 * An audit that finds nothing proves something only if it finds what is planted, and a repair only if the next audit is
 * clean. Everything runs beside it: what repairs ask for is done by real workers.
 */
describe('the audit', function () {
  this.timeout(240_000);
  let t: Tributary;
  let photos: PhotoServer;
  let importId: string;
  let uploaded: number;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary();
    photos = await startPhotoServer(await pictures(5, 40));
    importId = await t.startImport(photos.url);
    await t.waitImport(importId);
    const answer = await t.upload(await picture(60), 'upload.jpg');
    uploaded = ((await answer.json()) as { asset_id: number }).asset_id;
    await quiet();
  });
  after(async () => {
    await t.close();
    await photos.close();
  });

  const file = (key: string): string => path.join(t.config.storage.objectsDir, key);
  const original = ({ tenant, uid }: Planted): string => file(`${tenant}/${uid}/original`);
  /** Where its thumb lies now; one that is made again lies elsewhere. */
  async function thumb({ id }: Planted): Promise<string> {
    const [row] = await t.db.run(
      (sql) => sql<{ key: string }[]>`
        select object_key as key from renditions where asset_id = ${id} and preset = 'thumb'`,
    );
    return file(row!.key);
  }

  /** The nth asset of the import. */
  async function asset(nth: number): Promise<Planted> {
    const rows = await t.db.run(
      (sql) => sql<Planted[]>`
        select a.id, a.tenant_id as tenant, a.uid, a.item_id as item from assets a
        join import_items i on i.id = a.item_id where i.import_id = ${importId} order by a.id`,
    );
    return rows[nth]!;
  }

  const brokenIn = (report: AuditReport): PromiseId[] =>
    report.findings.filter(({ count }) => count > 0).map(({ id }) => id);

  async function finds(...ids: PromiseId[]): Promise<void> {
    const report = await t.audit();
    assert.deepEqual(brokenIn(report).sort(), ids.sort(), JSON.stringify(report));
    assert.equal(report.clean, false);
  }

  /** Waits until nothing is broken and nothing on its way: repairs are done by workers, in their time. */
  async function quiet(): Promise<AuditReport> {
    let report = await t.audit();
    for (let i = 0; i < 100 && !report.clean; i += 1) {
      await sleep(150);
      report = await t.audit();
    }
    assert.ok(report.clean, JSON.stringify(report));
    return report;
  }

  /** Repairs, and lets the workers finish. @returns what the repairing audit said */
  async function mend(): Promise<AuditReport> {
    const report = await runAudit(t.config, { fix: true });
    assert.ok(report.repairs.length > 0, JSON.stringify(report));
    await quiet();
    return report;
  }

  const run = (work: (sql: Parameters<Parameters<typeof t.db.run>[0]>[0]) => Promise<unknown>) =>
    t.db.run(work as never);

  it('is clean to begin with, and says so in a row', async () => {
    const report = await quiet();
    assert.equal(report.objects, 24);
    const { latest, under_way } = await t.get<{
      latest: { clean: boolean; objects: number; started_by: string };
      under_way: unknown;
    }>('/audit/latest');
    assert.deepEqual(
      [latest.clean, latest.objects, latest.started_by, under_way],
      [true, 24, 'person', null],
    );
  });

  it('finds a missing rendition and has it made again', async () => {
    const planted = await asset(0);
    const before = await sharp(await thumb(planted)).metadata();
    await rm(await thumb(planted));
    await finds('I4');
    await mend();
    const answer = await fetch(`${t.url}/retrieve/rendition/${planted.id}/thumb`);
    const shown = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
    assert.deepEqual([shown.width, shown.height], [before.width, before.height]);
  });

  it('finds a damaged rendition and has it made again', async () => {
    const planted = await asset(1);
    await writeFile(await thumb(planted), 'not a picture');
    await finds('I5');
    await mend();
  });

  it('finds an asset without one of its renditions and has it made again', async () => {
    const planted = await asset(2);
    const [row] = await t.db.run(
      (sql) => sql<{ key: string }[]>`
        delete from renditions where asset_id = ${planted.id} and preset = 'card' returning object_key as key`,
    );
    await utimes(file(row!.key), 0, 0);
    await finds('I3', 'I8');
    await mend();
  });

  it('finds a missing original and has it fetched from its source again', async () => {
    const planted = await asset(0);
    const bytes = await readFile(original(planted));
    await rm(original(planted));
    await finds('I4');
    await mend();
    assert.deepEqual(await readFile(original(planted)), bytes);
    assert.equal((await asset(0)).id, planted.id);
  });

  for (const [damage, spoil] of [
    [
      'one flipped bit',
      (bytes: Buffer) =>
        Buffer.concat([bytes.subarray(0, 100), Buffer.of(bytes[100]! ^ 1), bytes.subarray(101)]),
    ],
    ['a truncated object', (bytes: Buffer) => bytes.subarray(0, 50)],
  ] as const) {
    it(`finds ${damage} and has the original fetched again`, async () => {
      const planted = await asset(1);
      const bytes = await readFile(original(planted));
      await writeFile(original(planted), spoil(bytes));
      await finds('I5');
      await mend();
      assert.deepEqual(await readFile(original(planted)), bytes);
    });
  }

  it('finds a missing original of an upload, and says who can bring it', async () => {
    const [row] = await t.db.run(
      (sql) => sql<Planted[]>`
        select id, tenant_id as tenant, uid, item_id as item from assets where id = ${uploaded}`,
    );
    await rm(original(row!));
    const report = await runAudit(t.config, { fix: true });
    assert.deepEqual(brokenIn(report), ['I4']);
    assert.match(report.needs[0]!.what, /upload these files again/);
    assert.match(report.needs[0]!.examples[0]!, new RegExp(`asset ${uploaded} "upload.jpg", SHA-256`));
    const { failure } = await t.get<{ failure: { type: string } }>(`/retrieve/asset/${uploaded}`);
    assert.equal(failure.type, 'object_missing');
    // Known and told: no promise is broken any more.
    await quiet();
    await t.upload(await picture(60), 'upload.jpg');
    await quiet();
    const { status } = await t.get<{ status: string }>(`/retrieve/asset/${uploaded}`);
    assert.equal(status, 'ready');
    await t.post('/poison_jobs/redrive', { all: true });
  });

  it('finds objects that no row knows, and deletes them once they are old', async () => {
    const planted = await asset(0);
    const stray = file(`${planted.tenant}/${planted.uid}/thumb-9.jpg`);
    await writeFile(stray, 'x');
    const lost = file(`${randomUUID()}/${randomUUID()}/original`);
    await mkdir(path.dirname(lost), { recursive: true });
    await writeFile(lost, 'x');
    await finds('I3');
    const young = await runAudit(t.config, { fix: true });
    assert.deepEqual([young.repairs, young.needs.length], [[], 1]);
    for (const each of [stray, lost]) await utimes(each, 0, 0);
    const report = await mend();
    assert.equal(report.repairs[0]?.count, 2);
    for (const each of [stray, lost]) await assert.rejects(readFile(each));
  });

  for (const [state, id] of [
    ['rejected', 'I2'],
    ['deleted', 'D1'],
  ] as const) {
    it(`finds what is left of a ${state} picture and deletes it`, async () => {
      const uid = randomUUID();
      const { tenant } = await asset(0);
      await run(
        (sql) => sql`
          insert into assets (uid, tenant_id, state, sha256, bytes, name, media_type, source_kind, claim)
          values (${uid}, ${tenant}, ${state}, ${Buffer.alloc(32, state.length)}, 1, 'x', 'image/jpeg', 'upload', ${uid})`,
      );
      const left = file(`${tenant}/${uid}/original`);
      await mkdir(path.dirname(left));
      await writeFile(left, 'x');
      await finds(id);
      await mend();
      await assert.rejects(readFile(left));
    });
  }

  it('finds a final import with a pending item, which then goes on', async () => {
    const { id, item } = await asset(2);
    await run((sql) => sql`update import_items set state = 'pending', asset_id = null where id = ${item}`);
    await run((sql) => sql`update assets set item_id = null where id = ${id}`);
    await finds('I1');
    await mend();
    const [row] = await t.db.run(
      (sql) => sql<{ state: string; asset: number }[]>`
        select state, asset_id as asset from import_items where id = ${item}`,
    );
    assert.deepEqual({ ...row }, { state: 'duplicate', asset: id });
    await run((sql) => sql`update import_items set state = 'stored', reason = null where id = ${item}`);
    await run((sql) => sql`update assets set item_id = ${item} where id = ${id}`);
  });

  it('finds an item that says stored of an asset that failed', async () => {
    const { id, item } = await asset(3);
    await run((sql) => sql`update assets set state = 'failed', reason = 'storage_full' where id = ${id}`);
    await finds('I9');
    await mend();
    assert.equal((await t.post<{ queued: number }>('/poison_jobs/redrive', { ids: [item] })).queued, 1);
    await quiet();
  });

  it('finds a stored item that is not the one that brought its asset in', async () => {
    const [first, second] = [await asset(0), await asset(1)];
    await run((sql) => sql`update import_items set asset_id = ${first.id} where id = ${second.item}`);
    await finds('I9');
    await mend();
    await run(
      (sql) =>
        sql`update import_items set asset_id = ${second.id}, state = 'stored', reason = null where id = ${second.item}`,
    );
    await quiet();
  });

  it('finds a picture that nobody works on any more, and has it worked on', async () => {
    const { id } = await asset(4);
    await run((sql) => sql`update assets set state = 'pending' where id = ${id}`);
    await finds('C2', 'I9');
    await mend();
    const { status } = await t.get<{ status: string }>(`/retrieve/asset/${id}`);
    assert.equal(status, 'ready');
  });

  it('finds a version that the ledger forgot, and writes it down', async () => {
    await run(
      (sql) => sql`delete from source_items where item_key in (select item_key from source_items limit 2)`,
    );
    await finds('L1');
    const report = await mend();
    assert.equal(report.repairs[0]?.count, 2);
  });

  it('finds a claim that was abandoned, and gives it up', async () => {
    const { tenant } = await asset(0);
    const uid = randomUUID();
    await run(
      (sql) => sql`
        insert into assets (uid, tenant_id, state, sha256, bytes, name, media_type, source_kind, claim, updated_at)
        values (${uid}, ${tenant}, 'pending', ${Buffer.alloc(32, 9)}, 1, 'x', 'image/jpeg', 'upload', ${uid},
          now() - interval '9 hours')`,
    );
    await finds('C1');
    await mend();
  });

  it('finds an import that lost its workflow, and starts it again', async () => {
    const gone = await t.startImport(photos.url, { force: true });
    await t.waitImport(gone);
    await run(
      (sql) => sql`
        update imports set state = 'processing', finished_at = null, updated_at = now() - interval '5 minutes'
        where id = ${gone}`,
    );
    while ((await t.client.workflow.getHandle(`import:${gone}`).describe()).status.name === 'RUNNING');
    await finds('W1');
    await mend();
    const { status } = await t.get<{ status: string }>(`/imports/${gone}`);
    assert.equal(status, 'completed');
  });

  it('finds a workflow whose import does not exist, and leaves it to a person', async () => {
    const handle = await t.client.workflow.start('runImport', {
      taskQueue: 'nobody',
      workflowId: `import:${randomUUID()}`,
      args: [{ importId: randomUUID() }],
    });
    // Visibility follows a moment later.
    let report = await runAudit(t.config, { fix: true });
    for (let i = 0; i < 100 && report.open.workflows === 0; i += 1)
      report = await runAudit(t.config, { fix: true });
    assert.deepEqual(brokenIn(report), ['W2']);
    assert.deepEqual(report.needs[0]?.examples, [handle.workflowId]);
    await handle.terminate();
    await quiet();
  });

  it('finds a message that is not delivered', async () => {
    await t.kill('api', 'SIGTERM');
    const [{ tenant }] = [await asset(0)];
    await run(
      (sql) => sql`
        insert into outbox (tenant_id, kind, import_id, created_at, next_try_at)
        values (${tenant}, 'resume-import', ${importId}, now() - interval '1 hour', now() + interval '1 hour')`,
    );
    await finds('O1');
    const report = await runAudit(t.config, { fix: true });
    assert.match(report.needs[0]!.what, /reaches Temporal/);
    await t.start('api');
    await quiet();
  });

  it('goes on where it was cut off', async () => {
    const whole = await quiet();
    let pages = 0;
    await assert.rejects(
      runAudit(t.config, {
        onProgress: () => {
          pages += 1;
          throw new Error('cut off');
        },
      }),
      /cut off/,
    );
    assert.equal(pages, 1);
    // What a longer one would have written down every few seconds.
    await run(
      (sql) => sql`
        update audits set progress = ${sql.json({
          asset: uploaded - 1,
          compared: false,
          objects: 20,
          bytes: 7,
          tally: { findings: { I4: { count: 1, examples: ['before'] } }, repairs: [], needs: [] },
        })} where finished_at is null`,
    );
    const rest = await runAudit(t.config, { resume: true });
    assert.equal(rest.objects, whole.objects - (whole.objects - 20) + 4);
    assert.deepEqual(rest.findings.find(({ id }) => id === 'I4')?.examples, ['before']);
  });

  it('reads only what comes after an asset when asked to', async () => {
    assert.equal((await runAudit(t.config, { since: uploaded })).objects, 0);
  });

  it('is run by a schedule, which leaves repairs to a person', async () => {
    const planted = await asset(0);
    await rm(await thumb(planted));
    const handle = t.client.schedule.getHandle('audit');
    const { spec } = await handle.describe();
    assert.ok((spec.calendars?.length ?? 0) > 0);
    await handle.trigger();
    interface Status {
      latest: { started_by: string; sound: boolean } | null;
    }
    let status: Status;
    do status = await t.get<Status>('/audit/latest');
    while (status.latest?.started_by !== 'schedule');
    assert.equal(status.latest.sound, false);
    await finds('I4');
    await mend();
  });
});
