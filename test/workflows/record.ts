import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { folderOf, picture, pictures } from '../hosting/pictures.ts';
import { startSlowServer } from '../hosting/slowServer.ts';
import { stopStack } from '../hosting/stack.ts';
import { type ImportBody, startTributary } from '../hosting/tributary.ts';

/**
 * Records one history for each scenario of each workflow from a real run. Histories are never recorded again once a
 * version with them is out: old ones must replay for as long as such workflows may be open. New scenarios get new files.
 */
const HISTORIES = path.join(import.meta.dirname, 'histories');
const t = await startTributary();

/** Stacks of failures name the checkout they were recorded in. */
function anywhere(json: string): string {
  return json.replaceAll(path.resolve(import.meta.dirname, '../..'), '/tributary');
}

async function record(workflowId: string, name: string): Promise<void> {
  const history = await t.client.workflow.getHandle(workflowId).fetchHistory();
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

try {
  const plain = await folderOf({
    ...(await pictures(30)),
    'bad.jpg': (await picture(1)).subarray(0, 500),
    'text.jpg': Buffer.from('no'),
  });
  const folderImport = await t.startImport(plain);
  await t.waitImport(folderImport);
  await closed(folderImport);
  await record(`import:${folderImport}`, 'runImport.folder');
  await record(`assets:${folderImport}:0`, 'processAssets.batch');

  const failedImport = await t.startImport('/no/such/folder');
  await t.waitImport(failedImport);
  await closed(failedImport);
  await record(`import:${failedImport}`, 'runImport.listing-failed');

  const uploaded = (await (await t.upload(await picture(77), 'one.jpg')).json()) as { asset_id: number };
  while ((await t.get<{ status: string }>(`/retrieve/asset/${uploaded.asset_id}`)).status === 'processing')
    await sleep(20);
  const [upload] = await t.db.run(
    (sql) => sql<{ id: string }[]>`select id from imports where kind = 'upload'`,
  );
  await t.client.workflow.getHandle(`assets:${upload!.id}:0`).result();
  await record(`assets:${upload!.id}:0`, 'processAssets.upload');

  const cut = (await (await t.upload((await picture(78)).subarray(0, 600), 'cut.jpg')).json()) as {
    asset_id: number;
  };
  while ((await t.get<{ status: string }>(`/retrieve/asset/${cut.asset_id}`)).status === 'processing')
    await sleep(20);
  const [second] = await t.db.run(
    (sql) =>
      sql<{ id: string }[]>`select id from imports where kind = 'upload' order by created_at desc limit 1`,
  );
  await t.client.workflow.getHandle(`assets:${second!.id}:0`).result();
  await record(`assets:${second!.id}:0`, 'processAssets.rejected');

  const slow = await startSlowServer(await pictures(120, 1_000), 40);
  const steered = await t.startImport(slow.url);
  while ((await processed(steered)) === 0) await sleep(20);
  await t.post(`/imports/${steered}/pause`);
  await sleep(3_000);
  await t.post(`/imports/${steered}/resume`);
  await t.waitImport(steered);
  await closed(steered);
  await record(`import:${steered}`, 'runImport.paused');

  const slower = await startSlowServer(await pictures(120, 2_000), 40);
  const stopped = await t.startImport(slower.url);
  while ((await processed(stopped)) === 0) await sleep(20);
  await t.post(`/imports/${stopped}/cancel`);
  await t.waitImport(stopped);
  await closed(stopped);
  await record(`import:${stopped}`, 'runImport.cancelled');

  const shaky = await startSlowServer(await pictures(5, 3_000), 0);
  shaky.break(['IMG_3003.JPG']);
  const retried = await t.startImport(shaky.url);
  await t.waitImport(retried);
  await closed(retried);
  await record(`assets:${retried}:0`, 'processAssets.retried');
  shaky.break([]);
  await t.post(`/imports/${retried}/retry-failed`);
  await t.waitImport(retried);
  await closed(retried);
  await record(`import:${retried}`, 'runImport.retry-failed');

  await Promise.all([slow.close(), slower.close(), shaky.close()]);
  await rm(plain, { recursive: true });
} finally {
  await t.close();
  await stopStack();
}
