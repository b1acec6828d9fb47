import assert from 'node:assert/strict';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from '@temporalio/worker';
import { listBuilds, promoteBuild } from '../../cli/deployment.ts';
import { readConfig } from '../../config.ts';
import type { AuditReport } from '../../stores/audit/audit.ts';
import { type PhotoServer, startPhotoServer } from './photoServer.ts';
import { pictures } from './pictures.ts';
import { type ImportBody, startTributary, type Tributary } from './tributary.ts';

const BUNDLE = path.resolve(import.meta.dirname, '../../dist/workflows-bundle.js');
const SAMPLES = 10;

export interface DeployFigures {
  /** Open when the current version moved. */
  imports: number;
  /** Of those whose histories were read: which the new build had a part in. */
  movedImports: number;
  readBatches: number;
  stored: number;
  replayed: number;
}

async function historyOf(t: Tributary, workflowId: string) {
  return t.client.workflow.getHandle(workflowId).fetchHistory();
}

/** The builds that did a workflow's steps, in the order of their first. */
async function buildsOf(t: Tributary, workflowId: string): Promise<string[]> {
  const { events } = await historyOf(t, workflowId);
  const builds = (events ?? []).flatMap(
    ({ workflowTaskCompletedEventAttributes: done }) => done?.deploymentVersion?.buildId ?? [],
  );
  return [...new Set(builds)];
}

/** Waits until the import has stopped for want of access, and stays open until somebody sees to it. */
async function untilOpen(t: Tributary, id: string): Promise<void> {
  for (;;) {
    const { status, error } = await t.get<ImportBody>(`/imports/${id}`);
    if (status === 'paused') return;
    assert.ok(
      status === 'pending' || status === 'processing',
      `${id} is ${status}: ${JSON.stringify(error)}`,
    );
    await sleep(50);
  }
}

/**
 * An old and a new build with many imports open: the current version moves to the new one and back. Everything must end
 * as if nothing had happened.
 * @param files of each import, two or more
 */
export async function moveBuilds(imports: number, files: number): Promise<[DeployFigures, AuditReport]> {
  const t = await startTributary({ parts: [], env: { WORKER_DEPLOYMENT: 'tributary-test' } });
  const servers: PhotoServer[] = [];
  try {
    const config = readConfig(t.env);
    await t.start('io', { WORKER_BUILD_ID: 'one' });
    assert.equal(await promoteBuild(config, 'one'), 'one');
    await t.start('cpu');
    await t.start('api');
    const open: string[] = [];
    for (let n = 0; n < imports; n += 1) {
      const server = await startPhotoServer(await pictures(files, 500_000 + n * files));
      // Access ends after the first file: its batch is over, and the import is open.
      server.refuseAfter = 1;
      servers.push(server);
      open.push(await t.startImport(server.url));
    }
    for (const id of open) await untilOpen(t, id);
    for (const server of servers) server.refuseAfter = null;

    await t.start('io-2', { WORKER_BUILD_ID: 'two' });
    await promoteBuild(config, 'two');
    const half = Math.ceil(open.length / 2);
    for (const id of open.slice(0, half)) await t.post(`/imports/${id}/resume`);
    const moved = open[0] ?? '';
    await t.waitImport(moved);
    await promoteBuild(config, 'one');
    for (const id of open.slice(half)) await t.post(`/imports/${id}/resume`);
    const builds = await listBuilds(config);
    assert.equal(builds.find(({ buildId }) => buildId === 'one')?.status, 'current', JSON.stringify(builds));

    let stored = 0;
    for (const id of open) stored += (await t.waitImport(id)).stored_files;
    const audit = await t.audit();

    let movedImports = 0;
    let readBatches = 0;
    const histories = [];
    assert.deepEqual(await buildsOf(t, `import:${moved}`), ['one', 'two']);
    const samples = [...new Set([...open.slice(0, SAMPLES), ...open.slice(-SAMPLES)])];
    for (const id of samples) {
      if ((await buildsOf(t, `import:${id}`)).includes('two')) movedImports += 1;
      const batch = `assets:${id}:0`;
      assert.equal((await buildsOf(t, batch)).length, 1, `${batch} stays on the build that began it`);
      readBatches += 1;
      for (const workflowId of [`import:${id}`, batch])
        histories.push({ workflowId, history: await historyOf(t, workflowId) });
    }
    let replayed = 0;
    for await (const { error, workflowId } of Worker.runReplayHistories(
      { workflowBundle: { codePath: BUNDLE } },
      histories,
    )) {
      assert.equal(error, undefined, workflowId);
      replayed += 1;
    }
    return [{ imports, movedImports, readBatches, stored, replayed }, audit];
  } finally {
    await t.close();
    for (const server of servers) await server.close();
  }
}
