import assert from 'node:assert/strict';
import { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { readConfig } from '../../config.ts';
import { createPayloadCodec } from '../../stores/payloads/codec.ts';
import { clientConverter } from '../../stores/payloads/converter.ts';
import { startPhotoServer } from '../hosting/photoServer.ts';
import { picture } from '../hosting/pictures.ts';
import { APART, startTributary, type Tributary } from '../hosting/tributary.ts';

const OLD = 'an-old-key-of-thirty-two-characters-or-more';
const NEW = 'a-new-key-of-thirty-two-characters-or-more!';

/** Everything that stands in a history as text, payloads unpacked from their base64. */
function readable(json: string): string {
  const unpacked = [...json.matchAll(/"data": ?"([A-Za-z0-9+/=]+)"/g)].map(([, data]) =>
    Buffer.from(data ?? '', 'base64').toString('latin1'),
  );
  return [json, ...unpacked].join('\n');
}

describe('payloads that are encrypted', function () {
  this.timeout(300_000);
  let t: Tributary;

  before(async () => {
    t = await startTributary({ parts: APART, env: { PAYLOAD_KEY: OLD } });
  });
  after(() => t?.close());

  async function restart(env: Record<string, string>): Promise<void> {
    for (const part of ['api', 'io', 'cpu'] as const) await t.kill(part, 'SIGTERM');
    for (const part of ['api', 'io', 'cpu'] as const) await t.start(part, env);
  }

  const historyOf = async (workflowId: string): Promise<string> =>
    readable(historyToJSON(await t.client.workflow.getHandle(workflowId).fetchHistory()));

  it('say nothing in a history, failures and summaries included', async () => {
    const id = await t.startImport('/no/such/folder-of-secrets');
    const job = await t.waitImport(id);
    assert.equal(job.status, 'failed');
    const history = await historyOf(`import:${id}`);
    assert.ok(
      history.includes('binary/encrypted') || history.includes('YmluYXJ5L2VuY3J5cHRlZA'),
      'is encrypted',
    );
    assert.ok(history.includes('Encoded failure'));
    // The id of the import is the workflow's own.
    for (const text of [
      'folder-of-secrets',
      'importId',
      'nextSlot',
      'listingComplete',
      'at async',
      'json/plain',
    ])
      assert.ok(!history.includes(text), `${text} can be read`);
    assert.ok(job.error?.detail, 'the failure itself is told where it belongs');
  });

  it('are read by who has the key, after it was changed, too', async () => {
    const photos = await startPhotoServer({ 'one.jpg': await picture(990_001) }, 1_000);
    try {
      const id = await t.startImport(photos.url);
      await t.post(`/imports/${id}/pause`).catch(() => null);
      await restart({ PAYLOAD_KEY: NEW, PREVIOUS_PAYLOAD_KEYS: OLD, PAYLOAD_REQUIRED: 'true' });
      await t.post(`/imports/${id}/resume`).catch(() => null);
      const job = await t.waitImport(id);
      assert.equal(job.stored_files, 1, JSON.stringify(job));
      const config = readConfig({ ...t.env, PAYLOAD_KEY: NEW, PREVIOUS_PAYLOAD_KEYS: OLD });
      const knowing = new Client({
        connection: t.client.connection,
        namespace: config.temporal.namespace,
        ...clientConverter(config.payloads),
      });
      assert.equal(await knowing.workflow.getHandle(`import:${id}`).result(), 'completed');
      assert.ok((await t.audit()).clean);
    } finally {
      await photos.close();
    }
  });

  it('are refused without their key, when they are damaged, and when they should be encrypted and are not', async () => {
    const payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('"secret"') };
    const old = createPayloadCodec({ key: OLD, previous: [], required: false });
    const [sealed] = await old.encode([payload]);
    assert.ok(sealed?.data && !Buffer.from(sealed.data).includes('secret'));
    const [again] = await old.encode([payload]);
    assert.notDeepEqual(again?.data, sealed.data, 'never the same twice');
    const rotated = createPayloadCodec({ key: NEW, previous: [OLD], required: true });
    const [opened] = await rotated.decode([sealed]);
    assert.equal(Buffer.from(opened?.data ?? []).toString(), '"secret"');
    const without = createPayloadCodec({ key: NEW, previous: [], required: false });
    await assert.rejects(without.decode([sealed]), /PREVIOUS_PAYLOAD_KEYS/);
    const data = Buffer.from(sealed.data);
    data[20] = (data[20] ?? 0) ^ 1;
    await assert.rejects(old.decode([{ ...sealed, data }]));
    await assert.rejects(rotated.decode([payload]), /not encrypted/);
    assert.deepEqual(await old.decode([payload]), [payload]);
    const ended = createPayloadCodec({ key: null, previous: [OLD], required: false });
    assert.deepEqual(await ended.encode([payload]), [payload]);
    assert.equal((await ended.decode([sealed])).length, 1);
  });
});
