import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { picture } from '../hosting/pictures.ts';
import { APART, startTributary, type Tributary } from '../hosting/tributary.ts';
import { describeUploadAttacks } from './attacks.ts';

const MAX = 2 * 2 ** 20;

interface Frame {
  frame_id: string;
  camera_id: string;
  name: string;
  status: string;
  storage_path: string | null;
  storage_url: string | null;
  asset_id: number | null;
  duplicate: boolean;
  width: number | null;
  height: number | null;
  size: number | null;
  mime_type: string | null;
  captured_at: string | null;
  metadata: Record<string, unknown>;
  error: { type: string; advice: string } | null;
}

interface Ingest {
  request_id: string;
  status: string;
  source_type: string;
  camera_id: string;
  message: string;
  frames: Frame[];
  frame_count: number;
  error: string | null;
  created_at: string;
  updated_at: string;
}

describe('frames of cameras', function () {
  this.timeout(240_000);
  let t: Tributary;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ parts: APART, env: { MAX_FILE_BYTES: String(MAX) } });
  });
  after(() => t.close());

  function send(
    files: readonly (readonly [string, Uint8Array])[],
    fields: Record<string, string> = { camera_id: 'north gate' },
    field = 'files',
  ): Promise<Response> {
    const form = new FormData();
    for (const [name, bytes] of files) form.append(field, new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
    // After the files, as some clients send them.
    for (const [key, value] of Object.entries(fields)) form.append(key, value);
    return fetch(`${t.url}/api/v1/ingest/upload`, { method: 'POST', body: form });
  }

  async function finished(id: string): Promise<Ingest> {
    for (;;) {
      const found = await t.get<Ingest>(`/api/v1/ingest/status/${id}`);
      if (!['pending', 'processing'].includes(found.status)) return found;
      await sleep(30);
    }
  }

  it('are taken, and told of as soon as they are done', async () => {
    const answer = await send([
      ['a.jpg', await picture(1)],
      ['b.jpg', await picture(2, 640, 480)],
    ]);
    assert.ok([200, 202].includes(answer.status));
    const begun = (await answer.json()) as Ingest;
    assert.equal(begun.source_type, 'upload');
    const done = await finished(begun.request_id);
    assert.deepEqual(
      [done.status, done.camera_id, done.frame_count, done.error],
      ['completed', 'north gate', 2, null],
    );
    const [a, b] = done.frames as [Frame, Frame];
    assert.deepEqual([a.name, a.width, a.height, a.mime_type], ['a.jpg', 320, 240, 'image/jpeg']);
    assert.deepEqual([b.name, b.width, b.height], ['b.jpg', 640, 480]);
    assert.equal(a.camera_id, 'north gate');
    assert.match(a.frame_id, /^[0-9a-f-]{36}$/);
    assert.equal((await t.objects.head(a.storage_path!))?.bytes, a.size);
    assert.equal((await fetch(`${t.url}${a.storage_url}`)).status, 200);
    assert.match(done.updated_at, /Z$/);
    assert.equal(typeof a.metadata, 'object');
  });

  it('are reported one by one when some are bad', async () => {
    const good = await picture(3);
    const answer = await send([
      ['text.jpg', Buffer.from('no picture')],
      ['good.jpg', good],
      ['large.jpg', Buffer.concat([good, randomBytes(MAX)])],
      ['cut.jpg', (await picture(4)).subarray(0, 1_000)],
      ['empty.jpg', Buffer.alloc(0)],
      ['twice.jpg', good],
    ]);
    const { request_id } = (await answer.json()) as Ingest;
    const done = await finished(request_id);
    assert.equal(done.status, 'partial');
    assert.deepEqual(
      done.frames.map((frame) => frame.error?.type ?? frame.status),
      ['unsupported_format', 'completed', 'too_large', 'truncated', 'empty_file', 'completed'],
    );
    assert.equal(done.error, '4 of 6 frames could not be taken');
    assert.ok(done.frames.every((frame) => frame.error === null || frame.error.advice !== ''));
    assert.equal(done.frames[1]?.asset_id, done.frames[5]?.asset_id);
    assert.equal(done.frames.filter((frame) => frame.duplicate).length, 1);
    assert.deepEqual(await readdir(t.config.storage.scratchDir), []);
  });

  it('answer 200 when nothing is left to do', async () => {
    const bytes = await picture(1);
    const known = await send([['again.jpg', bytes]]);
    assert.equal(known.status, 200);
    assert.equal(((await known.json()) as Ingest).status, 'completed');
    const bad = await send([['x.jpg', Buffer.from('nothing')]]);
    assert.equal(bad.status, 200);
    assert.equal(((await bad.json()) as Ingest).status, 'failed');
  });

  it('answer 202 while the pipeline is away, and finish when it is back', async function () {
    this.timeout(240_000);
    await t.kill('io', 'SIGTERM');
    const answer = await send([['later.jpg', await picture(5)]]);
    assert.equal(answer.status, 202);
    const begun = (await answer.json()) as Ingest;
    assert.equal(begun.status, 'processing');
    assert.equal(begun.frames[0]?.width, null);
    await t.start('io');
    assert.equal((await finished(begun.request_id)).status, 'completed');
  });

  it('say what is wrong with a request', async () => {
    const picture1 = [['a.jpg', await picture(1)]] as const;
    for (const [what, answer, pointer] of [
      ['no camera', await send(picture1, {}), '/camera_id'],
      ['an empty camera', await send(picture1, { camera_id: ' ' }), '/camera_id'],
      ['a camera with a line break', await send(picture1, { camera_id: 'a\r\nb' }), '/camera_id'],
      ['no files', await send([]), '/files'],
      ['another field', await send(picture1, { camera_id: 'x' }, 'file'), '/files'],
      [
        'too many',
        await send(Array.from({ length: 101 }, () => ['a.jpg', Buffer.from('x')] as const)),
        '/files',
      ],
    ] as const) {
      assert.equal(answer.status, 422, what);
      const problem = (await answer.json()) as { errors: { pointer: string }[]; detail: string };
      assert.equal(problem.errors[0]?.pointer, pointer, what);
    }
    assert.deepEqual(await readdir(t.config.storage.scratchDir), []);
    assert.equal((await fetch(`${t.url}/ingest/status/${crypto.randomUUID()}`)).status, 404);
    assert.equal((await fetch(`${t.url}/ingest/status/nonsense`)).status, 404);
  });

  it('keep hostile names as text', async () => {
    const names = ['../../etc/passwd', '"><img onerror>.jpg', '=cmd().jpg', '\u202Egpj.exe'];
    const answer = await send(
      await Promise.all(names.map(async (name, i) => [name, await picture(50 + i)] as const)),
    );
    const { request_id } = (await answer.json()) as Ingest;
    const { frames } = await finished(request_id);
    // What browsers escape in a form stays escaped; a path is cut to its last part by the parser.
    assert.deepEqual(
      frames.map(({ name }) => name),
      ['passwd', '"><img onerror>.jpg', '=cmd().jpg', '\u202Egpj.exe'],
    );
    assert.ok(frames.every(({ storage_path: key }) => /^[0-9a-f-]{36}\/[0-9a-f-]{36}\/original$/.test(key!)));
  });

  describeUploadAttacks(() => t, {
    path: '/api/v1/ingest/upload',
    field: 'files',
    head: () => picture(6),
    max: 2 * MAX,
  });

  it('end clean', async () => {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });
});
