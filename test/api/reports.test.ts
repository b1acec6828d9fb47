import assert from 'node:assert/strict';
import { createLocation } from '../../stores/people.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { putModel, putSeen } from '../hosting/seen.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { FOX } from '../interchange/records.ts';
import { putShots } from '../stores/library.ts';

interface Kind {
  label: string;
  scientific_name: string | null;
  records: number;
  by_hour: number[];
}
interface Richness {
  locations: { location_name: string | null; kinds: Kind[]; species: number }[];
}
interface Effort {
  locations: { location_name: string | null; cameras: number; camera_days: number }[];
  camera_days: number;
}

describe('reports', () => {
  let t: Tributary;
  let ids: number[];

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ parts: ['api'] });
    const tenantId = await t.db.run(async (sql) => (await ensureTenant(sql, 'survey')).id);
    const place = (name: string) =>
      t.db.run((sql) =>
        createLocation(sql, tenantId, { name, latitude: null, longitude: null, timezone: null }),
      );
    const [oak, elm] = [await place('Oak'), await place('Elm')];
    const shot = (takenAt: string | null, locationId: string, camera: string) => ({
      takenAt,
      locationId,
      camera,
    });
    ids = await putShots(t.db, tenantId, [
      shot('2026-05-01T22:00:00Z', oak.id, 'cam-1'),
      shot('2026-05-01T22:10:00Z', oak.id, 'cam-1'),
      shot('2026-05-01T22:30:00Z', oak.id, 'cam-2'),
      shot('2026-05-11T22:00:00Z', oak.id, 'cam-1'),
      shot('2026-05-01T12:00:00Z', elm.id, 'cam-3'),
      shot('2026-05-03T00:00:00Z', elm.id, 'cam-3'),
      shot(null, elm.id, 'cam-3'),
    ]);
    await t.db.run((sql) => sql`update assets set captured_offset = 120 where location_id = ${oak.id}`);
    const fox = (asset: number) => ({
      asset,
      label: 'animal' as const,
      score: 0.9,
      species: [[FOX, 0.9]] as [string, number][],
    });
    await putSeen(t.db, await putModel(t.db, 'finder'), ids, [
      ...ids.slice(0, 4).map(fox),
      { asset: ids[0]!, label: 'animal', score: 0.5 },
      { asset: ids[4]!, label: 'animal', score: 0.5 },
      { asset: ids[4]!, label: 'person', score: 0.5 },
      { asset: ids[5]!, label: 'animal', score: 0.1 },
      fox(ids[6]!),
    ]);
  });
  after(() => t.close());

  const activity = (query = '') => t.get<{ kinds: Kind[] }>(`/reports/activity?tenant_name=survey${query}`);

  it('count records that are far enough apart, by the hour of the place', async () => {
    const { kinds } = await activity();
    const fox = kinds.find(({ scientific_name: name }) => name === 'Vulpes vulpes')!;
    // 22:00, 22:30 (half an hour after) and ten days later; the clock is two hours ahead.
    assert.equal(fox.records, 3);
    assert.equal(fox.by_hour[0], 3);
    assert.equal(kinds[0], fox, 'the most frequent first');
    assert.deepEqual(kinds.map(({ scientific_name: name }) => name).sort(), [
      'Animalia',
      'Homo sapiens',
      'Vulpes vulpes',
    ]);
  });

  it('measure the interval as they are told', async () => {
    const foxes = async (query: string) =>
      (await activity(query)).kinds.find(({ label }) => label === FOX)?.records;
    assert.equal(await foxes('&interval_minutes=0'), 4);
    assert.equal(await foxes('&interval_minutes=31'), 2);
    assert.equal(await foxes('&since=seen'), 2);
    assert.equal(await foxes('&camera=cam-2'), 1);
    assert.equal(await foxes('&taken_from=2026-06-01'), undefined);
  });

  it('tell kinds that must be different at each place', async () => {
    const { locations } = await t.get<Richness>('/reports/richness?tenant_name=survey');
    const at = (name: string) => locations.find(({ location_name: one }) => one === name)!;
    assert.deepEqual(
      at('Oak').kinds.map(({ label, records }) => [label, records]),
      [[FOX, 3]],
    );
    assert.equal(at('Oak').species, 1);
    assert.deepEqual(
      at('Elm').kinds.map(({ scientific_name: name }) => name),
      ['Animalia'],
    );
    assert.equal(at('Elm').species, 0);
  });

  it('count the days in which cameras were about', async () => {
    const effort = (query = '') => t.get<Effort>(`/reports/effort?tenant_name=survey${query}`);
    const whole = await effort();
    const days = Object.fromEntries(whole.locations.map((one) => [one.location_name, one.camera_days]));
    assert.deepEqual(days, { Oak: 10, Elm: 1.5 });
    assert.equal(whole.camera_days, 11.5);
    assert.equal(whole.locations.find((one) => one.location_name === 'Oak')?.cameras, 2);
    const silent = await effort('&max_silence_days=5');
    const oak = silent.locations.find((one) => one.location_name === 'Oak')!;
    assert.ok(Math.abs(oak.camera_days - 10 / (24 * 60)) < 1e-9, 'ten minutes, and a moment ten days later');
  });

  it('are of one tenant, and what people rejected is not in them', async () => {
    assert.deepEqual((await t.get<{ kinds: Kind[] }>('/reports/activity?tenant_name=other')).kinds, []);
    await t.db.tx(async (tx) => {
      const [row] = await tx<{ id: number }[]>`
        insert into annotations (tenant_id, asset_id, label, x, y, width, height, state)
        select tenant_id, id, 'animal', 0.1, 0.2, 0.3, 0.4, 'rejected' from assets where id = ${ids[3]!} returning id`;
      await tx`update detections set annotation_id = ${row!.id} where asset_id = ${ids[3]!}`;
    });
    const { kinds } = await activity();
    assert.equal(kinds.find(({ label }) => label === FOX)?.records, 2);
  });

  it('leave out what repeats at one spot once somebody says so, and have it back', async () => {
    const spot = { camera: 'cam-1', tenant_name: 'survey' };
    const { repeats } = await t.get<{ repeats: { label: string; box: number[]; images: number }[] }>(
      '/repeats?tenant_name=survey&camera=cam-1&min_images=2',
    );
    assert.deepEqual(
      repeats.map(({ label, images }) => [label, images]),
      [['animal', 2]],
    );
    const records = async () =>
      (await activity('&camera=cam-1')).kinds.reduce((sum, kind) => sum + kind.records, 0);
    const before = await records();
    assert.ok(before > 0);
    const { id, images } = await t.post<{ id: string; images: number }>('/repeats/suppressions', {
      ...spot,
      ...repeats[0],
      images: undefined,
      boxes: undefined,
      max_score: undefined,
      first_at: undefined,
      last_at: undefined,
    });
    assert.ok(images >= 2);
    assert.equal(await records(), 0);
    const shown = async () => (await t.get<{ detections: unknown[] }>(`/images/${ids[0]}`)).detections.length;
    const listed1 = async () =>
      (await t.get<{ total: number }>('/images?tenant_name=survey&label=animal&camera=cam-1')).total;
    const reviewed = await t.get<{ shown: unknown[]; machine: { suppressed: boolean }[] }>(
      `/images/${ids[0]}/annotations`,
    );
    assert.deepEqual([await shown(), await listed1(), reviewed.shown.length], [0, 0, 0]);
    assert.ok(
      reviewed.machine.every(({ suppressed }) => suppressed),
      'and the review says why',
    );
    assert.deepEqual(
      (await t.get<{ repeats: unknown[] }>('/repeats?tenant_name=survey&camera=cam-1&min_images=2')).repeats,
      [],
    );
    await t.post(`/repeats/suppressions/${id}/undo`);
    assert.equal(await records(), before);
    assert.ok((await shown()) > 0 && (await listed1()) > 0);
    const listed = await t.get<{ suppressions: { undone_at: string | null }[] }>(
      '/repeats/suppressions?tenant_name=survey',
    );
    assert.notEqual(listed.suppressions[0]?.undone_at, null);
    await assert.rejects(
      t.post('/repeats/suppressions', { ...spot, label: 'animal', box: [0.9, 0.9, 0.05, 0.05] }),
      /409/,
    );
  });

  it('leave out the time in which a camera of ours was not seen, unless another session saw it', async () => {
    const tenantId = await t.db.run(async (sql) => (await ensureTenant(sql, 'ledger')).id);
    const camera = await t.db.tx(async (tx) => {
      const [made] = await tx<{ id: string }[]>`
        insert into cameras (tenant_id, key, name, address)
        values (${tenantId}, 'gate', 'Gate', 'rtsp://192.0.2.7/1') returning id`;
      const ran = async (from: string, to: string) => {
        const [session] = await tx<{ id: string }[]>`
          insert into capture_sessions (tenant_id, camera_id, "order", state, started_at, ended_at)
          values (${tenantId}, ${made!.id}, '{}', 'stopped', ${from}, ${to}) returning id`;
        return session!.id;
      };
      const long = await ran('2026-05-01', '2026-05-11');
      // Sees the camera during the second half of the gap.
      await ran('2026-05-05', '2026-05-06');
      await tx`
        insert into capture_gaps (tenant_id, camera_id, session_id, from_at, to_at, reason)
        values (${tenantId}, ${made!.id}, ${long}, '2026-05-04', '2026-05-06', 'unreachable')`;
      return made!.id;
    });
    const shots = ['2026-05-01', '2026-05-02', '2026-05-11'].map((takenAt) => ({
      ...{ takenAt: `${takenAt}T00:00:00Z`, camera: `tributary gate #${camera}` },
    }));
    await putShots(t.db, tenantId, shots);
    const effort = await t.get<Effort>('/reports/effort?tenant_name=ledger');
    assert.equal(effort.camera_days, 9);
  });

  it('refuse what is not a question', async () => {
    for (const query of ['interval_minutes=-1', 'since=never', 'max_silence_days=0']) {
      const path = query.startsWith('max') ? 'effort' : 'richness';
      assert.equal((await fetch(`${t.url}/reports/${path}?${query}`)).status, 422, query);
    }
  });
});
