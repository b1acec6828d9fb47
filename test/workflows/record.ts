import { existsSync } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { addFrom, use } from '../../cli/models.ts';
import { registerSearchAttributes } from '../../cli/searchAttributes.ts';
import { type Behaviour, startHookReceiver } from '../hosting/hookReceiver.ts';
import { brightBlobs, colourClassifier, putModel } from '../hosting/models.ts';
import { startPhotoServer } from '../hosting/photoServer.ts';
import { folderOf, picture, pictures } from '../hosting/pictures.ts';
import { purgeAll, readyAsset, waitPurge } from '../hosting/purging.ts';
import { loseParts } from '../hosting/seen.ts';
import { stopStack } from '../hosting/stack.ts';
import { APART, type ImportBody, startTributary } from '../hosting/tributary.ts';
import { cameraScenarios } from './cameraScenarios.ts';

/**
 * Records one history for each scenario of each workflow from a real run. Histories are never recorded again once a
 * version with them is out: old ones must replay for as long as such workflows may be open. New scenarios get new files.
 */
const HISTORIES = path.join(import.meta.dirname, 'histories');
const t = await startTributary({
  parts: APART,
  // A purge can be undone for some seconds.
  env: {
    SECRET_KEY: 'a key of thirty-two characters or more',
    PURGE_UNDO_HOURS: '0.002',
    WEBHOOK_RETRY_SECONDS: '2,2',
  },
});

// From here on: what was recorded before is of a namespace that does not know them.
await registerSearchAttributes(t.config);

/** Stacks of failures name the checkout they were recorded in. */
function anywhere(json: string): string {
  return json.replaceAll(path.resolve(import.meta.dirname, '../..'), '/tributary');
}

async function record(workflowId: string, name: string, runId?: string): Promise<void> {
  const history = await t.client.workflow.getHandle(workflowId, runId).fetchHistory();
  await writeFile(path.join(HISTORIES, `${name}.json`), `${anywhere(historyToJSON(history))}\n`, {
    flag: 'wx',
  });
  console.log(`${name}: ${history.events?.length} events`);
}

async function closed(importId: string): Promise<void> {
  await t.client.workflow.getHandle(`import:${importId}`).result();
}

async function processed(id: string): Promise<number> {
  return (await t.get<ImportBody>(`/imports/${id}`)).processed_files;
}

/** What there is, and what of it a scenario leaves behind for the others. */
interface Scenario {
  names: string[];
  run(): Promise<void>;
}

async function finished(id: string): Promise<void> {
  await t.waitImport(id);
  await closed(id);
}

/** Comparisons have ids that nobody knows before; these are recorded. */
const recorded = new Set<string>();

const SCENARIOS: readonly Scenario[] = [
  {
    names: ['runImport.folder', 'processAssets.batch'],
    async run() {
      const plain = await folderOf({
        ...(await pictures(30)),
        'bad.jpg': (await picture(1)).subarray(0, 500),
        'text.jpg': Buffer.from('no'),
      });
      const id = await t.startImport(plain);
      await finished(id);
      await record(`import:${id}`, 'runImport.folder');
      await record(`assets:${id}:0`, 'processAssets.batch');
      await rm(plain, { recursive: true });
    },
  },
  {
    // Recorded when batches became larger behind the first ones.
    names: ['runImport.large-batches', 'processAssets.large-batch'],
    async run() {
      const plain = await folderOf(await pictures(110, 9_000));
      const id = await t.startImport(plain);
      await finished(id);
      await record(`import:${id}`, 'runImport.large-batches');
      await record(`assets:${id}:2`, 'processAssets.large-batch');
      await rm(plain, { recursive: true });
    },
  },
  {
    names: ['runImport.listing-failed'],
    async run() {
      const id = await t.startImport('/no/such/folder');
      await finished(id);
      await record(`import:${id}`, 'runImport.listing-failed');
    },
  },
  { names: ['processAssets.upload'], run: () => upload(picture(77), 'processAssets.upload') },
  {
    names: ['processAssets.rejected'],
    run: () =>
      upload(
        picture(78).then((bytes) => bytes.subarray(0, 600)),
        'processAssets.rejected',
      ),
  },
  { names: ['deliverWebhook.delivered'], run: () => deliver([], 'deliverWebhook.delivered') },
  {
    names: ['deliverWebhook.retried'],
    run: () => deliver([{ status: 500 }], 'deliverWebhook.retried'),
  },
  {
    names: ['deliverWebhook.gone'],
    run: () => deliver([{ status: 500 }, { status: 410 }], 'deliverWebhook.gone'),
  },
  {
    names: ['runImport.paused'],
    async run() {
      const slow = await startPhotoServer(await pictures(120, 1_000), 40);
      const id = await t.startImport(slow.url);
      while ((await processed(id)) === 0) await sleep(20);
      await t.post(`/imports/${id}/pause`);
      await sleep(3_000);
      await t.post(`/imports/${id}/resume`);
      await finished(id);
      await record(`import:${id}`, 'runImport.paused');
      await slow.close();
    },
  },
  {
    names: ['runImport.cancelled'],
    async run() {
      const slow = await startPhotoServer(await pictures(120, 2_000), 40);
      const id = await t.startImport(slow.url);
      while ((await processed(id)) === 0) await sleep(20);
      await t.post(`/imports/${id}/cancel`);
      await finished(id);
      await record(`import:${id}`, 'runImport.cancelled');
      await slow.close();
    },
  },
  {
    names: ['processAssets.retried', 'runImport.retry-failed'],
    async run() {
      const shaky = await startPhotoServer(await pictures(5, 3_000), 0);
      shaky.broken.set('IMG_3003.JPG', 503);
      const id = await t.startImport(shaky.url);
      await finished(id);
      await record(`assets:${id}:0`, 'processAssets.retried');
      shaky.broken.clear();
      await t.post(`/imports/${id}/retry-failed`);
      await finished(id);
      await record(`import:${id}`, 'runImport.retry-failed');
      await shaky.close();
    },
  },
  {
    names: ['runImport.needs-attention', 'processAssets.parked'],
    async run() {
      const photos = await startPhotoServer(await pictures(60, 4_000));
      photos.login = ['ranger', 'right'];
      const basic = (password: string) => ({ type: 'basic', username: 'ranger', password });
      const id = await t.startImport(photos.url);
      await needsAttention(id);
      photos.refuseAfter = 30;
      await t.post(`/imports/${id}/resume`, { credentials: basic('right') });
      await needsAttention(id);
      await record(`assets:${id}:1`, 'processAssets.parked');
      photos.refuseAfter = null;
      const { items } = await t.get<{ items: { name: string }[] }>(`/imports/${id}/items?outcome=pending`);
      photos.broken.set(items[0]?.name ?? '', 401);
      await t.post(`/imports/${id}/resume`);
      await needsAttention(id);
      await t.post(`/imports/${id}/resume`, { skip: true });
      await finished(id);
      await record(`import:${id}`, 'runImport.needs-attention');
      await photos.close();
    },
  },
  {
    names: ['pullSource.run', 'pullSource.not-to-run', 'testSource.look'],
    async run() {
      const photos = await startPhotoServer(await pictures(3, 5_000));
      const { id } = await t.post<{ id: string }>('/image-pull-sources', { name: 'x', base_url: photos.url });
      const start = (workflowId: string) =>
        t.client.workflow.execute('pullSource', { taskQueue: 'workflows', workflowId, args: [id] });
      await start('pull-1');
      await record('pull-1', 'pullSource.run');
      await t.post(`/image-pull-sources/${id}/test`);
      await record(`source-test:${id}`, 'testSource.look');
      await fetch(`${t.url}/image-pull-sources/${id}/toggle`, { method: 'PATCH' });
      await start('pull-2');
      await record('pull-2', 'pullSource.not-to-run');
      await photos.close();
    },
  },
  {
    names: ['compareImages.upload', 'compareImages.refused'],
    async run() {
      const bytes = await picture(6_000);
      const { asset_id } = (await (await t.upload(bytes, 'one.jpg')).json()) as { asset_id: number };
      while ((await t.get<{ status: string }>(`/retrieve/asset/${asset_id}`)).status === 'processing')
        await sleep(20);
      for (const [name, file] of [
        ['compareImages.upload', bytes],
        ['compareImages.refused', bytes.subarray(0, 600)],
      ] as const) {
        const form = new FormData();
        form.append('file', new Blob([new Uint8Array(file)]), 'other.jpg');
        await fetch(`${t.url}/compare/${asset_id}`, { method: 'POST', body: form });
        let id = '';
        while (id === '') {
          for await (const { workflowId } of t.client.workflow.list({
            query: `WorkflowId STARTS_WITH 'compare:'`,
          }))
            if (!recorded.has(workflowId)) id = workflowId;
        }
        recorded.add(id);
        await record(id, name);
      }
    },
  },
  {
    names: ['purgeAssets.waited'],
    async run() {
      await readyAsset(t, await picture(6_001), 'purged');
      const id = await purgeDirectly('purged');
      await waitPurge(t, id);
      await t.client.workflow.getHandle(`purge:${id}`).result();
      await record(`purge:${id}`, 'purgeAssets.waited');
    },
  },
  {
    names: ['purgeAssets.undone'],
    async run() {
      await readyAsset(t, await picture(6_002), 'undone');
      const id = await purgeDirectly('undone');
      await waitPurge(t, id, ['hidden']);
      await t.post(`/purges/${id}/undo`);
      await waitPurge(t, id);
      await t.client.workflow.getHandle(`purge:${id}`).result();
      await record(`purge:${id}`, 'purgeAssets.undone');
    },
  },
  {
    names: ['purgeAssets.at-once'],
    async run() {
      await readyAsset(t, await picture(6_003), 'at-once');
      const id = await purgeAll(t, 'at-once');
      await waitPurge(t, id);
      await t.client.workflow.getHandle(`purge:${id}`).result();
      await record(`purge:${id}`, 'purgeAssets.at-once');
    },
  },
  {
    names: ['runImport.searchable', 'processAssets.searchable', 'purgeAssets.searchable'],
    async run() {
      const closed = await startPhotoServer(await pictures(60, 6_300));
      closed.refuseAfter = 20;
      const id = await t.startImport(closed.url, { tenant_name: 'searchable' });
      await t.waitImport(id, ['paused']);
      closed.refuseAfter = null;
      await t.post(`/imports/${id}/resume`);
      await finished(id);
      await record(`import:${id}`, 'runImport.searchable');
      await record(`assets:${id}:0`, 'processAssets.searchable');
      const purge = await purgeDirectly('searchable');
      await waitPurge(t, purge);
      await t.client.workflow.getHandle(`purge:${purge}`).result();
      await record(`purge:${purge}`, 'purgeAssets.searchable');
      await closed.close();
    },
  },
  {
    names: ['emptyTrash.nothing'],
    async run() {
      await t.client.workflow.execute('emptyTrash', {
        taskQueue: 'workflows',
        workflowId: 'trash-1',
        args: [],
      });
      await record('trash-1', 'emptyTrash.nothing');
    },
  },
  {
    names: ['deleteTenant.busy'],
    async run() {
      const slow = await startPhotoServer(await pictures(60, 6_100), 100);
      const id = await t.startImport(slow.url, { tenant_name: 'leaving' });
      while ((await processed(id)) === 0) await sleep(20);
      const [tenant] = await t.db.run(
        (sql) => sql<{ id: string }[]>`select id from tenants where name = 'leaving'`,
      );
      await fetch(`${t.url}/tenants/leaving?confirm=leaving`, { method: 'DELETE' });
      while ((await fetch(`${t.url}/tenants/leaving`)).status !== 404) await sleep(50);
      await t.client.workflow.getHandle(`tenant:${tenant?.id}`).result();
      await record(`tenant:${tenant?.id}`, 'deleteTenant.busy');
      await slow.close();
    },
  },
  {
    names: ['runImport.redriven', 'repairAsset.renditions', 'auditLibrary.report'],
    async run() {
      const photos = await startPhotoServer(await pictures(3, 6_000));
      photos.broken.set('IMG_6001.JPG', 500);
      const id = await t.startImport(photos.url);
      await finished(id);
      photos.broken.clear();
      await t.post('/poison_jobs/redrive', { filter: { import_id: id } });
      while ((await t.get<ImportBody>(`/imports/${id}`)).stored_files < 3) await sleep(20);
      await finished(id);
      await record(`import:${id}`, 'runImport.redriven');
      const [row] = await t.db.run(
        (sql) => sql<{ uid: string }[]>`select uid from assets order by id desc limit 1`,
      );
      for (const [workflow, workflowId, args] of [
        ['repairAsset', `repair:${row?.uid}`, [row?.uid]],
        ['auditLibrary', 'audit', []],
      ] as const) {
        await t.client.workflow.execute(workflow, { taskQueue: 'workflows', workflowId, args: [...args] });
        await record(
          workflowId,
          workflow === 'repairAsset' ? 'repairAsset.renditions' : 'auditLibrary.report',
        );
      }
      await photos.close();
    },
  },
  {
    names: ['makeRendition.made', 'makeRendition.refused'],
    async run() {
      const id = await ready(await picture(79, 1_000, 700));
      await fetch(`${t.url}/images/${id}/render?width=320`).then((answer) => answer.arrayBuffer());
      await record(`rendition:${id}:fly-320x0-inside-jpeg-80:1`, 'makeRendition.made');
      const [row] = await t.db.run(
        (sql) => sql<{ key: string }[]>`
          select tenant_id || '/' || uid || '/original' as key from assets where id = ${id}`,
      );
      await truncate(path.join(t.config.storage.objectsDir, row?.key ?? ''), 300);
      await fetch(`${t.url}/images/${id}/render?width=1024`).then((answer) => answer.text());
      await record(`rendition:${id}:fly-1024x0-inside-jpeg-80:1`, 'makeRendition.refused');
    },
  },
  {
    names: ['reprocessAssets.all', 'reprocessAssets.paused', 'reprocessAssets.cancelled'],
    async run() {
      const folder = await folderOf(await pictures(60, 6_000));
      await finished(await t.startImport(folder));
      const preset = (width: number) => ({ name: `p${width}`, width, height: 50, fit: 'cover', eager: true });
      const begin = async (width: number) => {
        await t.post('/presets', preset(width));
        return (await t.post<{ reprocess_id: string }>('/reprocess')).reprocess_id;
      };
      const end = (id: string) => t.client.workflow.getHandle(`reprocess:${id}`).result();
      const all = await begin(60);
      await end(all);
      await record(`reprocess:${all}`, 'reprocessAssets.all');
      const paused = await begin(70);
      await steer(paused, 'pause');
      await sleep(2_000);
      await steer(paused, 'resume');
      await end(paused);
      await record(`reprocess:${paused}`, 'reprocessAssets.paused');
      const cancelled = await begin(80);
      await steer(cancelled, 'cancel');
      await end(cancelled);
      await record(`reprocess:${cancelled}`, 'reprocessAssets.cancelled');
      await rm(folder, { recursive: true });
    },
  },
  {
    names: ['reprocessAssets.paced'],
    async run() {
      const folder = await folderOf(await pictures(60, 6_000));
      await finished(await t.startImport(folder));
      await t.post('/presets', { name: 'paced', width: 90, height: 50, fit: 'cover', eager: true });
      const { reprocess_id: id } = await t.post<{ reprocess_id: string }>('/reprocess', {
        images_per_minute: 600,
      });
      await t.client.workflow.getHandle(`reprocess:${id}`).result();
      await record(`reprocess:${id}`, 'reprocessAssets.paced');
      await rm(folder, { recursive: true });
    },
  },
  {
    names: ['captureWindow.open', 'captureWindow.waited', 'captureWindow.other-day'],
    async run() {
      const { id } = await t.post<{ id: string }>('/cameras', {
        name: 'Gate',
        rtsp_url: 'rtsp://192.0.2.7/',
      });
      const clock = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString().slice(11, 16);
      // Its neighbours are not today, whichever time of the day it is.
      const otherDay = ((new Date().getUTCDay() + 3) % 7) + 1;
      await window(id, { from: clock(-60), to: clock(60) }, 'captureWindow.open');
      await window(id, { from: clock(1), to: clock(60) }, 'captureWindow.waited');
      await window(id, { from: '08:00', to: '09:00', days: [otherDay] }, 'captureWindow.other-day');
    },
  },
  {
    names: ['exportDataset.completed', 'exportDataset.cancelled', 'exportDataset.failed'],
    async run() {
      await ready(await picture(9_700));
      const begin = () => t.post<{ export_id: string }>('/exports', { format: 'csv' });
      const ended = (id: string) => t.client.workflow.getHandle(`export:${id}`).result();
      const { export_id: whole } = await begin();
      while ((await t.get<{ state: string }>(`/exports/${whole}`)).state !== 'completed') await sleep(20);
      await ended(whole);
      await record(`export:${whole}`, 'exportDataset.completed');
      await t.kill('io', 'SIGTERM');
      const [{ export_id: cancelled }, { export_id: lost }] = [await begin(), await begin()];
      await t.post(`/exports/${cancelled}/cancel`);
      await loseParts(t.db, lost);
      await t.start('io');
      while ((await t.get<{ state: string }>(`/exports/${lost}`)).state !== 'failed') await sleep(20);
      await Promise.all([ended(cancelled), ended(lost)]);
      await record(`export:${cancelled}`, 'exportDataset.cancelled');
      await record(`export:${lost}`, 'exportDataset.failed');
    },
  },
  {
    names: ['importDetections.completed', 'importDetections.failed'],
    async run() {
      for (const [end, text] of [
        ['completed', '{"detection_categories":{},"images":[]}'],
        ['failed', '{"images":'],
      ] as const) {
        const form = new FormData();
        form.append('model', 'elsewhere');
        form.append('file', new Blob([text]), 'out.json');
        const answer = await fetch(`${t.url}/detection-files`, { method: 'POST', body: form });
        const { id } = (await answer.json()) as { id: string };
        while ((await t.get<{ state: string }>(`/detection-files/${id}`)).state !== end) await sleep(20);
        await t.client.workflow.getHandle(`detections:${id}`).result();
        await record(`detections:${id}`, `importDetections.${end}`);
      }
    },
  },
  {
    names: ['reprocessAssets.detections', 'processAssets.detected'],
    async run() {
      const folder = await folderOf(await pictures(30, 8_000));
      await finished(await t.startImport(folder));
      const models = await mkdtemp(path.join(tmpdir(), 'tributary-models-'));
      const input = { width: 256, height: 256 };
      const { manifestPath } = await putModel(models, 'yolov5', brightBlobs(256), { input });
      await addFrom(t.config, manifestPath);
      const reprocess = async () => {
        const [row] = await t.db.run(
          (sql) => sql<{ id: string }[]>`
            select p.id from reprocesses p where p.model_id is not null and p.state = 'completed'
              and exists (select from tenants t where t.id = p.tenant_id and t.name = 'default')`,
        );
        return row?.id;
      };
      while ((await reprocess()) === undefined) await sleep(50);
      await t.client.workflow.getHandle(`reprocess:${await reprocess()}`).result();
      await record(`reprocess:${await reprocess()}`, 'reprocessAssets.detections');
      const more = await folderOf(await pictures(5, 8_100));
      const id = await t.startImport(more);
      await finished(id);
      await record(`assets:${id}:0`, 'processAssets.detected');
      await use(t.config, 'none', null);
      for (const dir of [folder, models, more]) await rm(dir, { recursive: true });
    },
  },
  {
    names: ['checkModel.opened', 'reprocessAssets.species', 'processAssets.classified'],
    async run() {
      const folder = await folderOf(await pictures(5, 8_200));
      const models = await mkdtemp(path.join(tmpdir(), 'tributary-models-'));
      const detector = await putModel(path.join(models, 'one'), 'yolov5', brightBlobs(512), {
        ...{ name: 'recorded', input: { width: 512, height: 512 } },
      });
      await addFrom(t.config, detector.manifestPath);
      await finished(await t.startImport(folder));
      const species = await putModel(path.join(models, 'two'), 'classifier', colourClassifier(2), {
        ...{ name: 'species', input: { width: 32, height: 32 }, classes: ['fox', 'lynx'] },
      });
      const begun = await addFrom(t.config, species.manifestPath);
      const reprocess = begun.backfill[0]?.id;
      const state = async () => (await t.get<{ state: string }>(`/reprocess/${reprocess}`)).state;
      while ((await state()) !== 'completed') await sleep(50);
      const again = `reprocess:${reprocess}`;
      await t.client.workflow.getHandle(again).result();
      await record(again, 'reprocessAssets.species');
      const more = await folderOf(await pictures(3, 8_300));
      const id = await t.startImport(more);
      await finished(id);
      await record(`assets:${id}:0`, 'processAssets.classified');
      const { models: all } = await t.get<{ models: { id: number; name: string }[] }>('/models');
      const classifier = all.find(({ name }) => name === 'species')?.id;
      await t.post(`/models/${classifier}/check`);
      await record(`model-check:${classifier}`, 'checkModel.opened');
      await use(t.config, 'none', null);
      await use(t.config, 'none', null, 'classifier');
      for (const dir of [folder, models, more]) await rm(dir, { recursive: true });
    },
  },
  {
    names: ['correctClocks.applied', 'correctClocks.undone'],
    async run() {
      const plain = await folderOf(await pictures(3, 7_000));
      await finished(await t.startImport(plain));
      const { id } = await t.post<{ id: string }>('/corrections/clock', { filter: {}, shift_seconds: 60 });
      const state = async (): Promise<string> => (await t.get<{ state: string }>(`/corrections/${id}`)).state;
      while ((await state()) !== 'applied') await sleep(50);
      await t.client.workflow.getHandle(`correction:${id}`).result();
      await record(`correction:${id}`, 'correctClocks.applied');
      await t.post(`/corrections/${id}/undo`);
      while ((await state()) !== 'undone') await sleep(50);
      await t.client.workflow.getHandle(`correction-undo:${id}`).result();
      await record(`correction-undo:${id}`, 'correctClocks.undone');
      await rm(plain, { recursive: true });
    },
  },
];

async function purgeDirectly(tenant: string): Promise<string> {
  return (await t.post<{ purge_id: string }>(`/purge/?days=0&tenant_name=${tenant}`)).purge_id;
}

/** The first moments belong to the start of the workflow. */
async function steer(id: string, what: string): Promise<void> {
  while (!(await fetch(`${t.url}/reprocess/${id}/${what}`, { method: 'POST' })).ok) await sleep(5);
}

async function ready(bytes: Buffer): Promise<number> {
  const { asset_id } = (await (await t.upload(bytes, 'one.jpg')).json()) as { asset_id: number };
  while ((await t.get<{ status: string }>(`/retrieve/asset/${asset_id}`)).status !== 'ready') await sleep(20);
  return asset_id;
}

/** Makes a window, which is looked at at once, and records that. */
async function window(camera: string, body: object, name: string): Promise<void> {
  const { id } = await t.post<{ id: string }>(`/cameras/${camera}/windows`, { name, ...body });
  const schedule = t.client.schedule.getHandle(`window:${id}`);
  for (;;) {
    const found = await schedule.describe().catch(() => null);
    const [begun] = found?.info.recentActions ?? [];
    if (begun !== undefined) {
      const { workflowId } = begun.action.workflow;
      await t.client.workflow.getHandle(workflowId).result();
      await record(workflowId, name);
      return;
    }
    await sleep(50);
  }
}

/** Has a webhook tested, whose receiver does so first. */
async function deliver(behaviours: Behaviour[], name: string): Promise<void> {
  const hooks = await startHookReceiver();
  hooks.next.push(...behaviours);
  const { id } = await t.post<{ id: string }>('/webhooks', { url: hooks.url, events: ['audit.completed'] });
  await t.post(`/webhooks/${id}/test`);
  while ((await t.get<{ total: number }>(`/webhooks/${id}/deliveries?state=pending`)).total > 0)
    await sleep(20);
  await t.client.workflow.getHandle(`webhook:${id}`).result();
  await record(`webhook:${id}`, name);
  await hooks.close();
}

async function needsAttention(id: string): Promise<void> {
  while ((await t.get<{ state: string }>(`/imports/${id}`)).state !== 'needs_attention') await sleep(50);
}

async function upload(bytes: Promise<Buffer>, name: string): Promise<void> {
  const { asset_id } = (await (await t.upload(await bytes, 'one.jpg')).json()) as { asset_id: number };
  while ((await t.get<{ status: string }>(`/retrieve/asset/${asset_id}`)).status === 'processing')
    await sleep(20);
  const [row] = await t.db.run(
    (sql) =>
      sql<{ id: string }[]>`select id from imports where kind = 'upload' order by created_at desc limit 1`,
  );
  const workflowId = `assets:${row?.id}:0`;
  await t.client.workflow.getHandle(workflowId).result();
  await record(workflowId, name);
}

const cameras = cameraScenarios(t, record);
const isThere = (name: string): boolean => existsSync(path.join(HISTORIES, `${name}.json`));

try {
  for (const { names, run } of [...SCENARIOS, ...cameras.scenarios]) if (!names.every(isThere)) await run();
} finally {
  await cameras.close();
  await t.close();
  await stopStack();
}
