import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { choosePorts } from '../../cli/embedded/ports.ts';
import { registerSearchAttributes } from '../../cli/searchAttributes.ts';
import { readConfig } from '../../config.ts';
import { startPhotoServer } from '../hosting/photoServer.ts';
import { folderOf, pictures } from '../hosting/pictures.ts';
import { type ImportBody, startTributary, type Tributary } from '../hosting/tributary.ts';
import { until } from './scratch.ts';

const VISIBLE_MS = 60_000;

describe('search attributes', function () {
  this.timeout(240_000);
  let t: Tributary;
  let tenantId: string;

  before(async () => {
    t = await startTributary({ parts: [] });
  });
  after(() => t?.close());

  async function found(query: string): Promise<string[]> {
    const ids: string[] = [];
    for await (const { workflowId } of t.client.workflow.list({ query })) ids.push(workflowId);
    return ids.sort();
  }

  /** What is visible follows what is. */
  async function untilFound(query: string, workflowId: string): Promise<void> {
    await until(async () => (await found(query)).includes(workflowId), query, VISIBLE_MS);
  }

  it('are made in a namespace, once, and what stands in the way is told', async () => {
    assert.deepEqual(await registerSearchAttributes(t.config), { end: 'made' });
    assert.deepEqual(await registerSearchAttributes(t.config), { end: 'there' });
    const nowhere = readConfig({ ...t.env, TEMPORAL_NAMESPACE: 'nobody-made-this' });
    const refused = await registerSearchAttributes(nowhere);
    assert.equal(refused.end, 'refused');
    assert.match('why' in refused ? refused.why : '', /nobody-made-this/);
    const { port } = await choosePorts(['port']);
    const away = readConfig({ ...t.env, TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
    assert.equal((await registerSearchAttributes(away)).end, 'away');
  });

  it('find an import, its batches and its state', async () => {
    for (const part of ['api', 'io', 'cpu'] as const) await t.start(part);
    const slow = await startPhotoServer(await pictures(40, 77_000), 50);
    try {
      const id = await t.startImport(slow.url, { tenant_name: 'forest' });
      const [tenant] = await t.db.run(
        (sql) => sql<{ id: string }[]>`select id from tenants where name = 'forest'`,
      );
      tenantId = tenant!.id;
      const mine = `TributaryTenant = '${tenantId}'`;
      await untilFound(
        `${mine} AND TributaryKind = 'import' AND TributaryState = 'processing'`,
        `import:${id}`,
      );
      await untilFound(`${mine} AND TributaryKind = 'batch'`, `assets:${id}:0`);
      await t.post(`/imports/${id}/pause`);
      await untilFound(`${mine} AND TributaryState = 'paused'`, `import:${id}`);
      await t.post(`/imports/${id}/resume`);
      await t.waitImport(id);
      await untilFound(
        `${mine} AND TributaryState = 'completed' AND TributaryKind = 'import'`,
        `import:${id}`,
      );
      const { source } = await t.get<ImportBody & { source: string }>(`/imports/${id}`);
      await untilFound(`TributarySource = '${source}' AND TributaryKind = 'batch'`, `assets:${id}:0`);
      assert.deepEqual(await found("TributaryTenant = 'forest'"), [], 'ids, never names');
    } finally {
      await slow.close();
    }
  });

  it('are not needed: what was started without them goes on without them', async () => {
    const folder = await folderOf(await pictures(3, 78_000));
    const bare = await startTributary();
    try {
      const id = await bare.startImport(folder);
      const job = await bare.waitImport(id);
      assert.equal(job.stored_files, 3);
      const { events } = await bare.client.workflow.getHandle(`import:${id}`).fetchHistory();
      // The SDK sets one of its own, of versions.
      const set = (events ?? []).flatMap(({ upsertWorkflowSearchAttributesEventAttributes: upsert }) =>
        Object.keys(upsert?.searchAttributes?.indexedFields ?? {}),
      );
      assert.deepEqual(
        set.filter((name) => name.startsWith('Tributary')),
        [],
      );
    } finally {
      await bare.close();
      await rm(folder, { recursive: true });
    }
  });
});
