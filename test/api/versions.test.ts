import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addFrom } from '../../cli/models.ts';
import { documentOf } from '../../cli/openapi.ts';
import { readConfig } from '../../config.ts';
import { brightBlobs, putModel } from '../hosting/models.ts';
import { picture } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

type Method = 'put' | 'patch' | 'delete';
interface Operation {
  parameters?: { $ref?: string }[];
  responses: Record<string, { headers?: Record<string, unknown> }>;
}

/** Changes that take no `If-Match`, and why. */
const EXEMPT: Readonly<Record<string, string>> = {
  'patch /uploads/tus/{id}': 'tus has Upload-Offset in its place',
  'delete /uploads/tus/{id}': 'an upload that is given up was never read',
  'put /auth/password': 'nobody reads a password; who changes it says the one before',
  'delete /api-keys/{id}': 'whatever a key has become, it is to end',
  'patch /members/{id}': 'a role is all there is, and has no address of its own to be read at',
  'delete /members/{id}': 'whatever a member has become, they are to go',
  'delete /duplicates/dismissals/{id}': 'a dismissal is made and taken back, and never changed',
};

const document = documentOf(readConfig({}));
const paths = document.paths as unknown as Record<string, Partial<Record<Method | 'get', Operation>>>;
const takesIfMatch = ({ parameters = [] }: Operation): boolean =>
  parameters.some(({ $ref }) => $ref?.endsWith('/IfMatch'));
const CHANGES: readonly Method[] = ['put', 'patch', 'delete'];
const changesOf = (at: string) =>
  CHANGES.flatMap((method) => {
    const operation = paths[at]?.[method];
    return operation === undefined || `${method} ${at}` in EXEMPT ? [] : [{ method, operation }];
  });
const all = Object.keys(paths).map((at) => ({ at, get: paths[at]?.get, changes: changesOf(at) }));
const changeable = all.flatMap(({ at, get, changes }) =>
  get === undefined || changes.length === 0 ? [] : [{ at, get, changes }],
);

/** Makes one of a kind to be changed, and says where it is; the body of a change differs with its number. */
interface Subject {
  make(t: Tributary): Promise<string>;
  body?(i: number): unknown;
  /** What a deletion wants beside it. */
  query?(at: string): string;
}

const made = async (t: Tributary, at: string, body: object): Promise<string> =>
  `${at}/${(await t.post<{ id: string }>(at, body)).id}`;
const camera = (t: Tributary): Promise<string> =>
  made(t, '/cameras', { name: randomUUID(), rtsp_url: 'rtsp://192.0.2.7/live' });
const image = async (t: Tributary): Promise<number> => {
  seed += 1;
  const form = new FormData();
  form.append('file', new Blob([(await picture(seed)) as Uint8Array<ArrayBuffer>]), 'a.jpg');
  const answer = await fetch(`${t.url}/upload/`, {
    method: 'POST',
    body: form,
    headers: { prefer: 'wait=60' },
  });
  return ((await answer.json()) as { asset_id: number }).asset_id;
};
let seed = 91_000;

const calibration = (i: number) => ({
  ...{ note: `${i}`, distortion: { model: 'fisheye', coefficients: [0, 0, 0, i / 10] } },
});

const SUBJECTS: Readonly<Record<string, Subject>> = {
  '/image-pull-sources/{id}': {
    make: (t) =>
      made(t, '/image-pull-sources', { name: 'One', base_url: 'https://example.org/', is_active: false }),
    body: (i) => ({ name: `Source ${i}` }),
  },
  '/cameras/{id}': { make: camera, body: (i) => ({ name: `Camera ${i}` }) },
  '/cameras/{id}/calibration': {
    async make(t) {
      const at = `${await camera(t)}/calibration`;
      const body = JSON.stringify(calibration(0));
      await fetch(`${t.url}${at}`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body });
      return at;
    },
    body: calibration,
  },
  '/capture/sessions/{id}': {
    async make(t) {
      const at = `${await camera(t)}/sessions`;
      const { id } = await t.post<{ id: string }>(at, { capture_mode: 'interval', interval_seconds: 60 });
      return `/capture/sessions/${id}`;
    },
    body: (i) => ({ interval_seconds: 70 + i }),
  },
  '/cameras/{id}/windows/{window_id}': {
    make: async (t) =>
      made(t, `${await camera(t)}/windows`, { name: 'Dawn', from: '05:00', to: '06:00', order: {} }),
    body: (i) => ({ name: `Window ${i}` }),
  },
  '/locations/{id}': {
    make: (t) => made(t, '/locations', { name: 'Pond' }),
    body: (i) => ({ country: ['DEU', 'FRA', 'ITA', 'ESP', 'POL', 'AUT'][i % 6] }),
  },
  '/images/{id}': {
    make: async (t) => `/images/${await image(t)}`,
    body: (i) => ({ focal_point: { x: 0.1 + i / 20, y: 0.5 } }),
  },
  '/exports/{id}/file': {
    async make(t) {
      const answer = await fetch(`${t.url}/exports`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', prefer: 'wait=60' },
        body: JSON.stringify({ format: 'csv', ids: [await image(t)] }),
      });
      const { export_id: id, state } = (await answer.json()) as { export_id: string; state: string };
      assert.equal(state, 'completed');
      return `/exports/${id}/file`;
    },
  },
  '/models/{id}/thresholds': {
    async make(t) {
      const dir = path.join(tmpdir(), `tributary-versions-${randomUUID()}`);
      const { manifestPath } = await putModel(dir, 'yolov5', brightBlobs(256), {
        ...{ name: 'blobs', version: randomUUID(), input: { width: 256, height: 256 } },
        thresholds: { typical: 0.5, conservative: 0.05 },
      });
      await addFrom(t.config, manifestPath);
      await rm(dir, { recursive: true });
      const { models } = await t.get<{ models: { id: number }[] }>('/models');
      return `/models/${models[0]?.id}/thresholds`;
    },
    body: (i) => ({ thresholds: { animal: 0.6 + i / 100 } }),
  },
  '/campaigns/{id}': {
    async make(t) {
      const body = { name: 'Foxes', label: 'fox', ids: [await image(t)] };
      return `/campaigns/${(await t.post<{ campaign_id: string }>('/campaigns', body)).campaign_id}`;
    },
    body: (i) => ({ name: `Foxes ${i}` }),
  },
  '/reprocess/{id}': {
    async make(t) {
      // Slow enough to be changed while it runs.
      const body = { filter: { ids: [await image(t), await image(t)] }, images_per_minute: 1 };
      const { reprocess_id: id } = await t.post<{ reprocess_id: string }>('/reprocess', body);
      await t.post(`/reprocess/${id}/pause`);
      return `/reprocess/${id}`;
    },
    body: (i) => ({ images_per_minute: 2 + i }),
  },
  '/tenants/{name}': {
    async make(t) {
      const name = `t${randomUUID().slice(0, 8)}`;
      await t.post('/tenants', { name });
      return `/tenants/${name}`;
    },
    body: (i) => ({ max_assets: 1_000 + i }),
    query: (at) => `?confirm=${at.split('/').at(-1)}`,
  },
  '/tenants/{name}/privacy': {
    async make(t) {
      const name = `t${randomUUID().slice(0, 8)}`;
      await t.post('/tenants', { name });
      return `/tenants/${name}/privacy`;
    },
    body: (i) => ({ blur_people: true, margin: 0.2 + i / 100 }),
  },
  '/presets/{name}': {
    async make(t) {
      const name = `p${randomUUID().slice(0, 8)}`;
      await t.post('/presets', { name, width: 64, height: 64 });
      return `/presets/${name}`;
    },
    body: (i) => ({ width: 65 + i, height: 64 }),
  },
  '/webhooks/{id}': {
    make: (t) => made(t, '/webhooks', { url: 'https://example.org/hook', events: ['asset.ready'] }),
    body: (i) => ({ name: `Hook ${i}` }),
  },
  '/rules/{id}': {
    make: (t) => made(t, '/rules', { name: 'Foxes', when: { labels: ['fox'] } }),
    body: (i) => ({ name: `Rule ${i}` }),
  },
};

describe('what can be changed', function () {
  this.timeout(180_000);

  describe('as the document has it', () => {
    for (const { at, get, changes } of changeable) {
      it(`has an ETag and takes it back: ${at}`, () => {
        assert.ok('ETag' in (get.responses['200']?.headers ?? {}), 'the answer to GET has an ETag');
        assert.ok('304' in get.responses, 'GET is answered 304');
        for (const { method, operation } of changes) {
          assert.ok(takesIfMatch(operation), `${method} takes If-Match`);
          assert.ok('412' in operation.responses, `${method} is answered 412`);
        }
      });
    }

    it('takes If-Match wherever it is changed, but where that is meant', () => {
      const without = Object.keys(paths).flatMap((at) =>
        CHANGES.filter((method) => {
          const operation = paths[at]?.[method];
          return operation !== undefined && !takesIfMatch(operation);
        }).map((method) => `${method} ${at}`),
      );
      assert.deepEqual(without.sort(), Object.keys(EXEMPT).sort());
    });

    it('is all of it: there are enough, and each is tried below', () => {
      assert.deepEqual(changeable.map(({ at }) => at).sort(), Object.keys(SUBJECTS).sort());
    });
  });

  describe('is changed as it was read, or not at all', () => {
    let t: Tributary;

    before(async function () {
      this.timeout(240_000);
      t = await startTributary({ env: { SECRET_KEY: 'a key of thirty-two characters or more' } });
    });
    after(() => t?.close());

    const ask = (method: string, at: string, headers: Record<string, string>, body?: unknown) =>
      fetch(`${t.url}${at}`, {
        method: method.toUpperCase(),
        // Without a word of its own, fetch adds "no-cache" to conditional requests.
        headers: { 'content-type': 'application/json', 'cache-control': 'max-age=0', ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });

    /** Its ETag, once nothing changes any more by itself: 304 is said of it. */
    async function tagOf(at: string): Promise<string> {
      for (;;) {
        const seen = await ask('get', at, {});
        assert.equal(seen.status, 200, await seen.text());
        const tag = seen.headers.get('etag') ?? '';
        assert.match(tag, /^"[\w.-]+"$/);
        const again = await ask('get', at, { 'if-none-match': tag });
        if (again.status === 304) return tag;
        assert.equal(again.status, 200);
        await again.arrayBuffer();
      }
    }

    async function isRefused(answer: Response): Promise<void> {
      const { type, detail } = (await answer.json()) as { type: string; detail: string };
      assert.deepEqual([answer.status, type], [412, 'tag:tributary,2026:changed_meanwhile']);
      assert.match(detail, /read it again/);
    }

    for (const { at: pattern, changes } of changeable) {
      it(pattern, async () => {
        const subject = SUBJECTS[pattern];
        assert.ok(subject);
        const at = await subject.make(t);
        for (const { method } of changes.filter((each) => each.method !== 'delete')) {
          const before = await tagOf(at);
          await isRefused(await ask(method, at, { 'if-match': '"0.x"' }, subject.body?.(0)));
          await isRefused(await ask(method, at, { 'if-match': `W/${before}` }, subject.body?.(0)));
          assert.equal(await tagOf(at), before, 'nothing was done');
          const answers: Response[] = await Promise.all(
            [1, 2, 3, 4, 5].map((i) =>
              ask(method, at, { 'if-match': `"0.x", ${before}` }, subject.body?.(i)),
            ),
          );
          assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412, 412, 412, 412]);
          const [version] = (await tagOf(at)).split('.');
          const told = answers.find(({ status }) => status === 200)?.headers.get('etag') ?? '';
          assert.equal(told.split('.')[0], version, 'the change says what it is now');
          await isRefused(await ask(method, at, { 'if-match': before }, subject.body?.(0)));
          assert.equal((await ask(method, at, { 'if-match': told }, subject.body?.(0))).status, 200);
        }
        if (!changes.some(({ method }) => method === 'delete')) return;
        const query = subject.query?.(at) ?? '';
        const tag = await tagOf(at);
        await isRefused(await ask('delete', `${at}${query}`, { 'if-match': '"0.x"' }));
        assert.equal(await tagOf(at), tag);
        const gone = await ask('delete', `${at}${query}`, { 'if-match': tag });
        assert.ok(gone.ok, `${gone.status} ${await gone.text()}`);
      });
    }

    it('/images/{id}, when somebody said something of it meanwhile', async () => {
      const at = `/images/${await image(t)}`;
      const tag = await tagOf(at);
      await t.post(`${at}/annotations`, {
        action: 'add',
        label: 'fox',
        bbox: [0.1, 0.1, 0.2, 0.2],
        author: 'Ann',
      });
      await isRefused(await ask('delete', at, { 'if-match': tag }));
      assert.equal((await ask('delete', at, { 'if-match': await tagOf(at) })).status, 204);
    });
  });
});
