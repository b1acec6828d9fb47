import assert from 'node:assert/strict';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

interface Ingest {
  request_id: string;
  status: string;
  source_type: string;
  camera_id: string;
  message: string;
  frames: Record<string, unknown>[];
  frame_count: number;
  error: string | null;
}

const SECRET = 'c0ntract-canary';

describe('cameras of older clients', function () {
  this.timeout(240_000);
  let t: Tributary;

  before(async function () {
    this.timeout(240_000);
    // Nobody carries sessions on, so rows stay as this test makes them.
    t = await startTributary({
      parts: ['api'],
      env: { SECRET_KEY: 'a key of thirty-two characters or more' },
    });
  });
  after(() => t?.close());

  async function send(body: object): Promise<{ status: number; json: Ingest }> {
    const response = await fetch(`${t.url}/api/v1/ingest/rtsp`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    const text = await response.text();
    assert.ok(!text.includes(SECRET), text);
    return { status: response.status, json: JSON.parse(text) as Ingest };
  }
  const status = (id: string) => t.get<Ingest>(`/api/v1/ingest/status/${id}`);
  const row = async (id: string) => {
    const [found] = await t.db.run(
      (sql) => sql<
        {
          cameraId: string;
          address: string | null;
          credentialId: string | null;
          order: Record<string, unknown>;
        }[]
      >`
        select camera_id as "cameraId", address, credential_id as "credentialId", "order"
        from capture_sessions where id = ${id}`,
    );
    return found!;
  };

  it('are accepted as the contract has it', async () => {
    const { status: code, json } = await send({
      rtsp_url: `rtsp://u:${SECRET}@192.0.2.7/live`,
      camera_id: 'north-01',
      capture_mode: 'burst',
      frame_count: 3,
      interval_seconds: 10,
    });
    assert.equal(code, 202);
    const { request_id, message, ...rest } = json;
    assert.match(request_id, /^[0-9a-f-]{36}$/);
    assert.ok(message.length > 0);
    for (const [key, value] of Object.entries({
      status: 'pending',
      source_type: 'rtsp',
      camera_id: 'north-01',
      frames: [],
      frame_count: 0,
      error: null,
    })) {
      assert.deepEqual(rest[key as keyof typeof rest], value, key);
    }
    assert.equal((await status(request_id)).status, 'pending');
    assert.deepEqual((await row(request_id)).order, {
      mode: 'burst',
      frameCount: 3,
      decode: 'all',
      quality: 90,
    });
    const { cameras } = await t.get<{
      cameras: { id: string; has_credentials: boolean; rtsp_url: string }[];
    }>('/cameras?camera_id=north-01');
    assert.deepEqual(
      cameras.map(({ has_credentials, rtsp_url }) => [has_credentials, rtsp_url]),
      [[true, 'rtsp://192.0.2.7/live']],
    );
  });

  it('are the same camera again, by another address for one session only', async () => {
    const body = { rtsp_url: `rtsp://u:${SECRET}@192.0.2.7/1`, camera_id: 'again' };
    const first = await row((await send(body)).json.request_id);
    const second = await row((await send(body)).json.request_id);
    assert.deepEqual([second.cameraId, second.address, second.credentialId], [first.cameraId, null, null]);
    const bare = await row((await send({ ...body, rtsp_url: 'rtsp://192.0.2.7/1' })).json.request_id);
    assert.equal(bare.address, null, 'with what the camera is registered with');
    const other = await row((await send({ ...body, rtsp_url: 'rtsp://192.0.2.7/2' })).json.request_id);
    assert.deepEqual(
      [other.cameraId, other.address, other.credentialId],
      [first.cameraId, 'rtsp://192.0.2.7/2', null],
    );
    const login = await row((await send({ ...body, rtsp_url: 'rtsp://u:new@192.0.2.7/1' })).json.request_id);
    assert.equal(login.address, 'rtsp://192.0.2.7/1');
    assert.ok(login.credentialId);
    const all = await Promise.all(Array.from({ length: 8 }, () => send({ ...body, camera_id: 'at once' })));
    const cameras = await Promise.all(all.map(async ({ json }) => (await row(json.request_id)).cameraId));
    assert.equal(new Set(cameras).size, 1);
  });

  it('are refused with what is wrong', async () => {
    for (const body of [
      {},
      { rtsp_url: 'rtsp://192.0.2.7/' },
      { camera_id: 'x' },
      { rtsp_url: 'rtsp://192.0.2.7/', camera_id: 'x', capture_mode: 'always' },
      { rtsp_url: 'rtsp://192.0.2.7/', camera_id: 'x', fps: 1_000 },
      { rtsp_url: 'rtsp://192.0.2.7/', camera_id: '' },
    ]) {
      assert.equal((await send(body)).status, 422, JSON.stringify(body));
    }
  });

  it('are told of in the states that they know', async () => {
    const { json } = await send({
      rtsp_url: 'rtsp://192.0.2.7/',
      camera_id: 'states',
      capture_mode: 'continuous',
    });
    const id = json.request_id;
    const { cameraId } = await row(id);
    async function told(state: string, more: { frames?: number; failure?: string } = {}): Promise<Ingest> {
      await t.db.run(
        (sql) => sql`
          update capture_sessions set state = ${state}, frames = ${more.frames ?? 0}, failure_type = ${more.failure ?? null},
            failure_detail = ${more.failure ? 'The camera said no.' : null},
            ended_at = ${['completed', 'stopped', 'failed'].includes(state) ? new Date() : null}
          where id = ${id}`,
      );
      return status(id);
    }
    for (const state of ['connecting', 'capturing', 'waiting', 'paused']) {
      assert.equal((await told(state)).status, 'processing', state);
    }
    const help = await told('needs_attention', { failure: 'auth_failed' });
    assert.equal(help.status, 'processing');
    assert.match(help.error ?? '', /refused access.*The camera said no/);
    assert.equal((await told('failed', { failure: 'source_unreachable' })).status, 'failed');
    const nothing = await told('stopped');
    assert.deepEqual([nothing.status, nothing.error], ['failed', 'No picture was captured']);

    await t.db.tx(async (tx) => {
      const [one] = await tx<{ tenant_id: string }[]>`select tenant_id from cameras where id = ${cameraId}`;
      const tenantId = one!.tenant_id;
      const [source] = await tx<{ id: string }[]>`
        insert into sources (tenant_id, kind, address) values (${tenantId}, 'rtsp', 'rtsp:') returning id`;
      const [made] = await tx<{ id: string }[]>`
        insert into imports (tenant_id, source_id, kind, address, state)
        values (${tenantId}, ${source!.id}, 'rtsp', 'rtsp:', 'completed') returning id`;
      for (let n = 1; n <= 120; n += 1) {
        const [item] = await tx<{ id: number }[]>`
          insert into import_items (tenant_id, import_id, item_key, external_id, name, version, state, reason)
          values (${tenantId}, ${made!.id}, decode(md5(${`${n}a`}) || md5(${`${n}b`}), 'hex'), ${String(n)}, ${`${n}.jpg`}, '',
            ${n === 120 ? 'failed' : 'stored'}, ${n === 120 ? 'store_unavailable' : null}) returning id`;
        await tx`
          insert into capture_frames (tenant_id, camera_id, session_id, seq, captured_at, item_id, width, height, bytes)
          values (${tenantId}, ${cameraId}, ${id}, ${n}, ${new Date(Date.UTC(2026, 4, 1, 12, 0, n))}, ${item!.id}, 640, 480, 9)`;
      }
    });
    const partial = await told('completed', { frames: 120 });
    assert.deepEqual([partial.status, partial.frame_count, partial.frames.length], ['partial', 120, 100]);
    assert.equal(partial.error, '1 of 120 frames could not be taken');
    const [newest, next] = partial.frames;
    assert.equal(newest?.['status'], 'failed');
    assert.equal(next?.['captured_at'], '2026-05-01T12:01:59.000Z');
    assert.equal(next?.['camera_id'], 'states');
    for (const field of ['frame_id', 'storage_path', 'width', 'height', 'size', 'mime_type', 'metadata']) {
      assert.ok(next && field in next, field);
    }
    await t.db.run(
      (sql) => sql`update import_items set state = 'stored', reason = null where state = 'failed'`,
    );
    assert.equal((await told('completed', { frames: 120 })).status, 'completed');
    assert.equal((await told('failed', { frames: 120, failure: 'source_unreachable' })).status, 'partial');
  });

  it('are not known under ids of nobody', async () => {
    const response = await fetch(`${t.url}/ingest/status/00000000-0000-4000-8000-000000000000`);
    assert.equal(response.status, 404);
  });
});
