import { picture } from '../hosting/pictures.ts';
import type { Tributary } from '../hosting/tributary.ts';

/** A little of everything, so that ids that a fuzzer guesses are those of something. */
export async function furnish(t: Tributary): Promise<void> {
  for (const seed of [1, 2, 3]) {
    const form = new FormData();
    form.append('file', new Blob([(await picture(seed)) as Uint8Array<ArrayBuffer>]), `${seed}.jpg`);
    await fetch(`${t.url}/upload/`, { method: 'POST', body: form, headers: { prefer: 'wait=60' } });
  }
  await t.post('/users', { name: 'Ada' });
  await t.post('/locations', { name: 'Gate' });
  await t.post('/cameras', { name: 'Gate', rtsp_url: 'rtsp://192.0.2.7/live' });
  await t.post('/presets', { name: 'tiny', width: 32, height: 32 });
  await t.post('/tenants', { name: 'north' });
  await t.post('/purges', { days: 3 });
  await t.post('/image-pull-sources', { name: 'Hooks', kind: 'push' });
}
