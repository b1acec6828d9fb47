import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { dropLoose } from '../../stores/looseObjects.ts';
import { createLocation } from '../../stores/people.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { picture } from '../hosting/pictures.ts';
import { loseParts, putModel, putSeen } from '../hosting/seen.ts';
import { APART, startTributary, type Tributary } from '../hosting/tributary.ts';
import { faultsOfPackage } from '../interchange/camtrapRules.ts';
import { FOX } from '../interchange/records.ts';
import { unzipped } from '../interchange/unzip.ts';
import { putShots } from '../stores/library.ts';

interface Export {
  export_id: string;
  state: string;
  images: number;
  collected: number;
  left_out: Record<string, number>;
  file_url: string | null;
  bytes: number | null;
  sha256: string | null;
}

const PROJECT = {
  title: 'Forest',
  sampling_design: 'opportunistic',
  capture_method: ['activityDetection'],
  contributors: [{ title: 'Ann Bee' }],
};

describe('exports', function () {
  this.timeout(180_000);
  let t: Tributary;
  let ids: number[];

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ parts: APART, env: { PUBLIC_URL: 'https://pictures.example' } });
    ids = [];
    for (const seed of [1, 2, 3, 4]) {
      const { asset_id } = (await (await t.upload(await picture(seed + 500), `IMG_${seed}.JPG`)).json()) as {
        asset_id: number;
      };
      ids.push(asset_id);
    }
    for (;;) {
      const { total } = await t.get<{ total: number }>('/images');
      if (total === ids.length) break;
      await sleep(50);
    }
    await t.db.run(async (sql) => {
      const { id: tenantId } = await ensureTenant(sql, 'default');
      const place = await createLocation(sql, tenantId, {
        name: 'Oak',
        latitude: 51.5,
        longitude: -0.1,
        timezone: null,
      });
      await sql`
        update assets set location_id = ${place.id}, camera_key = 'cam-1', captured_offset = 60,
          captured_at = timestamptz '2026-05-01T10:00:00Z' + id * interval '5 s' where id = any(${ids}::bigint[])`;
    });
    const model = await putModel(t.db, 'finder');
    await putSeen(t.db, model, ids.slice(0, 3), [
      { asset: ids[0]!, label: 'animal', score: 0.9, species: [[FOX, 0.8]] },
      { asset: ids[0]!, label: 'animal', score: 0.1 },
      { asset: ids[1]!, label: 'person', score: 1 },
    ]);
  });
  after(() => t.close());

  const look = (id: string) => t.get<Export>(`/exports/${id}`);
  async function made(body: object): Promise<Export> {
    const { export_id: id } = await t.post<Export>('/exports', body);
    for (;;) {
      const now = await look(id);
      if (['completed', 'failed', 'cancelled'].includes(now.state)) return now;
      await sleep(50);
    }
  }
  async function fileOf({ export_id: id, bytes, sha256 }: Export): Promise<Buffer> {
    const answer = await fetch(`${t.url}/exports/${id}/file`);
    assert.equal(answer.status, 200);
    const file = Buffer.from(await answer.arrayBuffer());
    assert.equal(file.length, bytes);
    assert.equal(createHash('sha256').update(file).digest('hex'), sha256);
    return file;
  }
  async function clean(): Promise<void> {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  }

  it('say what was seen in which picture', async () => {
    const end = await made({ format: 'megadetector' });
    assert.deepEqual([end.state, end.images, end.collected], ['completed', 4, 4]);
    const { images, info } = JSON.parse((await fileOf(end)).toString());
    assert.deepEqual(
      images.map((one: { file: string }) => one.file),
      ids.map((id, i) => `${id}/IMG_${i + 1}.JPG`),
    );
    assert.deepEqual(
      images[0].detections.map((one: { conf: number }) => one.conf),
      [0.9, 0.1],
    );
    assert.deepEqual(images[0].detections[0].classifications, [['0', 0.8]]);
    assert.deepEqual(images[0].detections[0].bbox, [0.1, 0.2, 0.3, 0.4]);
    assert.deepEqual(images[2].detections, []);
    assert.equal(images[3].failure, 'no-model');
    assert.equal(info.detector, 'finder@1');
    await clean();
  });

  it('come in every format', async () => {
    const texts: Record<string, RegExp> = {
      coco: /"file_name":"\d+\/IMG_1\.JPG".*"name":"red fox"/s,
      csv: /IMG_1\.JPG.*Vulpes vulpes/,
    };
    for (const [format, pattern] of Object.entries(texts)) {
      assert.match((await fileOf(await made({ format }))).toString(), pattern);
    }
    const yolo = await unzipped(await fileOf(await made({ format: 'yolo' })));
    assert.equal(yolo.get(`labels/${ids[0]}/IMG_1.txt`), '0 0.25 0.4 0.3 0.4\n');
    const occurrences = await unzipped(await fileOf(await made({ format: 'darwin_core' })));
    assert.match(occurrences.get('occurrence.csv') ?? '', /Vulpes vulpes/);
    await clean();
  });

  it('make a Camtrap DP package of deployments that the pictures tell of', async () => {
    const bare = await fetch(`${t.url}/exports`, {
      method: 'POST',
      body: JSON.stringify({ format: 'camtrap_dp' }),
      headers: { 'content-type': 'application/json' },
    });
    assert.equal(bare.status, 422);
    const end = await made({ format: 'camtrap_dp', project: PROJECT });
    assert.deepEqual(end.left_out, {});
    const files = await unzipped(await fileOf(end));
    assert.deepEqual(faultsOfPackage(files.get('datapackage.json') ?? ''), []);
    assert.match(files.get('deployments.csv') ?? '', /,Oak,51\.5,-0\.1,,2026-05-01T11:00:\d\d\+01:00,/);
    const observations = files.get('observations.csv') ?? '';
    assert.match(observations, /,event,animal,,Vulpes vulpes,1,/);
    assert.match(observations, /,event,human,/);
    assert.match(files.get('media.csv') ?? '', new RegExp(`^${ids[1]},.*,false,`, 'm'));
  });

  it('split a deployment where the ledger of its camera says that it was not seen', async () => {
    await t.db.tx(async (tx) => {
      const [camera] = await tx<{ id: string; tenantId: string }[]>`
        insert into cameras (tenant_id, key, name, address)
        select id, 'gate', 'Gate', 'rtsp://192.0.2.7/1' from tenants where name = 'default'
        returning id, tenant_id as "tenantId"`;
      const [session] = await tx<{ id: string }[]>`
        insert into capture_sessions (tenant_id, camera_id, "order", state, started_at, ended_at)
        values (${camera!.tenantId}, ${camera!.id}, '{}', 'stopped', '2026-05-01', '2026-05-02') returning id`;
      await tx`
        insert into capture_gaps (tenant_id, camera_id, session_id, from_at, to_at, reason)
        select tenant_id, ${camera!.id}, ${session!.id}, captured_at + interval '1 s', captured_at + interval '4 s', 'unreachable'
        from assets where id = ${ids[1]!}`;
      await tx`update assets set camera_key = ${`tributary gate #${camera!.id}`} where id = any(${ids}::bigint[])`;
    });
    const files = await unzipped(await fileOf(await made({ format: 'camtrap_dp', project: PROJECT })));
    assert.deepEqual(faultsOfPackage(files.get('datapackage.json') ?? ''), []);
    const deployments = (files.get('deployments.csv') ?? '').trim().split('\n').slice(1);
    assert.equal(deployments.length, 2, deployments.join('\n'));
    assert.match(deployments[0] ?? '', /-1,/);
    assert.match(deployments[1] ?? '', /-2,/);
    await t.db.run((sql) => sql`update assets set camera_key = 'cam-1' where id = any(${ids}::bigint[])`);
  });

  it('hold what people said in the place of what the model did', async () => {
    const { asset, author } = { asset: ids[2]!, author: 'Ann' };
    await t.db.tx(async (tx) => {
      const [row] = await tx<{ id: number }[]>`
        insert into annotations (tenant_id, asset_id, label, x, y, width, height, state)
        select tenant_id, id, 'badger', 0.5, 0.5, 0.2, 0.2, 'added' from assets where id = ${asset} returning id`;
      await tx`
        insert into annotation_events (tenant_id, asset_id, annotation_id, kind, author)
        select tenant_id, id, ${row!.id}, 'added', ${author} from assets where id = ${asset}`;
    });
    const text = (await fileOf(await made({ format: 'csv', ids: [asset] }))).toString();
    const [, line] = text.split('\r\n');
    assert.match(line ?? '', /,animal,1,0\.5,0\.5,0\.2,0\.2,,,badger,1,human,Ann,/);
  });

  it('can be fetched from where a download broke off', async () => {
    const end = await made({ format: 'csv' });
    const whole = await fileOf(end);
    const rest = await fetch(`${t.url}/exports/${end.export_id}/file`, { headers: { range: 'bytes=100-' } });
    assert.equal(rest.status, 206);
    assert.deepEqual(Buffer.from(await rest.arrayBuffer()), whole.subarray(100));
  });

  it('let go of their file, by hand and after their time', async () => {
    for (const expire of [false, true]) {
      const end = await made({ format: 'csv' });
      if (expire) {
        await t.db.run(
          (sql) => sql`update exports set expires_at = now() - interval '1 s' where id = ${end.export_id}`,
        );
        const { expireExports } = await import('../../stores/exports/exports.ts');
        await expireExports(t.db);
      } else {
        const gone = await fetch(`${t.url}/exports/${end.export_id}/file`, { method: 'DELETE' });
        assert.equal(gone.status, 200);
      }
      const now = await look(end.export_id);
      assert.deepEqual([now.state, now.file_url], ['expired', null]);
      assert.equal((await fetch(`${t.url}/exports/${end.export_id}/file`)).status, 409);
    }
    await t.db.run((sql) => sql`update loose_objects set due_at = now() - interval '1 second'`);
    await dropLoose(t.db, t.objects);
    await clean();
    const listed = await t.get<{ exports: Export[]; total: number }>('/exports?limit=2');
    assert.equal(listed.exports.length, 2);
    assert.ok(listed.total >= 8);
  });

  it('settle which pictures they are of', async () => {
    await t.kill('io', 'SIGTERM');
    const { export_id: id, images } = await t.post<Export>('/exports', { format: 'csv' });
    assert.equal(images, 4);
    const late = (await (await t.upload(await picture(999), 'late.jpg')).json()) as { asset_id: number };
    await t.start('io');
    while ((await look(id)).state !== 'completed') await sleep(50);
    assert.doesNotMatch((await fileOf(await look(id))).toString(), /late\.jpg/);
    for (;;) {
      const { status } = await t.get<{ status: string }>(`/retrieve/asset/${late.asset_id}`);
      if (status === 'ready') break;
      await sleep(50);
    }
  });

  it('can be cancelled, and nothing of them stays', async () => {
    await t.kill('io', 'SIGTERM');
    const { export_id: id } = await t.post<Export>('/exports', { format: 'csv' });
    const cancelled = await t.post<Export>(`/exports/${id}/cancel`);
    assert.equal(cancelled.state, 'cancelled');
    await t.start('io');
    const end = await t.client.workflow.getHandle(`export:${id}`).result();
    assert.equal(end, 'over');
    assert.equal((await look(id)).state, 'cancelled');
    await clean();
  });

  it('say why they failed when waiting does not help', async () => {
    await t.kill('io', 'SIGTERM');
    const { export_id: id } = await t.post<Export>('/exports', { format: 'csv' });
    await loseParts(t.db, id);
    await t.start('io');
    while ((await look(id)).state !== 'failed') await sleep(50);
    const { error } = await t.get<{ error: { type: string; advice: string } }>(`/exports/${id}`);
    assert.equal(error.type, 'object_missing');
    assert.notEqual(error.advice, '');
    await clean();
  });

  it('go on after their worker was killed, with the parts that were done', async () => {
    const COUNT = 22_000;
    const tenantId = await t.db.run(async (sql) => (await ensureTenant(sql, 'large')).id);
    for (let at = 0; at < COUNT; at += 5_500) {
      const shots = [...new Array(5_500).keys()].map((i) => ({ name: `S_${at + i}.JPG`, camera: 'cam' }));
      await putShots(t.db, tenantId, shots);
    }
    const { export_id: id } = await t.post<Export>('/exports', { format: 'csv', tenant_name: 'large' });
    while ((await look(id)).collected === 0) await sleep(10);
    await t.kill('io', 'SIGKILL');
    const before = await partKeys(id);
    assert.ok(before.length > 0);
    await t.start('io');
    while ((await look(id)).state !== 'completed') await sleep(50);
    const names = (await fileOf(await look(id))).toString().match(/\bS_\d+\.JPG/g) ?? [];
    assert.equal(new Set(names).size, COUNT);
    assert.equal(names.length, COUNT);
    const { raw } = await t.client.workflow.getHandle(`export:${id}`).describe();
    assert.ok(Number(raw.workflowExecutionInfo?.historyLength) < 100);
  });

  const partKeys = (id: string) =>
    t.db.run(
      (sql) => sql<{ key: string }[]>`select object_key as key from export_parts where export_id = ${id}`,
    );
});
