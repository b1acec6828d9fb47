import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, caller, withKey } from '../../hosting/access.ts';
import { folderOf, picture } from '../../hosting/pictures.ts';
import type { Tributary } from '../../hosting/tributary.ts';

/**
 * Gives a tenant some of everything, by the requests of its own administrator, who is nobody elsewhere: what works here
 * works behind both walls. Names hold the tenant's name, so that they are seen where they should not be.
 */
export async function seedTenant(t: Tributary, admin: Account, seed: number): Promise<void> {
  const { tenant, tenantId } = admin;
  const call = caller(t, withKey(admin.key));
  const named = (what: string): string => `${tenant} ${what}`;

  async function ask<T = { id: string }>(
    method: string,
    at: string,
    body?: unknown,
    expected = [200, 201, 202, 204],
  ) {
    const response = await call(method, at, body);
    const text = await response.text();
    assert.ok(expected.includes(response.status), `${method} ${at}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
  async function form<T>(
    at: string,
    fields: Record<string, string>,
    field: string,
    name: string,
    bytes: Uint8Array,
  ) {
    const body = new FormData();
    for (const [key, value] of Object.entries(fields)) body.append(key, value);
    body.append(field, new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
    const response = await fetch(`${t.url}${at}`, { method: 'POST', body, headers: withKey(admin.key) });
    assert.ok(response.ok, `${at}: ${response.status} ${await response.clone().text()}`);
    return (await response.json()) as T;
  }

  const ids: number[] = [];
  for (let i = 0; i < 6; i += 1) {
    const { asset_id } = await form<{ asset_id: number }>(
      ...(['/upload/', {}, 'file', `${tenant}-${i}.jpg`, await picture(seed + i)] as const),
    );
    ids.push(asset_id);
  }
  const folder = await folderOf({
    [`${tenant}-a.jpg`]: await picture(seed + 20),
    [`${tenant}-b.jpg`]: (await picture(seed + 21)).subarray(0, 700),
  });
  const { id: importId } = await ask('POST', '/imports', { url: folder });
  for (;;) {
    const { total } = await ask<{ total: number }>('GET', '/images');
    const { status } = await ask<{ status: string }>('GET', `/imports/${importId}`);
    if (total === 7 && status === 'completed') break;
    await sleep(100);
  }
  await rm(folder, { recursive: true });
  // What takes minutes, a model or a bucket to come about is put there as it would be.
  await t.db.tx(async (tx) => {
    await tx`
      update import_items set state = 'failed', reason = 'source_timeout', detail = ${named('was too slow')}
      where import_id = ${importId} and state = 'rejected'`;
    await tx`
      update assets set captured_at = '2026-01-01T00:00:00Z', captured_local = '2026-01-01T00:00:00', captured_offset = 0,
        captured_confidence = 'high', camera_key = ${named('camera')} where tenant_id = ${tenantId}`;
    await tx`
      insert into upload_intents (tenant_id, name, bytes, media_type, expires_at)
      values (${tenantId}, ${named('file')}, 100, 'image/jpeg', now() + interval '1 hour')`;
    await tx`
      insert into repeat_suppressions (tenant_id, camera_key, label, x, y, width, height, overlap, images)
      values (${tenantId}, ${named('camera')}, 'branch', 0.1, 0.1, 0.2, 0.2, 0.5, 3)`;
    const [sequence] = await tx<{ id: string }[]>`
      insert into sequences (tenant_id, camera_key, started_at, ended_at, images, bursts)
      values (${tenantId}, ${named('camera')}, '2026-01-01', '2026-01-01', 2, 1) returning id`;
    await tx`
      insert into sequence_images (asset_id, sequence_id, position, burst)
      select id, ${sequence?.id ?? ''}, 1, 1 from assets where id = ${ids[0] ?? 0}
      on conflict (asset_id) do update set sequence_id = excluded.sequence_id`;
  });

  const { id: location } = await ask('POST', '/locations', { name: named('pond') });
  const { id: user } = await ask('POST', '/users', { name: named('ranger') });
  await ask('POST', '/image-pull-sources', {
    ...{ name: named('feed'), base_url: `http://192.0.2.1/${tenant}/`, location_id: location, user_id: user },
    ...{ is_active: false, auth_type: 'basic', auth_username: named('user'), auth_password: 'secret' },
  });
  await ask('POST', '/image-pull-sources', { name: named('hooks'), kind: 'push' });
  const { id: camera } = await ask('POST', '/cameras', {
    ...{ camera_id: named('gate'), name: named('gate'), rtsp_url: 'rtsp://192.0.2.7/1' },
    ...{ username: 'ranger', password: 'secret', latitude: 50, longitude: 8 },
  });
  await ask('PUT', `/cameras/${camera}/calibration`, {
    ...{ distortion: { model: 'fisheye', coefficients: [0, 0, 0, 0] }, note: named('calibration') },
  });
  await ask('POST', `/cameras/${camera}/windows`, {
    name: named('dawn'),
    from: '05:00',
    to: '06:00',
    order: {},
  });
  await ask('POST', `/cameras/${camera}/sessions`, { capture_mode: 'continuous' });
  await form(
    '/ingest/upload',
    { camera_id: named('old') },
    'files',
    `${tenant}-f.jpg`,
    await picture(seed + 30),
  );
  await ask('POST', '/ingest/rtsp', {
    ...{ rtsp_url: 'rtsp://192.0.2.8/1', camera_id: named('older'), capture_mode: 'single_frame' },
  });
  await ask('POST', '/exports', { format: 'csv', ids });
  await form(
    ...(['/detection-files', { model: named('model') }, 'file', 'd.json'] as const),
    Buffer.from(JSON.stringify({ images: [], detection_categories: {}, info: { format_version: '1.3' } })),
  );
  await ask('POST', `/images/${ids[1]}/annotations`, {
    ...{ action: 'add', label: named('fox'), bbox: [0.1, 0.1, 0.2, 0.2], author: named('Ann') },
  });
  await ask('PATCH', `/images/${ids[1]}`, { focal_point: { x: 0.5, y: 0.5 } });
  await ask('POST', `/images/${ids[1]}/links`, { preset: 'card', expires_in: 600 });
  await ask('POST', '/images/trash', { ids: [ids[5]] });
  await ask('POST', '/duplicates/dismissals', { images: [ids[0], ids[1]] });
  await ask('POST', '/duplicates/merge', { keep: ids[2], remove: [ids[3]] });
  await ask('POST', '/purges', { days: 0, trashed_only: true });
  await ask('POST', '/presets', { name: 'tiny', width: 32, height: 32, fit: 'inside', format: 'jpeg' });
  await ask('POST', '/corrections/clock', { ids: [ids[0]], shift_seconds: 60 });
  await ask('POST', '/reprocess', { filter: { ids: [ids[0]] } });
  await ask('POST', '/members', { name: named('robot'), role: 'viewer' });
  const begun = await fetch(`${t.url}/uploads/tus`, {
    method: 'POST',
    headers: {
      ...withKey(admin.key),
      'Tus-Resumable': '1.0.0',
      'Upload-Length': '5000',
      'Upload-Metadata': `filename ${Buffer.from(`${tenant}.jpg`).toString('base64')}`,
    },
  });
  assert.equal(begun.status, 201, await begun.text());
}
