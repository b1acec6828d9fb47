import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { sharedPath } from '../hosting/shared.ts';
import { APART, startTributary, type Tributary } from '../hosting/tributary.ts';
import { drawing, variantsOf } from '../hosting/variants.ts';
import { pngBomb, webpBomb } from '../imaging/bombs.ts';

interface PresetComparison {
  psnr: number | null;
  identical: boolean;
  ssim: number;
  phash_distance: number;
}
interface Comparison extends Record<'zoom' | 'card' | 'thumb', PresetComparison> {
  asset_id: number;
  identical: boolean;
  aspect_differs: boolean;
}
interface Problem {
  type: string;
  detail: string;
}

const PRESETS = ['zoom', 'card', 'thumb'] as const;
const SAME = { psnr: null, identical: true, ssim: 1, phash_distance: 0 };

describe('comparing pictures', () => {
  let t: Tributary;
  let files: Awaited<ReturnType<typeof variantsOf>>;
  const ids = { original: 0, again: 0, small: 0, cropped: 0, unlike: 0 };

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ parts: APART });
    files = await variantsOf(5);
    ids.original = await add(files.original);
    ids.again = await add(files.again);
    ids.cropped = await add(files.cropped);
    ids.small = await add(files.small);
    ids.unlike = await add(await drawing(6, 900, 900).jpeg().toBuffer());
  });
  after(() => t?.close());

  async function add(bytes: Buffer, tenant?: string): Promise<number> {
    const { asset_id } = (await (await t.upload(bytes, 'x.jpg', tenant)).json()) as { asset_id: number };
    while ((await t.get<{ status: string }>(`/retrieve/asset/${asset_id}`)).status === 'processing')
      await sleep(20);
    return asset_id;
  }
  function send(id: number, bytes: Buffer): Promise<Response> {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(bytes)]), 'x.jpg');
    return fetch(`${t.url}/compare/${id}`, { method: 'POST', body: form });
  }
  async function compared(id: number, bytes: Buffer): Promise<Comparison> {
    const answer = await send(id, bytes);
    assert.equal(answer.status, 200, await answer.clone().text());
    return (await answer.json()) as Comparison;
  }
  async function refused(answer: Response, status: number): Promise<Problem> {
    assert.equal(answer.status, status);
    assert.match(answer.headers.get('content-type') ?? '', /problem\+json/);
    return (await answer.json()) as Problem;
  }
  /** Nothing of what was sent is kept. */
  async function nothingLeft(): Promise<void> {
    const [rows] = await t.db.run((sql) => sql<{ count: number }[]>`select count(*) from loose_objects`);
    assert.equal(rows?.count, 0);
    // A client whose connection ended early has its answer before the rest of its file is put away.
    const late = Date.now() + 20_000;
    while ((await readdir(t.config.storage.scratchDir)).length > 0 && Date.now() < late) await sleep(100);
    assert.deepEqual(await readdir(t.config.storage.scratchDir), []);
    assert.ok((await t.audit()).clean);
    const assets = await t.db.run(
      (sql) => sql<{ uid: string; tenant: string }[]>`select uid, tenant_id as tenant from assets`,
    );
    for await (const { key } of t.objects.list('')) {
      assert.ok(
        assets.some(({ uid, tenant }) => key.startsWith(`${tenant}/${uid}/`)),
        key,
      );
    }
  }

  it('knows the same bytes, and the same pixels in other bytes', async () => {
    const lossless = await sharp(files.original).png().toBuffer();
    for (const bytes of [files.original, lossless]) {
      const result = await compared(ids.original, bytes);
      assert.deepEqual(result, {
        asset_id: ids.original,
        zoom: SAME,
        card: SAME,
        thumb: SAME,
        identical: true,
        aspect_differs: false,
      });
    }
    // Turned, with a tag that says so: upright it is the same picture, but for what scaling the other way rounds.
    const turned = await sharp(lossless).rotate(90).withMetadata({ orientation: 8 }).png().toBuffer();
    const upright = await compared(ids.original, turned);
    assert.equal(upright.aspect_differs, false);
    for (const preset of PRESETS) assert.ok((upright[preset].psnr ?? 99) > 40 && upright[preset].ssim > 0.99);
    await nothingLeft();
  });

  it('says how much other versions of a picture differ', async () => {
    const again = await compared(ids.original, files.again);
    const small = await compared(ids.original, files.small);
    const unlike = await compared(ids.original, await drawing(7).jpeg().toBuffer());
    for (const preset of PRESETS) {
      for (const version of [again, small]) {
        const { psnr, identical, ssim, phash_distance } = version[preset];
        assert.equal(identical, false);
        assert.ok(psnr !== null && psnr > 24 && psnr < 60, `${preset} ${psnr}`);
        assert.ok(ssim > 0.85 && ssim < 1, `${preset} ${ssim}`);
        assert.ok(phash_distance <= 6);
      }
      const { psnr, ssim, phash_distance } = unlike[preset];
      assert.ok(psnr !== null && psnr < 20 && ssim < 0.8 && phash_distance > 10);
    }
    assert.deepEqual(
      [again.aspect_differs, small.aspect_differs, unlike.aspect_differs],
      [false, false, false],
    );
  });

  it('stretches a picture of another shape, and says so', async () => {
    const square = await sharp(files.original)
      .resize(700, 700, { fit: 'fill' })
      .jpeg({ quality: 95 })
      .toBuffer();
    const result = await compared(ids.original, square);
    assert.equal(result.aspect_differs, true);
    assert.ok((result.thumb.psnr ?? 99) > 25, 'what is in it is the same');
  });

  it('compares two assets, and draws where they differ', async () => {
    const same = await t.get<Comparison>(`/compare/${ids.original}/${ids.original}`);
    assert.equal(same.identical, true);
    const again = await t.get<Comparison>(`/compare/${ids.original}/${ids.again}`);
    // Whether it is there or sent, it is the same picture: both sides went through the same steps.
    assert.deepEqual(again, await compared(ids.original, files.again));
    const other = await t.get<Comparison>(`/compare/${ids.original}/${ids.unlike}`);
    assert.equal(other.aspect_differs, true);
    for (const [preset, width, height] of [
      ['card', 400, 300],
      ['zoom', 1200, 900],
    ] as const) {
      const answer = await fetch(`${t.url}/compare/${ids.original}/${ids.unlike}/diff.png?preset=${preset}`);
      assert.equal(answer.headers.get('content-type'), 'image/png');
      const { data, info } = await sharp(Buffer.from(await answer.arrayBuffer()))
        .raw()
        .toBuffer({ resolveWithObject: true });
      assert.deepEqual([info.width, info.height], [width, height]);
      const red = Array.from({ length: width * height }, (_, i) => i * info.channels).filter(
        (at) => data[at] === 255 && data[at + 1] === 0 && data[at + 2] === 0,
      ).length;
      assert.ok(red > 0.3 * width * height, `${red} pixels are red`);
      const etag = answer.headers.get('etag')!;
      const known = await fetch(answer.url, { headers: { 'if-none-match': etag } });
      assert.equal(known.status, 304);
    }
    const none = await sharp(
      Buffer.from(
        await (await fetch(`${t.url}/compare/${ids.original}/${ids.original}/diff.png`)).arrayBuffer(),
      ),
    ).stats();
    assert.ok(none.channels[0]!.min === none.channels[1]!.min, 'nothing is red');
    assert.equal(
      (await fetch(`${t.url}/compare/${ids.original}/${ids.unlike}/diff.png?preset=thumb`)).status,
      422,
    );
    await nothingLeft();
  });

  it('knows no assets that are not there, or another tenant’s', async () => {
    const there = await add(files.original, 'other');
    await refused(await send(999_999, files.original), 404);
    await refused(await fetch(`${t.url}/compare/${ids.original}/${there}`), 404);
    await refused(await fetch(`${t.url}/compare/${ids.original}/999999`), 404);
    await nothingLeft();
  });

  it('refuses what is no picture, with the reason that an upload would get', async () => {
    await refused(await send(ids.original, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')), 415);
    await refused(await send(ids.original, Buffer.alloc(0)), 422);
    const cut = await refused(await send(ids.original, files.original.subarray(0, 5_000)), 422);
    assert.equal(cut.type, 'tag:tributary,2026:truncated');
    assert.match(cut.detail, /cut off/);
    const form = new FormData();
    form.append('other', 'x');
    await refused(await fetch(`${t.url}/compare/${ids.original}`, { method: 'POST', body: form }), 422);
    await nothingLeft();
  });

  async function persistently(ask: () => Promise<Response>): Promise<Response> {
    for (let left = 4; left > 0; left -= 1) {
      try {
        return await ask();
      } catch {}
    }
    return ask();
  }

  it('survives files that are made to break it', async function () {
    this.timeout(240_000);
    const before = (['api', 'io', 'cpu'] as const).map((part) => t.pid(part));
    const bomb = await refused(await send(ids.original, await webpBomb(16_383)), 422);
    assert.equal(bomb.type, 'tag:tributary,2026:pixel_limit');
    await refused(await send(ids.original, pngBomb(16_383, true)), 422);
    const corpus = sharedPath('corpus/files');
    const names = corpus === null ? [] : (await readdir(corpus)).filter((_, at) => at % 12 === 0);
    const manifest = corpus === null ? '' : await readFile(path.join(corpus, '../manifest.tsv'), 'utf8');
    for (const name of names) {
      const bytes = await readFile(path.join(corpus!, name));
      // What is refused by its first bytes ends the connection; a busy client may see only that. It asks again.
      const answer = await persistently(() => send(ids.original, bytes));
      const accepted = new RegExp(`^${name.replaceAll('.', '\\.')}\t.*\taccept\t`, 'm').test(manifest);
      assert.ok(
        accepted ? answer.status === 200 : [415, 422].includes(answer.status),
        `${name}: ${answer.status}`,
      );
      await answer.arrayBuffer();
    }
    assert.deepEqual(
      (['api', 'io', 'cpu'] as const).map((part) => t.pid(part)),
      before,
    );
    assert.equal((await compared(ids.original, files.original)).identical, true);
    await nothingLeft();
  });

  it('asks to come back when no worker is there', async function () {
    this.timeout(240_000);
    await t.kill('cpu', 'SIGTERM');
    const started = performance.now();
    const answer = await send(ids.original, files.original);
    assert.ok(performance.now() - started < 40_000);
    assert.equal(answer.headers.get('retry-after'), '10');
    await refused(answer, 503);
    await t.start('cpu');
    assert.equal((await compared(ids.original, files.original)).identical, true);
  });
});
