import assert from 'node:assert/strict';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { sweep } from '../../stores/sweep.ts';
import { picture } from '../hosting/pictures.ts';
import { APART, startTributary, type Tributary } from '../hosting/tributary.ts';

interface Asset {
  id: number;
  status: string;
  renditions: {
    preset: string;
    version: number;
    url: string;
    width: number;
    height: number;
    content_hash: string;
  }[];
}

describe('renditions over HTTP', function () {
  this.timeout(240_000);
  let t: Tributary;
  let id: number;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ parts: APART, env: { SECRET_KEY: 'a-key-of-thirty-two-characters-or-more' } });
    id = await add(await picture(1, 1600, 1000), 'Grüße "1".jpg');
  });
  after(() => t.close());

  async function add(bytes: Buffer, name: string, tenant?: string): Promise<number> {
    const { asset_id } = (await (await t.upload(bytes, name, tenant)).json()) as { asset_id: number };
    while ((await asset(asset_id)).status !== 'ready') await sleep(30);
    return asset_id;
  }
  const asset = (which: number) => t.get<Asset>(`/retrieve/asset/${which}`);
  const send = (method: string, at: string, body?: unknown) =>
    fetch(`${t.url}${at}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  async function image(at: string, headers: Record<string, string> = {}) {
    const response = await fetch(`${t.url}${at}`, { headers });
    assert.equal(response.status, 200, `${at}: ${response.status} ${response.headers.get('content-type')}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    const { format, width, height } = await sharp(bytes).metadata();
    return { response, bytes, format, width, height };
  }
  const rows = (which: number) =>
    t.db.run(
      (sql) =>
        sql<{ preset: string; key: string; transient: boolean }[]>`
          select preset, object_key as key, transient from renditions where asset_id = ${which} order by preset`,
    );
  /** Lets what was let go be deleted now, as the hourly sweep would. */
  async function sweepNow(limits = { days: 14, bytes: 2 ** 30 }) {
    const run = () => sweep(t.db, t.objects, `${t.config.storage.scratchDir}/none`, limits);
    await run();
    await t.db.run((sql) => sql`update loose_objects set due_at = now() - interval '1 second'`);
    await run();
  }

  describe('presets', () => {
    it('are built in, and no tenant changes them', async () => {
      const { presets } = await t.get<{ presets: { name: string; built_in: boolean; version: number }[] }>(
        '/presets',
      );
      assert.deepEqual(
        presets.map((preset) => [preset.name, preset.built_in, preset.version]),
        [
          ['card', true, 1],
          ['thumb', true, 1],
          ['zoom', true, 1],
        ],
      );
      assert.equal((await send('PUT', '/presets/thumb', { width: 10, height: 10 })).status, 409);
      assert.equal((await send('DELETE', '/presets/zoom')).status, 409);
      assert.equal((await send('DELETE', '/presets/none')).status, 404);
    });

    it('refuse what cannot be made, and say what', async () => {
      const bad: [object, string][] = [
        [{ name: 'Upper' }, '/name'],
        [{ name: '-x' }, '/name'],
        [{ name: 'fly-10x10-inside-jpeg-80' }, '/name'],
        [{ name: 'a'.repeat(33) }, '/name'],
        [{ width: 4097 }, '/width'],
        [{ height: 0 }, '/height'],
        [{ quality: 101 }, '/quality'],
        [{ format: 'gif' }, '/format'],
        [{ fit: 'fill' }, '/fit'],
        [{ fit: 'cover', focus: { x: 2, y: 0 } }, '/focus/x'],
        [{ background: 'red' }, '/background'],
        [{ format: 'avif', eager: true }, '/eager'],
        [{ sharpen: 1 }, ''],
      ];
      for (const [change, pointer] of bad) {
        const answer = await send('POST', '/presets', { name: 'ok', width: 10, height: 10, ...change });
        assert.equal(answer.status, 422, JSON.stringify(change));
        const { errors } = (await answer.json()) as { errors: { pointer: string }[] };
        assert.ok(
          errors.some((one) => one.pointer.startsWith(pointer)),
          JSON.stringify([change, errors]),
        );
      }
    });

    it('of a tenant are made when first asked for, once, whatever the number of askers', async () => {
      const made = await send('POST', '/presets', {
        name: 'wide',
        width: 600,
        height: 300,
        fit: 'cover',
        format: 'webp',
      });
      assert.equal(made.status, 201);
      assert.equal((await send('POST', '/presets', { name: 'wide', width: 1, height: 1 })).status, 409);
      const all = await Promise.all(
        Array.from({ length: 100 }, () => fetch(`${t.url}/retrieve/rendition/${id}/wide`)),
      );
      const tags = new Set(all.map((one) => one.headers.get('etag')));
      assert.deepEqual([...new Set(all.map((one) => one.status))], [200]);
      assert.equal(tags.size, 1);
      await Promise.all(all.map((one) => one.arrayBuffer()));
      const { format, width, height } = await image(`/images/${id}/renditions/wide`);
      assert.deepEqual([format, width, height], ['webp', 600, 300]);
      // The list of workflows follows a moment later.
      let runs = 0;
      while (runs === 0) {
        for await (const _run of t.client.workflow.list({ query: 'WorkflowType = "makeRendition"' }))
          runs += 1;
      }
      // One who asked just before it was there, and looked just after, starts another that finds it made.
      assert.ok(runs <= 2, `${runs} runs`);
      assert.equal((await fetch(`${t.url}/retrieve/rendition/${id}/none`)).status, 404);
    });

    it('get a new version; lazy ones are made anew, and the old object goes', async () => {
      const before = (await rows(id)).find(({ preset }) => preset === 'wide')!.key;
      const changed = await send('PUT', '/presets/wide', {
        width: 300,
        height: 300,
        fit: 'contain',
        background: '#ff0000',
      });
      assert.equal(((await changed.json()) as { version: number }).version, 1002);
      const { bytes, format, width, height } = await image(`/retrieve/rendition/${id}/wide`);
      assert.deepEqual([format, width, height], ['jpeg', 300, 300]);
      const [r, g] = await sharp(bytes).extract({ left: 0, top: 0, width: 8, height: 8 }).raw().toBuffer();
      assert.ok(r! > 230 && g! < 30, 'the background shows');
      await sweepNow();
      assert.equal(await t.objects.head(before), null);
      assert.ok((await t.audit()).clean);
    });

    it('that are eager are made with every picture that comes in, of their tenant only', async () => {
      const tenant = 'eager';
      const post = (body: object) => send('POST', `/presets?tenant_name=${tenant}`, body);
      assert.equal(
        (await post({ name: 'banner', width: 1500, height: 200, fit: 'cover', eager: true })).status,
        201,
      );
      assert.equal(
        (await post({ name: 'thumb', width: 50, height: 50, format: 'webp', eager: true })).status,
        201,
      );
      const own = await add(await picture(2, 1600, 1000), 'own.jpg', tenant);
      const { renditions } = await asset(own);
      assert.deepEqual(
        renditions.map(({ preset, version, width, height }) => [preset, version, width, height]),
        [
          ['zoom', 1, 1200, 750],
          ['banner', 1001, 1500, 200],
          ['card', 1, 400, 250],
          ['thumb', 1001, 50, 31],
        ],
      );
      assert.equal((await image(`/retrieve/rendition/${own}/thumb`)).format, 'webp');
      const other = await add(await picture(3, 1600, 1000), 'other.jpg');
      assert.deepEqual(
        (await asset(other)).renditions.map(({ preset }) => preset),
        ['zoom', 'card', 'thumb'],
      );
      assert.equal((await image(`/retrieve/rendition/${other}/thumb`)).width, 100);
      assert.ok((await t.audit()).clean);
      // Retired, the built-in one is back, at once.
      assert.equal((await send('DELETE', `/presets/thumb?tenant_name=${tenant}`)).status, 204);
      const back = await image(`/retrieve/rendition/${own}/thumb`);
      assert.deepEqual([back.format, back.width], ['jpeg', 100]);
      assert.equal((await send('DELETE', `/presets/banner?tenant_name=${tenant}`)).status, 204);
      await sweepNow();
      assert.deepEqual(
        (await rows(own)).map(({ preset }) => preset),
        ['card', 'thumb', 'zoom'],
      );
      assert.ok((await t.audit()).clean);
    });
  });

  describe('addresses that name their content', () => {
    it('may be kept for ever', async () => {
      const { renditions } = await asset(id);
      const card = renditions.find(({ preset }) => preset === 'card')!;
      const { response, bytes } = await image(card.url);
      const headers = Object.fromEntries(response.headers);
      assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable');
      assert.equal(headers['etag'], `"${card.content_hash}"`);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['content-security-policy'], "default-src 'none'; sandbox");
      const again = await fetch(`${t.url}${card.url}`, {
        headers: { 'if-none-match': `"x", W/"${card.content_hash}"` },
      });
      assert.equal(again.status, 304);
      const part = await fetch(`${t.url}${card.url}`, { headers: { range: 'bytes=10-19' } });
      assert.equal(part.status, 206);
      assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(10, 20));
      const stale = await fetch(`${t.url}${card.url}`, {
        headers: { range: 'bytes=10-19', 'if-range': '"other"' },
      });
      assert.equal(stale.status, 200);
      assert.equal((await stale.arrayBuffer()).byteLength, bytes.length);
      const beyond = await fetch(`${t.url}${card.url}`, { headers: { range: `bytes=${bytes.length}-` } });
      assert.deepEqual(
        [beyond.status, beyond.headers.get('content-range')],
        [416, `bytes */${bytes.length}`],
      );
      const head = await fetch(`${t.url}${card.url}`, { method: 'HEAD' });
      assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(bytes.length)]);
      for (const wrong of [
        card.url.replace('.jpg', '.webp'),
        card.url.replace(/[0-9a-f]{64}/, 'f'.repeat(64)),
      ]) {
        assert.equal((await fetch(`${t.url}${wrong}`)).status, 404);
      }
    });

    it('of our own paths stay private, and tell the name in UTF-8', async () => {
      const { response } = await image(`/retrieve/rendition/${id}/thumb`);
      assert.equal(response.headers.get('cache-control'), 'private, max-age=86400');
      assert.equal(
        response.headers.get('content-disposition'),
        `inline; filename="Gr__e _1_-thumb.jpg"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%221%22-thumb.jpg`,
      );
      const original = await fetch(`${t.url}/retrieve/original/${id}`);
      assert.match(original.headers.get('content-disposition') ?? '', /^attachment;/);
    });
  });

  describe('on the fly', () => {
    it('makes the sizes that anybody may have, and negotiates the format when asked to', async () => {
      for (const [accept, format] of [
        ['image/avif,image/webp,image/*;q=0.8', 'heif'],
        ['image/webp,*/*;q=0.5', 'webp'],
        ['*/*', 'jpeg'],
      ] as const) {
        const got = await image(`/images/${id}/render?width=320&format=auto`, { accept });
        assert.deepEqual([got.format, got.width, got.height], [format, 320, 200]);
        assert.match(got.response.headers.get('vary') ?? '', /Accept/);
      }
      const plain = await image(`/images/${id}/render?width=2048`);
      assert.deepEqual([plain.width, plain.height], [1600, 1000], 'nothing is enlarged');
      assert.doesNotMatch(plain.response.headers.get('vary') ?? '', /Accept(?!-)/);
      assert.ok(!(await asset(id)).renditions.some(({ preset }) => preset.startsWith('fly')));
    });

    it('refuses everything else without a signature', async () => {
      for (const query of [
        '',
        'width=321',
        'height=320',
        'width=320&height=320',
        'width=320&quality=81',
        'width=320&fit=cover',
        'width=0',
        'width=-1',
        'width=2049',
        'width=1e3x',
        'width=320&width=640',
        'width[]=320',
        'width=NaN',
        'width=320&format=svg',
        'width=320.5',
      ]) {
        const answer = await fetch(`${t.url}/images/${id}/render?${query}`);
        assert.equal(answer.status, 422, query);
      }
      for (const name of ['fly-321x0-inside-jpeg-80', 'fly-9999x9999-cover-jpeg-100']) {
        assert.equal((await fetch(`${t.url}/retrieve/rendition/${id}/${name}`)).status, 404);
      }
      assert.equal((await fetch(`${t.url}/images/999999/render?width=320`)).status, 404);
    });

    it('keeps what it made within its bounds', async () => {
      const flown = async () => (await rows(id)).filter(({ transient }) => transient);
      assert.ok((await flown()).length >= 4);
      await image(`/images/${id}/render?width=160`);
      await t.db.run(
        (sql) => sql`
        update renditions set used_at = now() - interval '20 days' where transient and preset not like 'fly-160x%'`,
      );
      await image(`/images/${id}/render?width=320`);
      await sweepNow();
      assert.deepEqual((await flown()).map(({ preset }) => preset).sort(), [
        'fly-160x0-inside-jpeg-80',
        'fly-320x0-inside-jpeg-80',
      ]);
      await sweepNow({ days: 14, bytes: 10 });
      assert.deepEqual(await flown(), []);
      assert.ok((await t.audit()).clean);
      await image(`/images/${id}/render?width=160`);
    });
  });

  describe('signed links', () => {
    const link = async (body: object) => {
      const answer = await send('POST', `/images/${id}/links`, body);
      assert.equal(answer.status, 201);
      return (await answer.json()) as { url: string; expires_at: string };
    };

    it('open what they say, for as long as they say', async () => {
      const any = await link({
        width: 333,
        height: 111,
        fit: 'cover',
        format: 'webp',
        quality: 50,
        expires_in: 100,
      });
      const got = await image(any.url);
      assert.deepEqual([got.format, got.width, got.height], ['webp', 333, 111]);
      const age = Number(
        /^public, max-age=(\d+)$/.exec(got.response.headers.get('cache-control') ?? '')?.[1],
      );
      assert.ok(age > 80 && age <= 100);
      assert.equal((await image(`/api/v1${any.url}`)).width, 333);
      assert.equal((await image((await link({ preset: 'card' })).url)).width, 400);
      const short = await link({ preset: 'card', expires_in: 1 });
      await sleep(2_100);
      assert.equal((await fetch(`${t.url}${short.url}`)).status, 403);
      for (const body of [
        {},
        { preset: 'card', width: 3 },
        { width: 9, expires_in: 604_801 },
        { width: 9, fit: 'cover' },
        { width: 2049 },
      ]) {
        assert.equal((await send('POST', `/images/${id}/links`, body)).status, 422, JSON.stringify(body));
      }
      assert.equal((await send('POST', `/images/${id}/links`, { preset: 'none' })).status, 404);
      assert.equal((await send('POST', '/images/99999/links', { preset: 'card' })).status, 404);
    });

    it('refuse every change, always with the same words', async () => {
      const { url } = await link({ width: 335, height: 112, fit: 'cover', format: 'webp', quality: 50 });
      const other = await add(await picture(4), 'b.jpg');
      const signature = url.slice(url.lastIndexOf('=') + 1);
      const changes: Record<string, string> = {
        'another size': url.replace('width=335', 'width=336'),
        'another asset': url.replace(`/images/${id}/`, `/images/${other}/`),
        'other order': url.replace('width=335&height=112', 'height=112&width=335'),
        'a parameter more, before': url.replace('?', '?x=1&'),
        'a parameter more, behind': `${url}&x=1`,
        'a size again, behind': `${url}&width=2000`,
        'a parameter less': url.replace('&quality=50', ''),
        'path case': url.replace('/render', '/Render'),
        'double slash': url.replace('/render', '//render'),
        'encoded path': url.replace('/render', '/%72ender'),
        'encoded value': url.replace('cover', '%63over'),
        'double encoding': url.replace('cover', '%2563over'),
        'later end': url.replace(/expires=(\d+)/, (_all, at: string) => `expires=${Number(at) + 1}`),
        'end twice': url.replace(/expires=(\d+)/, (_all, at: string) => `expires=9999999999&expires=${at}`),
        'another key': url.replace(/key=[0-9a-f]{12}/, 'key=000000000000'),
        'no key': url.replace(/&key=[0-9a-f]{12}/, ''),
        'short signature': url.slice(0, -1),
        'no signature': url.replace(/&signature=.*/, ''),
        'empty signature': url.replace(/signature=.*/, 'signature='),
        'signature of zeros': url.replace(signature, 'A'.repeat(43)),
        'spare bits': url.slice(0, -1) + String.fromCharCode(url.charCodeAt(url.length - 1) + 1),
        'another route': url.replace('/render?', '/renditions/card?'),
      };
      const texts = new Set<string>();
      for (const [what, changed] of Object.entries(changes)) {
        assert.notEqual(changed, url, what);
        const { status, body } = await raw(changed);
        // A path that names nothing is no link of ours at all.
        if (status === 404) {
          assert.ok(['double slash', 'encoded path'].includes(what), what);
          continue;
        }
        assert.equal(status, 403, what);
        texts.add((JSON.parse(body) as { detail: string }).detail);
      }
      assert.equal(texts.size, 1);
      assert.equal(
        (await rows(id)).some(({ preset }) => preset.includes('336x112')),
        false,
      );
    });

    it('stay good with a new key while the old one is known, and not after', async () => {
      const { url } = await link({ preset: 'card' });
      const key = 'another-key-of-thirty-two-characters';
      await t.kill('api', 'SIGTERM');
      await t.start('api', { SECRET_KEY: key, PREVIOUS_SECRET_KEYS: t.env['SECRET_KEY']! });
      assert.equal((await fetch(`${t.url}${url}`)).status, 200);
      await t.kill('api', 'SIGTERM');
      await t.start('api', { SECRET_KEY: key });
      assert.equal((await fetch(`${t.url}${url}`)).status, 403);
      await t.kill('api', 'SIGTERM');
      await t.start('api');
    });

    /** As written: `fetch` would tidy the path up. */
    function raw(path: string): Promise<{ status: number; body: string }> {
      return new Promise((resolve, reject) => {
        const { hostname, port } = new URL(t.url);
        request({ hostname, port, path }, (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (text: string) => {
            body += text;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        })
          .on('error', reject)
          .end();
      });
    }
  });

  describe('when there is nobody to make them', () => {
    it('says when to come again, and keeps what was there', async () => {
      await t.kill('cpu', 'SIGTERM');
      const [late, there] = await Promise.all([
        fetch(`${t.url}/images/${id}/render?width=640`),
        fetch(`${t.url}/retrieve/rendition/${id}/card`),
      ]);
      assert.deepEqual([late.status, late.headers.get('retry-after')], [503, '3']);
      assert.equal(((await late.json()) as { type: string }).type, 'tag:tributary,2026:rendition_not_ready');
      assert.equal(there.status, 200);
      await t.start('cpu');
      const deadline = Date.now() + 60_000;
      while ((await fetch(`${t.url}/images/${id}/render?width=640`)).status !== 200)
        assert.ok(Date.now() < deadline);
      assert.ok((await t.audit()).clean);
    });
  });
});
