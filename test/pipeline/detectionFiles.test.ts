import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { folderOf, pictures } from '../hosting/pictures.ts';
import { APART, startTributary, type Tributary } from '../hosting/tributary.ts';
import { FOX } from '../interchange/records.ts';
import { putShots } from '../stores/library.ts';

interface File {
  id: string;
  state: string;
  entries: number;
  matched: number;
  boxes: number;
  problem_count: number;
  problems: { where: string; detail: string }[];
  error: { type: string } | null;
}

const box = (category: string, conf: number, classifications?: [string, number][]) => ({
  ...{ category, conf, bbox: [0.1, 0.2, 0.3, 0.4] },
  ...(classifications && { classifications }),
});
const megadetector = (images: object[]) =>
  JSON.stringify({
    info: { format_version: '1.6', detector: 'md_v5a' },
    detection_categories: { 1: 'animal', 2: 'person', 3: 'vehicle' },
    images,
    classification_categories: { 0: 'red fox' },
    classification_category_descriptions: { 0: FOX },
  });

describe('detections of other programs', function () {
  this.timeout(180_000);
  let t: Tributary;
  let folder: string;
  const ids = new Map<string, number>();

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ parts: APART });
    const [one, two, three, four] = Object.values(await pictures(4, 800));
    folder = await folderOf({
      'a/one.jpg': one!,
      'a/two.jpg': two!,
      'b/two.jpg': three!,
      'b/four.jpg': four!,
    });
    await t.waitImport(await t.startImport(folder, { recursive: true }));
    const { images } = await t.get<{ images: { id: number; name: string }[] }>('/images?sort=created');
    for (const { id, name } of images) ids.set(ids.has(name) ? `other ${name}` : name, id);
    assert.equal(images.length, 4);
  });
  after(async () => {
    await t.close();
    await rm(folder, { recursive: true });
  });

  async function send(text: string, fields: Record<string, string>): Promise<Response> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob([text]), 'out.json');
    return fetch(`${t.url}/detection-files`, { method: 'POST', body: form });
  }
  const look = (id: string) => t.get<File>(`/detection-files/${id}`);
  async function taken(text: string, fields: Record<string, string> = {}): Promise<File> {
    const answer = await send(text, { model: 'elsewhere', ...fields });
    assert.equal(answer.status, 202, await answer.clone().text());
    const { id } = (await answer.json()) as File;
    for (;;) {
      const now = await look(id);
      if (['completed', 'failed'].includes(now.state)) return now;
      await sleep(50);
    }
  }
  const boxesOf = (asset: number | undefined) =>
    t.db.run(
      (sql) => sql<{ label: string; score: number; species: string | null }[]>`
        select d.label, round(d.score::numeric, 3)::float8 as score, k.label as species from detections d
        left join detection_classifications k on k.detection_id = d.id
        where d.asset_id = ${asset ?? 0} order by d.score desc`,
    );

  it('are recorded with the pictures that they are of, and everything else is told', async () => {
    const end = await taken(
      megadetector([
        { file: 'a/one.jpg', detections: [box('2', 0.4), box('1', 0.9, [['0', 0.8]])] },
        { file: 'card\\a\\two.jpg', detections: [box('1', 0.7)] },
        { file: 'two.jpg', detections: [box('1', 0.6)] },
        { file: 'nowhere.jpg', detections: [] },
        { file: 'b/four.jpg', failure: 'Failure image access' },
        { file: 'b/four.jpg', detections: [box('9', 1), box('1', 7)] },
      ]),
    );
    assert.deepEqual([end.state, end.matched, end.boxes], ['completed', 3, 3]);
    assert.deepEqual(
      [...(await boxesOf(ids.get('one.jpg')))],
      [
        { label: 'animal', score: 0.9, species: FOX },
        { label: 'person', score: 0.4, species: null },
      ],
    );
    assert.deepEqual(end.problems.map(({ where, detail }) => `${where}: ${detail}`).sort(), [
      'b/four.jpg: A detection has no "conf" between 0 and 1.',
      'b/four.jpg: Failure image access',
      'nowhere.jpg: No picture has this path or name.',
      'two.jpg: Several pictures have this name.',
    ]);
    assert.equal(end.problem_count, 4);
  });

  it('take the place of what the same model said before, and are exported again', async () => {
    const one = ids.get('one.jpg');
    const end = await taken(megadetector([{ file: `${one}/a/one.jpg`, detections: [box('3', 0.5)] }]));
    assert.deepEqual([end.matched, end.boxes], [1, 1]);
    assert.deepEqual([...(await boxesOf(one))], [{ label: 'vehicle', score: 0.5, species: null }]);
    const { export_id } = await t.post<{ export_id: string }>('/exports', {
      format: 'megadetector',
      ids: [one],
    });
    while ((await t.get<{ state: string }>(`/exports/${export_id}`)).state !== 'completed') await sleep(50);
    const text = await (await fetch(`${t.url}/exports/${export_id}/file`)).text();
    const again = await taken(text, { model: 'round trip' });
    assert.deepEqual([again.matched, again.boxes, again.problem_count], [1, 1, 0]);
  });

  it('can be COCO Camera Traps', async () => {
    const coco = {
      images: [
        { id: 'x', file_name: 'b/four.jpg', width: 1000, height: 500 },
        { id: 'y', file_name: 'b/two.jpg' },
        { id: 'z', file_name: 'a/two.jpg' },
      ],
      annotations: [
        { id: 1, image_id: 'x', category_id: 4, bbox: [100, 50, 200, 100] },
        { id: 2, image_id: 'y', category_id: 0 },
        { id: 3, image_id: 'y', category_id: 4, bbox: [1, 1, 1, 1] },
        { id: 4, image_id: 'gone', category_id: 4 },
      ],
      categories: [
        { id: 0, name: 'empty' },
        { id: 4, name: 'red_deer' },
      ],
    };
    const end = await taken(JSON.stringify(coco), { format: 'coco', model: 'people' });
    assert.deepEqual([end.state, end.matched, end.boxes, end.problem_count], ['completed', 2, 1, 2]);
    const [row] = await t.db.run(
      (sql) => sql<{ box: number[]; species: string }[]>`
        select array[d.x, d.y, d.width, d.height]::float8[] as box, k.label as species
        from detections d join detection_classifications k on k.detection_id = d.id
        where d.asset_id = ${ids.get('four.jpg') ?? 0} and k.label = 'red_deer'`,
    );
    assert.deepEqual(
      row?.box.map((side) => Number(side.toFixed(4))),
      [0.1, 0.1, 0.2, 0.2],
    );
  });

  it('are told beside what models of our own say', async () => {
    const { models } = await t.get<{ models: { name: string; family: string; pictures: number }[] }>(
      '/models',
    );
    const known = models.map(({ name, family, pictures }) => [name, family, pictures]);
    assert.deepEqual(known.sort(), [
      ['elsewhere', 'imported', 3],
      ['people', 'imported', 2],
      ['round trip', 'imported', 1],
    ]);
    const { detections } = await t.get<{ detections: { label: string }[] }>(
      `/retrieve/asset/${ids.get('one.jpg')}`,
    );
    assert.deepEqual(
      detections.map(({ label }) => label),
      ['vehicle'],
    );
  });

  it('are refused when they are nothing of the kind, and fail when they break off', async () => {
    assert.equal((await send('<html>', { model: 'x' })).status, 415);
    assert.equal((await send('{}', {})).status, 422);
    const broken = await taken(megadetector([{ file: 'a/one.jpg', detections: [] }]).slice(0, -30));
    assert.deepEqual([broken.state, broken.error?.type], ['failed', 'bad_dataset']);
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });

  it('go on after their worker was killed, each entry once', async () => {
    const COUNT = 12_000;
    const { id: tenantId } = await t.db.run(async (sql) => {
      const [row] = await sql<{ id: string }[]>`insert into tenants (name) values ('large') returning id`;
      return row!;
    });
    const names = [...new Array(COUNT).keys()].map((i) => `S_${i}.JPG`);
    for (let at = 0; at < COUNT; at += 4_000) {
      await putShots(
        t.db,
        tenantId,
        names.slice(at, at + 4_000).map((name) => ({ name })),
      );
    }
    const text = megadetector(names.map((file) => ({ file, detections: [box('1', 0.5), box('2', 0.4)] })));
    const { id } = (await (await send(text, { model: 'big', tenant_name: 'large' })).json()) as File;
    while ((await look(id)).entries === 0) await sleep(5);
    await t.kill('io', 'SIGKILL');
    const { entries } = await look(id);
    assert.ok(entries < COUNT, 'killed in the middle');
    await t.start('io');
    while ((await look(id)).state !== 'completed') await sleep(50);
    const end = await look(id);
    assert.deepEqual([end.entries, end.matched, end.boxes, end.problem_count], [COUNT, COUNT, 2 * COUNT, 0]);
    const [row] = await t.db.run(
      (sql) => sql<{ boxes: number; pictures: number }[]>`
        select count(*) as boxes, count(distinct asset_id) as pictures from detections where tenant_id = ${tenantId}`,
    );
    assert.deepEqual({ ...row }, { boxes: 2 * COUNT, pictures: COUNT });
  });
});
