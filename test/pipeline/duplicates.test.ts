import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { rebuild } from '../../cli/duplicates.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { drawing, variantsOf } from '../hosting/variants.ts';

interface Asset {
  id: number;
  status: string;
  captured_at: string | null;
  camera: { make: string | null; model: string | null };
  location: { latitude: number; longitude: number } | null;
  references: { external_id: string }[];
  timeline: { kind: string; detail: Record<string, unknown> }[];
}
interface Group {
  id: number;
  images: { id: number; name: string; distance: number }[];
  count: number;
  keeper: { id: number; reason: string };
  differing: string[];
}
interface Merge {
  merge_id: string;
  removed: number[];
  changes: { field: string; from: number }[];
}

describe('near-duplicates', () => {
  let t: Tributary;
  const ids: Record<string, number> = {};

  before(async function () {
    this.timeout(240_000);
    t = await startTributary();
    const files = { ...(await variantsOf(1)), unlike: await drawing(2).jpeg().toBuffer() };
    for (const [name, bytes] of Object.entries(files)) ids[name] = await add(bytes, name);
  });
  after(() => t?.close());

  async function add(bytes: Buffer, name: string, tenant?: string): Promise<number> {
    const { asset_id } = (await (await t.upload(bytes, `${name}.jpg`, tenant)).json()) as {
      asset_id: number;
    };
    while ((await asset(asset_id)).status === 'processing') await sleep(20);
    return asset_id;
  }
  const asset = (id: number): Promise<Asset> => t.get(`/retrieve/asset/${id}`);
  const groups = async (query = ''): Promise<Group[]> =>
    (await t.get<{ groups: Group[] }>(`/duplicates?${query}`)).groups;
  const sorted = (some: readonly { id: number }[]): number[] =>
    some.map(({ id }) => id).toSorted((a, b) => a - b);
  const alike = (): number[] =>
    ['original', 'again', 'small', 'cropped'].map((name) => ids[name]!).toSorted((a, b) => a - b);
  const post = (at: string, body: unknown = {}): Promise<Response> =>
    fetch(`${t.url}${at}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });

  it('are found for one picture, most alike first, without itself and what is unlike', async () => {
    const { images } = await t.get<{ images: { id: number; distance: number }[] }>(
      `/images/${ids['original']}/similar?distance=10`,
    );
    assert.deepEqual(
      sorted(images),
      alike().filter((id) => id !== ids['original']),
    );
    assert.deepEqual(
      images.map(({ distance }) => distance),
      images.map(({ distance }) => distance).toSorted((a, b) => a - b),
    );
    assert.equal(
      (await t.get<{ count: number }>(`/images/${ids['original']}/similar?distance=10&limit=1`)).count,
      1,
    );
    assert.equal((await fetch(`${t.url}/images/999999/similar`)).status, 404);
    assert.equal((await fetch(`${t.url}/images/${ids['original']}/similar?distance=11`)).status, 422);
  });

  it('are one group, with what differs and which to keep', async () => {
    const [group, ...others] = await groups();
    assert.deepEqual(others, []);
    assert.deepEqual(sorted(group!.images), alike());
    assert.equal(group!.id, ids['original']);
    assert.equal(group!.count, 4);
    assert.deepEqual(group!.keeper, { id: ids['original'], reason: 'most_bytes' });
    assert.equal(group!.images[0]!.id, ids['original']);
    for (const what of ['dimensions', 'size', 'format', 'camera', 'location', 'name'])
      assert.ok(group!.differing.includes(what), what);
    assert.deepEqual(await groups('tenant_name=nobody'), []);
    assert.deepEqual(await groups('page=2'), []);
  });

  it('stay apart between tenants', async () => {
    const { original, again } = await variantsOf(1);
    const there = [await add(original, 'x', 'other'), await add(again, 'y', 'other')];
    assert.deepEqual(sorted((await groups('tenant_name=other'))[0]!.images), there);
    assert.deepEqual(sorted((await groups())[0]!.images), alike());
    assert.equal((await post('/duplicates/merge', { keep: ids['original'], remove: there })).status, 404);
    assert.equal((await post('/duplicates/dismissals', { images: [ids['original'], there[0]] })).status, 404);
  });

  it('are dismissed and shown again', async () => {
    const dismissal = (await (await post('/duplicates/dismissals', { images: alike() })).json()) as {
      id: string;
    };
    assert.deepEqual(await groups(), []);
    const back = () => fetch(`${t.url}/duplicates/dismissals/${dismissal.id}`, { method: 'DELETE' });
    assert.equal((await back()).status, 204);
    assert.equal((await back()).status, 404);
    assert.equal((await groups()).length, 1);
  });

  it('are the same after all groups were formed anew', async () => {
    const before = await groups('distance=10');
    await rebuild(t.config);
    assert.deepEqual(await groups('distance=10'), before);
  });

  it('merge into one that takes over what it lacks, and come apart again exactly', async () => {
    const [keep, ...remove] = [ids['original']!, ids['again']!, ids['small']!];
    const before = await asset(keep!);
    assert.equal(before.location, null);
    const answer = await post('/duplicates/merge', { keep, remove });
    assert.equal(answer.status, 201);
    const merge = (await answer.json()) as Merge;
    assert.deepEqual(
      merge.changes.map(({ field, from }) => [field, from]),
      [
        ['location', ids['again']],
        ['captured_at', ids['again']],
        ['camera', ids['again']],
      ],
    );
    const kept = await asset(keep!);
    assert.deepEqual(kept.location, { latitude: 51.5, longitude: 7, altitude: null });
    assert.equal(kept.captured_at, '2024-05-06T05:08:09.000Z');
    assert.equal(kept.camera.model, 'Trap 7');
    assert.deepEqual(kept.references.map((reference) => reference.external_id).toSorted(), [
      'again.jpg',
      'original.jpg',
      'small.jpg',
    ]);
    assert.ok(
      kept.timeline.some(({ kind, detail }) => kind === 'asset.merged' && detail['merge'] === merge.merge_id),
    );
    for (const id of remove) {
      const gone = await asset(id);
      assert.equal(gone.status, 'trashed');
      assert.ok(
        gone.timeline.some(({ kind, detail }) => kind === 'asset.trashed' && detail['merged_into'] === keep),
      );
      assert.equal(gone.references.length, 1);
    }
    assert.deepEqual(sorted((await groups())[0]!.images), [keep, ids['cropped']].toSorted());
    const undone = await t.post<Record<string, unknown>>(`/duplicates/merges/${merge.merge_id}/undo`);
    assert.deepEqual(undone, {
      merge_id: merge.merge_id,
      keep,
      restored: remove.toSorted(),
      not_restored: [],
      reverted: ['location', 'captured_at', 'camera'],
      changed_since: [],
    });
    const { timeline: _, ...after } = await asset(keep!);
    const { timeline: __, ...exactly } = before;
    assert.deepEqual(after, exactly);
    assert.deepEqual(sorted((await groups())[0]!.images), alike());
    assert.equal((await post(`/duplicates/merges/${merge.merge_id}/undo`)).status, 409);
    const { merges } = await t.get<{ merges: { id: string; undone_at: string | null }[] }>(
      '/duplicates/merges',
    );
    assert.deepEqual(
      merges.map(({ id, undone_at }) => [id, undone_at !== null]),
      [[merge.merge_id, true]],
    );
  });

  it('leave alone what somebody changed since, and say so', async () => {
    const { original, again, small } = ids as Record<string, number>;
    const { merge_id } = await t.post<Merge>('/duplicates/merge', {
      keep: original,
      remove: [again, small],
      metadata: { captured_at: 'keep' },
    });
    await t.db.run((sql) => sql`update assets set latitude = 1, longitude = 2 where id = ${original!}`);
    await t.db.run(
      (sql) =>
        sql`update assets set state = 'ready', trashed_at = null, trashed_by = null, merged_into = null where id = ${small!}`,
    );
    const undone = await t.post<Record<string, unknown>>(`/duplicates/merges/${merge_id}/undo`);
    assert.deepEqual(undone, {
      merge_id,
      keep: original,
      restored: [again],
      not_restored: [small],
      reverted: ['camera'],
      changed_since: ['location'],
    });
    assert.deepEqual((await asset(original!)).location, { latitude: 1, longitude: 2, altitude: null });
    await t.db.run((sql) => sql`update assets set latitude = null, longitude = null where id = ${original!}`);
  });

  it('take the value of the picture that was chosen', async () => {
    const { original, again, small } = ids as Record<string, number>;
    const merge = await t.post<Merge>('/duplicates/merge', {
      keep: again,
      remove: [original, small],
      metadata: { camera: original, location: 'keep' },
    });
    assert.deepEqual(
      merge.changes.map(({ field, from }) => [field, from]),
      [['camera', original]],
    );
    assert.equal((await asset(again!)).camera.model, null);
    await t.post(`/duplicates/merges/${merge.merge_id}/undo`);
    assert.equal((await asset(again!)).camera.model, 'Trap 7');
  });

  it('are merged by one of many who try at the same time; the others are told', async () => {
    const group = alike();
    const answers = await Promise.all(
      group.map((keep) => post('/duplicates/merge', { keep, remove: group.filter((id) => id !== keep) })),
    );
    const statuses = answers.map(({ status }) => status).toSorted();
    assert.deepEqual(statuses, [201, 409, 409, 409]);
    const refused = answers.find(({ status }) => status === 409)!;
    assert.match(
      ((await refused.json()) as { detail: string }).detail,
      /Nothing was changed: image \d+ was merged into image \d+/,
    );
    const { merge_id } = (await answers.find(({ status }) => status === 201)!.json()) as Merge;
    await t.post(`/duplicates/merges/${merge_id}/undo`);
  });

  it('are not merged by an order that makes no sense', async () => {
    const [a, b] = alike();
    for (const body of [
      { keep: a, remove: [a] },
      { keep: a, remove: [] },
      { keep: a, remove: [b, b] },
      { keep: a, remove: [b], metadata: { camera: 999_999 } },
      { keep: a, remove: [b], metadata: { colour: 'keep' } },
    ])
      assert.equal((await post('/duplicates/merge', body)).status, 422, JSON.stringify(body));
    assert.equal((await post('/duplicates/merge', { keep: a, remove: [999_999] })).status, 404);
    assert.equal((await post('/duplicates/merges/11111111-1111-4111-8111-111111111111/undo')).status, 404);
    assert.deepEqual(sorted((await groups())[0]!.images), alike());
    assert.ok((await t.audit()).clean);
  });
});
