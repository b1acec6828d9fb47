import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import postgres from 'postgres';
import { FEED_CHANNEL } from '../stores/feed/announce.ts';
import type { Benchmark, Line } from './benchmark.ts';
import { commented } from './files/jpegComment.ts';
import { type Lab, suspendedByLoad } from './lab.ts';
import { median, percentile } from './measure/statistics.ts';
import { timed } from './measure/timed.ts';

const UPLOADS = 20;
const WARM_UPS = 3;
const DEADLINE_MS = 60_000;

/** Uploads as a browser does. @returns the asset's id */
async function upload(url: string, name: string, bytes: Buffer): Promise<number> {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), name);
  const response = await fetch(`${url}/upload/`, { method: 'POST', body: form });
  if (!response.ok) throw new Error(`The upload was answered with ${response.status}.`);
  return ((await response.json()) as { asset_id: number }).asset_id;
}

/** Resolves when the asset is ready; asks whenever the database says that something changed. */
async function whenReady(sql: postgres.Sql, changes: EventTarget, asset: number): Promise<void> {
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  for (;;) {
    const changed = new Promise<void>((resolve, reject) => {
      changes.addEventListener('change', () => resolve(), { once: true });
      deadline.addEventListener('abort', () => reject(deadline.reason), { once: true });
    });
    // It is only waited for further down; until then its failure is nobody's.
    changed.catch(() => {});
    const [row] = await sql<{ state: string }[]>`select state from assets where id = ${asset}`;
    if (row?.state === 'ready') return;
    if (row?.state !== 'pending') throw new Error(`The asset is ${row?.state}.`);
    await changed;
  }
}

async function run(lab: Lab): Promise<Line[]> {
  const { files } = await lab.photos();
  const [stack, fused, database] = [await lab.stack(), await lab.loop('fused'), await lab.postgres()];
  const api = await stack.api();
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  const changes = new EventTarget();
  const listening = await sql.listen(FEED_CHANNEL, () => changes.dispatchEvent(new Event('change')));
  const extra: number[] = [];
  const whole: number[] = [];
  const answered: number[] = [];
  const { foreign } = await timed({}, async () => {
    for (let index = -WARM_UPS; index < UPLOADS; index += 1) {
      const bytes = await readFile(files[(index + WARM_UPS) % files.length] ?? '');
      const own = Buffer.concat(commented(bytes, `upload ${index}`));
      const copy = path.join(lab.scratchDir, 'upload.jpg');
      await writeFile(copy, own);
      const [renderMs = 0] = (await fused.run({ kind: 'files', files: [copy], times: 1 })).eachMs ?? [];
      const start = performance.now();
      const asset = await upload(api.url, `upload-${index}.jpg`, own);
      const answer = performance.now();
      await whenReady(sql, changes, asset);
      const end = performance.now();
      if (index < 0) continue;
      answered.push(answer - start);
      whole.push(end - start);
      extra.push(end - start - renderMs);
    }
  });
  await listening.unlisten();
  await sql.end();
  return [
    {
      id: 'T1 latency',
      what: 'upload to ready, at rest | the image work alone',
      ours: `${median(whole).toFixed(0)} ms`,
      peer: `${(median(whole) - median(extra)).toFixed(0)} ms`,
      value: median(extra),
      gate: { kind: 'at-most', limit: 250, unit: 'ms', ...suspendedByLoad(foreign) },
      note: `median of ${UPLOADS}; 95 %: ${percentile(extra, 0.95).toFixed(0)} ms; answered after ${median(answered).toFixed(0)} ms; foreign load ${foreign.toFixed(1)} cores`,
    },
  ];
}

export const latency: Benchmark = { id: 'T1-latency', title: 'Latency of an upload', run };
