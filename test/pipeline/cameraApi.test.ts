import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFfmpegDriver } from '../../capture/drivers/ffmpeg.ts';
import { CAMERA_USER, hasGstreamer, look, type RtspServer, startRtspServer } from '../capture/gstreamer.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

interface Look {
  ok: boolean;
  codec: string | null;
  width: number | null;
  height: number | null;
  took_ms: number | null;
  snapshot_url: string | null;
  error: { type: string; detail: string; advice: string } | null;
}
interface Ingest {
  request_id: string;
  status: string;
  frame_count: number;
  frames: {
    status: string;
    width: number;
    height: number;
    mime_type: string;
    captured_at: string;
    storage_url: string;
  }[];
  error: string | null;
}

const MAIN = path.resolve(import.meta.dirname, '../../dist/cli/main.js');

/** A frame takes some tenths of a second to come through a codec, more on a busy machine. */
const FRESH_MS = 4_000;

describe('cameras, from the API to the picture', function () {
  this.timeout(240_000);
  let t: Tributary;
  let server: RtspServer;

  before(async function () {
    this.timeout(240_000);
    const driver = createFfmpegDriver({ ffmpegPath: process.env['FFMPEG_PATH'] || 'ffmpeg' });
    if (!(await hasGstreamer()) || !(await driver.isAvailable())) this.skip();
    server = await startRtspServer();
    t = await startTributary({
      parts: ['api', 'io', 'cpu', 'capture'],
      env: { SECRET_KEY: 'a key of thirty-two characters or more' },
    });
  });
  after(async () => {
    await t?.close();
    await server?.stop();
  });

  const address = (mount: string) => `rtsp://127.0.0.1:${server.ports.open}${mount}`;
  const add = async (mount = '/h264') =>
    (await t.post<{ id: string }>('/cameras', { name: mount, rtsp_url: address(mount) })).id;
  const jpeg = async (response: Response) => {
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'image/jpeg');
    return Buffer.from(await response.arrayBuffer());
  };

  it('are tested: what they show, or what is wrong with them', async () => {
    const id = await add();
    const seen = await t.post<Look>(`/cameras/${id}/test`);
    assert.deepEqual(
      [seen.ok, seen.codec, seen.width, seen.height, seen.error],
      [true, 'h264', 320, 240, null],
    );
    assert.ok((seen.took_ms ?? 0) > 0);
    await look(await jpeg(await fetch(`${t.url}${seen.snapshot_url}`)));
    const gone = await t.post<Look>(`/cameras/${await add('/nothing')}/test`);
    assert.deepEqual([gone.ok, gone.error?.type], [false, 'source_not_found']);
    assert.ok((gone.error?.advice.length ?? 0) > 10);
  });

  it('give a new picture when they are asked for one', async () => {
    const id = await add('/h265');
    for (let turn = 0; turn < 2; turn += 1) {
      const asked = Date.now();
      const response = await fetch(`${t.url}/cameras/${id}/snapshot?fresh=1`);
      const { at } = await look(await jpeg(response));
      assert.ok(at.getTime() > asked - FRESH_MS, `${asked - at.getTime()} ms old`);
      const told = Date.parse(response.headers.get('x-captured-at') ?? '');
      assert.ok(Math.abs(told - at.getTime()) < FRESH_MS);
    }
    const wrong = await fetch(`${t.url}/cameras/${await add('/nothing')}/snapshot?fresh=1`);
    assert.equal(wrong.status, 502);
    assert.match(await wrong.text(), /source_not_found/);
  });

  it('show a film to whoever looks, without a session and with one', async () => {
    const id = await add();
    const film = async (pictures: number): Promise<number> => {
      const response = await fetch(`${t.url}/cameras/${id}/live`);
      assert.equal(response.status, 200);
      let seen = 0;
      let tail = '';
      for await (const chunk of response.body!) {
        tail += Buffer.from(chunk as Uint8Array).toString('latin1');
        seen += tail.split('X-Captured-At').length - 1;
        tail = tail.slice(-12);
        if (seen >= pictures) break;
      }
      return seen;
    };
    assert.ok((await film(6)) >= 6);
    const session = await t.post<{ id: string }>(`/cameras/${id}/sessions`, { capture_mode: 'continuous' });
    assert.ok((await film(6)) >= 6);
    await t.post(`/capture/sessions/${session.id}/stop`);
    for (;;) {
      const { state, frames } = await t.get<{ state: string; frames: number }>(
        `/capture/sessions/${session.id}`,
      );
      if (state === 'stopped') break;
      assert.notEqual(state, 'failed', `${frames}`);
      await sleep(100);
    }
  });

  it('are captured by the call of older clients', async () => {
    const asked = Date.now();
    const begun = await t.post<Ingest>('/api/v1/ingest/rtsp', {
      rtsp_url: address('/mjpeg'),
      camera_id: 'older',
      capture_mode: 'burst',
      frame_count: 3,
    });
    let done: Ingest;
    for (;;) {
      done = await t.get<Ingest>(`/api/v1/ingest/status/${begun.request_id}`);
      if (!['pending', 'processing'].includes(done.status)) break;
      await sleep(100);
    }
    assert.deepEqual(
      [done.status, done.frame_count, done.error],
      ['completed', 3, null],
      JSON.stringify(done),
    );
    for (const frame of done.frames) {
      assert.deepEqual(
        [frame.status, frame.width, frame.height, frame.mime_type],
        ['completed', 320, 240, 'image/jpeg'],
      );
      assert.ok(Date.parse(frame.captured_at) >= asked - FRESH_MS);
      const { at } = await look(await jpeg(await fetch(`${t.url}${frame.storage_url}`)), false);
      assert.ok(Math.abs(at.getTime() - Date.parse(frame.captured_at)) < FRESH_MS);
    }
  });

  it('are seen again when what was wrong with them was put right', async () => {
    const id = await add('/nothing');
    const { id: session } = await t.post<{ id: string }>(`/cameras/${id}/sessions`, {
      capture_mode: 'single_frame',
    });
    const until = async (state: string) => {
      for (;;) {
        const found = await t.get<{ state: string; failure: { type: string } | null }>(
          `/capture/sessions/${session}`,
        );
        if (found.state === state) return found;
        await sleep(100);
      }
    };
    assert.equal((await until('needs_attention')).failure?.type, 'source_not_found');
    const { condition } = await t.get<{ condition: string }>(`/cameras/${id}`);
    assert.equal(condition, 'lost');
    const patched = await fetch(`${t.url}/cameras/${id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ rtsp_url: address('/h264') }),
    });
    assert.equal(patched.status, 200);
    await until('completed');
    const { gaps, totals } = await t.get<{
      gaps: { to: string | null; reason: string }[];
      totals: { gaps: number };
    }>(`/cameras/${id}/gaps`);
    assert.deepEqual([gaps.length, gaps[0]?.reason, totals.gaps], [1, 'source_not_found', 1]);
    assert.ok(gaps[0]?.to);
  });

  it('are had from the command line, too', async () => {
    const run = async (args: string[], input = ''): Promise<{ code: number; out: string }> => {
      const child = spawn(process.execPath, [MAIN, 'cameras', ...args, '--server', t.url], {
        env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
      });
      child.stdin.end(input);
      const closed = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
      const [out, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
      assert.ok(!`${out}${errors}`.includes(CAMERA_USER.password), out);
      return { code, out: `${out}${errors}` };
    };
    const at = `rtsp://127.0.0.1:${server.ports.digest}/h264`;
    const login = JSON.stringify(CAMERA_USER);
    const added = await run(['add', at, '--name', 'Old barn', '--credentials', '-', '--test'], login);
    assert.equal(added.code, 0, added.out);
    assert.match(added.out, /ok: h264, 320 × 240[\s\S]*old-barn/);
    const wrong = await run(
      ['add', at, '--name', 'Wrong', '--credentials', '-', '--test'],
      '{"username":"x","password":"y"}',
    );
    assert.equal(wrong.code, 1);
    assert.match(wrong.out, /FAILED[\s\S]*not added/);
    const told = await run(['add', at.replace('//', '//cam:secret@'), '--name', 'Told']);
    assert.equal(told.code, 1);
    assert.match(told.out, /--credentials/);
    assert.match((await run(['list'])).out, /old-barn/);
    const captured = await run(['capture', 'old-barn', '--mode', 'burst', '--count', '2', '--wait']);
    assert.deepEqual([captured.code, /completed: 2 frames/.test(captured.out)], [0, true], captured.out);
    assert.match((await run(['gaps', 'old-barn'])).out, /Seen for .* of /);
    const nobody = await run(['test', 'nobody']);
    assert.equal(nobody.code, 1);
    assert.match(nobody.out, /There is no camera "nobody"/);
  });

  it('go with their tenant, while they are captured', async () => {
    const { id } = await t.post<{ id: string }>('/cameras', {
      name: 'Leaving',
      rtsp_url: address('/h264'),
      tenant_name: 'leaving',
    });
    const { id: session } = await t.post<{ id: string }>(`/cameras/${id}/sessions`, {
      capture_mode: 'continuous',
    });
    await t.post(`/cameras/${id}/windows`, { name: 'w', from: '00:00', to: '00:00' });
    while ((await t.get<{ frames: number }>(`/capture/sessions/${session}`)).frames === 0) await sleep(100);
    const asked = await fetch(`${t.url}/tenants/leaving?confirm=leaving`, { method: 'DELETE' });
    assert.equal(asked.status, 202);
    while ((await fetch(`${t.url}/tenants/leaving`)).status !== 404) await sleep(200);
    for (const table of [
      'cameras',
      'capture_sessions',
      'capture_windows',
      'capture_frames',
      'capture_gaps',
    ]) {
      const rows = await t.db.run(
        (sql) =>
          sql`select from ${sql(table)} r where not exists (select from tenants where id = r.tenant_id)`,
      );
      assert.equal(rows.length, 0, table);
    }
    assert.equal((await fetch(`${t.url}/cameras/${id}`)).status, 404);
    const audit = await t.audit();
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});
