import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { SENTENCE_KINDS } from '../../api/present/timeline.ts';
import { folderOf, picture } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

interface List {
  images: {
    id: number;
    name: string;
    captured_at: string | null;
    camera_key: string | null;
    sequence_id: string | null;
  }[];
  total: number | null;
  next_cursor: string | null;
  page: number | null;
}
interface Timeline {
  events: { kind: string; text: string; name: string | null; detail: Record<string, unknown> }[];
  total: number;
}
interface Correction {
  id: string;
  state: string;
  images: number;
}

async function shot(seed: number, taken: string | null, more: Record<string, string> = {}): Promise<Buffer> {
  const exif = {
    IFD0: { Make: 'Reconyx', Model: 'HF2X', ...more },
    IFD2: { ...(taken === null ? {} : { DateTimeOriginal: taken }), BodySerialNumber: 'H1' },
  };
  return sharp(await picture(seed))
    .withExif(exif)
    .jpeg()
    .toBuffer();
}

describe('finding images over HTTP', () => {
  let t: Tributary;
  let folder: string;
  let importId: string;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary();
    folder = await folderOf({
      '=cmd.jpg': await shot(1, '2021:05:31 08:00:00', { ImageDescription: '@SUM(A1), "so"' }),
      'b.jpg': await shot(2, '2021:05:31 08:00:01'),
      'c.jpg': await shot(3, '2021:05:31 08:00:30'),
      'd.jpg': await shot(4, '2021:06:30 08:00:00', { ImageDescription: 'a fox at night' }),
      'bad.jpg': (await picture(5)).subarray(0, 700),
    });
    importId = await t.startImport(folder);
    await t.waitImport(importId);
    const other = await t.upload(await picture(6), 'other.jpg', 'other');
    assert.equal(other.status, 200);
  });
  after(async () => {
    await t.close();
    await rm(folder, { recursive: true });
  });

  const names = async (query: string): Promise<string> =>
    (await t.get<List>(`/images?sort=name&${query}`)).images.map(({ name }) => name).join(' ');

  async function refused(path: string, status: number, code: string): Promise<void> {
    const response = await fetch(`${t.url}${path}`);
    const body = (await response.json()) as { type: string };
    assert.deepEqual([response.status, body.type], [status, `tag:tributary,2026:${code}`], path);
  }

  it('filters by what the pipeline found out', async () => {
    assert.equal(await names(''), '=cmd.jpg b.jpg c.jpg d.jpg');
    assert.equal(await names('taken_from=2021-06-01'), 'd.jpg');
    assert.equal(await names('taken_to=2021-06-01T00:00:00Z&q=sum'), '=cmd.jpg');
    assert.equal(await names('q=FOX%20night'), 'd.jpg');
    assert.equal(
      await names('camera_make=Reconyx&camera_model=HF2X&format=jpeg&has_gps=false'),
      '=cmd.jpg b.jpg c.jpg d.jpg',
    );
    assert.equal(await names(`import_id=${importId}&max_width=10`), '');
    assert.equal(await names('status=rejected'), 'bad.jpg');
    assert.equal(await names('status=all'), '=cmd.jpg b.jpg bad.jpg c.jpg d.jpg');
    assert.equal(await names('tenant_name=nobody'), '');
    const [first] = (await t.get<List>('/images')).images;
    assert.equal(first?.camera_key, 'reconyx hf2x #h1');
    assert.equal(await names('camera=reconyx%20hf2x%20%23h1'), '=cmd.jpg b.jpg c.jpg d.jpg');
  });

  it('refuses what makes no sense, each with a pointer', async () => {
    for (const query of [
      'taken_from=yesterday',
      'bbox=1,2,3',
      'bbox=0,10,0,-10',
      'q=ab',
      'sort=colour',
      'status=gone',
      'format=svg',
      'has_gps=maybe',
      'location_id=1',
      'source=%00',
    ]) {
      const response = await fetch(`${t.url}/images?${query}`);
      const body = (await response.json()) as { errors: { pointer: string }[] };
      assert.equal(response.status, 422, query);
      assert.match(body.errors[0]?.pointer ?? '', /^\/query\/\w+/);
    }
    await refused('/images/facets?fields=colour', 422, 'invalid_request');
  });

  it('goes on by cursor, by link or by hand', async () => {
    const first = await fetch(`${t.url}/api/v1/images?limit=3&sort=name`);
    const link = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1];
    const page = (await first.json()) as List;
    assert.deepEqual([page.total, page.page, page.images.length], [4, 1, 3]);
    assert.ok(link?.startsWith('/api/v1/images?'));
    const next = await t.get<List>(link ?? '');
    assert.deepEqual(
      [next.images.map(({ name }) => name), next.total, next.page, next.next_cursor],
      [['d.jpg'], null, null, null],
    );
    assert.equal((await t.get<List>(`${link}&count=exact`)).total, 4);
    const cursor = encodeURIComponent(page.next_cursor ?? '');
    await refused(`/images?limit=3&sort=-name&cursor=${cursor}`, 400, 'bad_cursor');
    await refused(`/images?sort=name&q=fox&cursor=${cursor}`, 400, 'bad_cursor');
    await refused(`/images?sort=name&page=2&cursor=${cursor}`, 400, 'page_and_cursor');
    const forged = Buffer.from('["x","2021-99-99T00:00:00.000000Z",1]').toString('base64url');
    for (const bad of ['x', '', forged, 'W10', Buffer.from('{"a":1}').toString('base64url')]) {
      await refused(`/images?cursor=${bad}`, 400, 'bad_cursor');
    }
    await refused('/images?cursor=%00', 422, 'invalid_request');
  });

  it('says what the images are made of', async () => {
    const { facets } = await t.get<{
      facets: Record<string, { values: { value: string; label: string; count: number }[] }>;
    }>('/images/facets?fields=camera,taken_month,status');
    assert.deepEqual(facets['camera']?.values, [
      { value: 'reconyx hf2x #h1', label: 'Reconyx HF2X', count: 4 },
    ]);
    assert.deepEqual(
      facets['taken_month']?.values.map(({ value, count }) => `${value}:${count}`),
      ['2021-06:1', '2021-05:3'],
    );
    assert.deepEqual(Object.keys(facets), ['camera', 'taken_month', 'status']);
  });

  it('exports all of them, and no spreadsheet runs what a camera wrote', async () => {
    const response = await fetch(`${t.url}/images/export?sort=name`);
    assert.match(response.headers.get('content-type') ?? '', /^text\/csv/);
    assert.match(response.headers.get('content-disposition') ?? '', /images\.csv/);
    const lines = (await response.text()).trimEnd().split('\r\n');
    assert.equal(lines.length, 5);
    assert.match(lines[0] ?? '', /^id,name,status,source,/);
    assert.match(lines[1] ?? '', /^\d+,'=cmd\.jpg,ready,folder,/);
    assert.ok(lines[1]?.includes(`"'@SUM(A1), ""so"""`));
    const objects = (await (await fetch(`${t.url}/images/export?format=ndjson&q=fox`)).text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      [objects.length, objects[0]?.['name'], objects[0]?.['captured_confidence']],
      [1, 'd.jpg', 'low'],
    );
    assert.equal((await (await fetch(`${t.url}/images/export?q=nothing`)).text()).split('\r\n').length, 2);
    await refused('/images/export?format=xlsx', 422, 'invalid_request');
  });

  it('shows sequences, and their images', async () => {
    const { sequences } = await t.get<{
      sequences: { id: string; kind: string; images: number; bursts: number }[];
    }>(`/sequences?camera=${encodeURIComponent('reconyx hf2x #h1')}`);
    assert.deepEqual(
      sequences.map(({ kind, images, bursts }) => [kind, images, bursts]),
      [['sequence', 3, 2]],
    );
    assert.equal(await names(`sequence=${sequences[0]?.id}`), '=cmd.jpg b.jpg c.jpg');
    assert.equal((await t.get<{ total: number }>('/sequences?tenant_name=nobody')).total, 0);
  });

  async function settled(id: string): Promise<Correction> {
    for (;;) {
      const found = await t.get<Correction>(`/corrections/${id}`);
      if (found.state === 'applied' || found.state === 'undone') return found;
      await sleep(50);
    }
  }

  it('corrects clocks, and undoes it', async () => {
    const before = (await t.get<List>('/images?sort=name')).images.map((image) => image.captured_at);
    const body = {
      camera_key: 'reconyx hf2x #h1',
      anchor: { from_local: '2021-05-31T08:00', to_local: '2022-05-31T09:00:00' },
    };
    const preview = await t.post<{ images: number; samples: { after: string }[] }>('/corrections/clock', {
      ...body,
      dry_run: true,
    });
    assert.deepEqual([preview.images, preview.samples[0]?.after], [4, '2022-05-31T09:00:00.000Z']);
    const made = await t.post<Correction>('/corrections/clock', body);
    assert.equal((await settled(made.id)).state, 'applied');
    assert.equal(await names('taken_from=2022-01-01'), '=cmd.jpg b.jpg c.jpg d.jpg');
    const again = await t.post<Correction>('/corrections/clock', {
      filter: { q: 'fox' },
      timezone: 'Europe/Berlin',
    });
    await settled(again.id);
    const held = await fetch(`${t.url}/corrections/${made.id}/undo`, { method: 'POST' });
    assert.equal(held.status, 409);
    assert.ok(((await held.json()) as { detail: string }).detail.includes(again.id));
    for (const id of [again.id, made.id]) {
      await t.post(`/corrections/${id}/undo`);
      assert.equal((await settled(id)).state, 'undone');
    }
    const after = (await t.get<List>('/images?sort=name')).images.map((image) => image.captured_at);
    assert.deepEqual(after, before);
    assert.equal((await t.get<{ total: number }>('/corrections')).total, 2);
    for (const bad of [
      {},
      { shift_seconds: 5 },
      { filter: {} },
      { filter: {}, shift_seconds: 0 },
      { filter: {}, shift_seconds: 1, timezone: 'Europe/Berlin' },
      { filter: {}, timezone: 'Mars/Olympus' },
      { filter: {}, anchor: { from_local: '2021-02-30T00:00', to_local: 'x' } },
    ]) {
      const response = await fetch(`${t.url}/corrections/clock`, {
        method: 'POST',
        body: JSON.stringify(bad),
        headers: { 'content-type': 'application/json' },
      });
      assert.equal(response.status, 422, JSON.stringify(bad));
    }
    assert.equal((await fetch(`${t.url}/corrections/x`)).status, 404);
  });

  it('tells what happened, in sentences', async () => {
    const [image] = (await t.get<List>('/images?q=fox')).images;
    const own = await t.get<Timeline>(`/images/${image?.id}/timeline`);
    const texts = own.events.map(({ text }) => text);
    assert.match(texts[0] ?? '', /^The original was stored \([\d,]+ bytes\)\.$/);
    assert.match(texts[1] ?? '', /320 × 240 pixels/);
    assert.ok(texts.includes('The image is in the library.'));
    assert.ok(
      texts.some((text) => text.startsWith('The time was corrected from 2021-06-30T08:00:00.000Z to ')),
    );
    const whole = await t.get<Timeline>(`/imports/${importId}/timeline?items=false`);
    assert.deepEqual(
      whole.events.map(({ kind }) => kind),
      ['import.created', 'import.processing', 'import.page_listed', 'import.completed'],
    );
    assert.equal(whole.events[2]?.text, 'Page 1 of the source was listed: 5 entries, and that is all.');
    const all = await t.get<Timeline>(`/imports/${importId}/timeline?limit=100`);
    const rejected = all.events.find(({ kind }) => kind === 'item.rejected');
    assert.equal(rejected?.name, 'bad.jpg');
    assert.match(rejected?.text ?? '', /^The file was rejected\. The image /);
    for (const { kind } of [...own.events, ...all.events]) assert.ok(SENTENCE_KINDS.has(kind), kind);
    const page = await t.get<Timeline>(`/imports/${importId}/timeline?limit=2&page=2`);
    assert.deepEqual(page.events, all.events.slice(2, 4));
    assert.equal(page.total, all.total);
    await refused('/images/999999/timeline', 404, 'not_found');
    await refused('/imports/11111111-1111-4111-8111-111111111111/timeline', 404, 'not_found');
  });
});
