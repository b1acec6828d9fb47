import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFfmpegDriver } from '../../capture/drivers/ffmpeg.ts';
import { CAMERA_USER, hasGstreamer, type RtspServer, startRtspServer } from '../capture/gstreamer.ts';
import { type FakeCamera, polite, startFakeCamera } from '../capture/rtsp/fakeCamera.ts';
import { describeNoTraces } from '../hosting/traces.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

const secret = (n: number) => `c4mera-${n}-9f8e7d6c5b`;
const SECRETS = [...Array.from({ length: 8 }, (_, n) => secret(n)), CAMERA_USER.password];

describe('secrets of cameras', function () {
  this.timeout(240_000);
  let t: Tributary;
  let server: RtspServer;
  let echo: FakeCamera;
  const answers: string[] = [];

  before(async function () {
    this.timeout(240_000);
    const driver = createFfmpegDriver({ ffmpegPath: process.env['FFMPEG_PATH'] || 'ffmpeg' });
    if (!(await hasGstreamer()) || !(await driver.isAvailable())) this.skip();
    server = await startRtspServer();
    // Throws everything that it was sent back in the caller's face, in the clear.
    let turn = 0;
    echo = await startFakeCamera((request, socket) => {
      const said = request.headers.map(([name, value]) => `${name}: ${value}`).join(' ');
      const sent = /Basic (\S+)/.exec(said)?.[1];
      if (sent === undefined && request.method === 'DESCRIBE')
        return { status: '401 Unauthorized', headers: ['WWW-Authenticate: Basic realm="x"'] };
      if (sent === undefined) return polite(request, socket);
      const plain = Buffer.from(sent, 'base64').toString();
      turn += 1;
      return {
        status: `${[500, 400, 403, 404, 301, 200][turn % 6]} ${plain.slice(0, 80)}`,
        headers: [
          `X-Echo: ${plain}`,
          `Location: rtsp://${plain}@127.0.0.1/`,
          'Content-Type: application/sdp',
        ],
        body: `v=0\r\ns=${plain}\r\nm=video 0 RTP/AVP 96\r\na=control:${plain}\r\n`,
      };
    });
    t = await startTributary({
      parts: ['api', 'io', 'cpu', 'capture'],
      env: { SECRET_KEY: 'a key of thirty-two characters or more', LOG_LEVEL: 'trace' },
    });
  });

  after(async () => {
    await t?.close();
    await Promise.all([server?.stop(), echo?.close()]);
  });

  async function call(method: string, at: string, body?: unknown): Promise<{ status: number; json: never }> {
    const response = await fetch(`${t.url}${at}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = bytes.toString('latin1');
    answers.push(`${method} ${at} ${response.status} ${JSON.stringify([...response.headers])} ${text}`);
    const json = response.headers.get('content-type')?.includes('json');
    return { status: response.status, json: (json ? JSON.parse(bytes.toString()) : null) as never };
  }

  async function settled(
    id: string,
  ): Promise<{ state: string; frames: number; failure: { type: string } | null }> {
    for (const until = Date.now() + 25_000; ; ) {
      const { json } = await call('GET', `/capture/sessions/${id}`);
      const session = json as { state: string; frames: number; failure: { type: string } | null };
      if (['completed', 'needs_attention', 'failed'].includes(session.state) || session.failure !== null)
        return session;
      if (Date.now() > until) return session;
      await sleep(250);
    }
  }

  it('go in by addresses and by fields, to cameras that take them, refuse them and tell everybody', async () => {
    const password = encodeURIComponent(CAMERA_USER.password);
    const user = CAMERA_USER.username;
    const basic = `127.0.0.1:${server.ports.basic}/h264`;
    const digest = `127.0.0.1:${server.ports.digest}/h264`;
    const ends = await Promise.all(
      [
        { name: 'basic', rtsp_url: `rtsp://${user}:${password}@${basic}` },
        { name: 'digest', rtsp_url: `rtsp://${digest}`, username: user, password: CAMERA_USER.password },
        { name: 'wrong basic', rtsp_url: `rtsp://${user}:${secret(0)}@${basic}` },
        { name: 'wrong digest', rtsp_url: `rtsp://${digest}`, username: secret(1), password: secret(2) },
        { name: 'echo', rtsp_url: `rtsp://ranger:${secret(3)}@127.0.0.1:${echo.port}/live` },
        { name: 'nobody', rtsp_url: `rtsp://ranger:${secret(4)}@127.0.0.1:65533/live` },
        { name: 'forbidden', rtsp_url: `rtsp://ranger:${secret(5)}@10.0.0.1/live` },
      ].map(async (camera) => {
        const { status, json } = await call('POST', '/cameras', camera);
        assert.equal(status, 201, JSON.stringify(json));
        const { id } = json as { id: string };
        const begun = (await call('POST', `/cameras/${id}/sessions`, {})).json as { id: string };
        const { state, failure } = await settled(begun.id);
        await call('POST', `/cameras/${id}/test`);
        await call('GET', `/cameras/${id}/snapshot`);
        await call('GET', `/cameras/${id}/frames`);
        await call('GET', `/cameras/${id}/gaps?format=csv`);
        await call('GET', `/cameras/${id}`);
        return [camera.name, failure?.type ?? state] as const;
      }),
    );
    const by = Object.fromEntries(ends);
    assert.equal(by['basic'], 'completed');
    assert.equal(by['digest'], 'completed');
    assert.equal(by['wrong basic'], 'auth_failed');
    assert.equal(by['wrong digest'], 'auth_failed');
    assert.equal(by['nobody'], 'source_unreachable');
    assert.equal(by['forbidden'], 'ssrf_blocked');
    assert.ok(echo.requests.length > 0);
  });

  it('go in by the older call, and by requests that are refused', async () => {
    const password = encodeURIComponent(CAMERA_USER.password);
    const { json } = await call('POST', '/api/v1/ingest/rtsp', {
      rtsp_url: `rtsp://${CAMERA_USER.username}:${password}@127.0.0.1:${server.ports.digest}/mjpeg`,
      camera_id: 'older',
    });
    const { request_id: id } = json as { request_id: string };
    for (;;) {
      const { status, frame_count: count } = (await call('GET', `/api/v1/ingest/status/${id}`)).json as {
        status: string;
        frame_count: number;
      };
      if (!['pending', 'processing'].includes(status)) {
        assert.deepEqual([status, count], ['completed', 1]);
        break;
      }
      await sleep(200);
    }
    for (const rtsp_url of [
      `rtsp://u:${secret(6)}@127.1/`,
      `rtsp://u:${secret(6)}@host:99999/`,
      `http://u:${secret(6)}@host/`,
      `rtsp://${secret(6)}@@host/`,
    ]) {
      assert.equal((await call('POST', '/ingest/rtsp', { rtsp_url, camera_id: 'x' })).status, 422);
      assert.equal((await call('POST', '/cameras', { rtsp_url, name: 'x' })).status, 422);
    }
    const both = { name: 'x', rtsp_url: `rtsp://u:${secret(6)}@host/`, username: 'v', password: secret(7) };
    assert.equal((await call('POST', '/cameras', both)).status, 422);
    await call('GET', '/cameras');
    await call('GET', '/poison_jobs');
  });

  describeNoTraces(SECRETS, () => ({ t, answers, histories: 10 }));
});
