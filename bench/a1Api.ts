import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import type { Benchmark, Line } from './benchmark.ts';
import { commented } from './files/jpegComment.ts';
import { type Lab, suspendedByLoad } from './lab.ts';
import { arrive, type Taken } from './load/arrivals.ts';
import { startSlowClients } from './load/slowClients.ts';
import { percentile } from './measure/statistics.ts';
import { timed } from './measure/timed.ts';

const READS_PER_SECOND = 200;
const UPLOADS_PER_SECOND = 5;
const SLOW_CLIENTS = 500;
/** Without the slow clients, and beside them. */
const SECONDS = { alone: 120, beside: 60 };
const LIBRARY = 40;

interface Caller {
  get(path: string): Promise<Buffer>;
  upload(bytes: Buffer, name: string): Promise<{ asset_id: number }>;
  close(): void;
}

/** Many clients with connections that are kept. */
function callerOf(url: string): Caller {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });

  const call = (path: string, method: string, body: Buffer | null, type: string): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const req = request(`${url}${path}`, {
        agent,
        method,
        headers: body === null ? {} : { 'content-type': type, 'content-length': body.length },
      });
      req.once('error', reject);
      req.once('response', (res) => {
        const parts: Buffer[] = [];
        res.on('data', (part: Buffer) => parts.push(part));
        res.once('error', reject);
        res.once('end', () => {
          if (res.statusCode === 200) resolve(Buffer.concat(parts));
          else reject(new Error(`${method} ${path}: ${res.statusCode}`));
        });
      });
      req.end(body ?? undefined);
    });

  return {
    get: (path) => call(path, 'GET', null, ''),
    async upload(bytes, name) {
      const form = Buffer.concat([
        Buffer.from(`--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`),
        bytes,
        Buffer.from('\r\n--b--\r\n'),
      ]);
      const answer = await call('/upload/', 'POST', form, 'multipart/form-data; boundary=b');
      return JSON.parse(String(answer)) as { asset_id: number };
    },
    close: () => agent.destroy(),
  };
}

/** What a page that somebody looks at asks for. */
function reads(ids: readonly number[]): (index: number) => string {
  const paths = [
    () => '/images?limit=20&count=none',
    (id: number) => `/retrieve/rendition/${id}/thumb`,
    (id: number) => `/retrieve/asset/${id}`,
    (id: number) => `/retrieve/rendition/${id}/card`,
    () => '/imports?limit=20',
  ] as const;
  return (index) => paths[index % paths.length]?.(ids[index % ids.length] ?? 0) ?? '/images';
}

const shown = ({ ms }: Taken): string =>
  [0.5, 0.95, 0.99].map((share) => percentile(ms, share).toFixed(0)).join(' / ');

async function run(lab: Lab): Promise<Line[]> {
  const { files } = await lab.small();
  const api = await (await lab.stack()).api();
  const caller = callerOf(api.url);
  let made = 0;
  const upload = async (): Promise<number> => {
    made += 1;
    const bytes = await readFile(files[made % files.length] ?? '');
    const own = Buffer.concat(commented(bytes, `load ${made}`));
    return (await caller.upload(own, `load-${made}.jpg`)).asset_id;
  };
  const ids: number[] = [];
  for (let i = 0; i < LIBRARY; i += 1) ids.push(await upload());
  for (const id of ids) {
    let body: { status: string; failure?: unknown };
    do body = JSON.parse(String(await caller.get(`/retrieve/asset/${id}`))) as typeof body;
    while (body.status === 'processing');
    if (body.status !== 'ready')
      throw new Error(`Image ${id} is ${body.status}: ${JSON.stringify(body.failure)}`);
  }
  const pathOf = reads(ids);

  const part = async (seconds: number): Promise<{ read: Taken; sent: Taken; foreign: number }> => {
    const { result, foreign } = await timed({}, async () => {
      const [read, sent] = await Promise.all([
        arrive(READS_PER_SECOND, seconds, async (index) => void (await caller.get(pathOf(index)))),
        arrive(UPLOADS_PER_SECOND, seconds, async () => void (await upload())),
      ]);
      return { read, sent };
    });
    return { ...result, foreign };
  };
  const alone = await part(SECONDS.alone);
  const stop = startSlowClients(api.url, SLOW_CLIENTS);
  const beside = await part(SECONDS.beside);
  stop();
  caller.close();

  const errors = [alone, beside].flatMap(({ read, sent }) => [...read.errors, ...sent.errors]);
  const foreign = Math.max(alone.foreign, beside.foreign);
  const p99 = percentile(alone.read.ms, 0.99);
  const slower = percentile(beside.read.ms, 0.99) / p99;
  return [
    {
      id: 'A1 reads',
      what: `${READS_PER_SECOND} reads/s and ${UPLOADS_PER_SECOND} uploads/s, p50 / p95 / p99 | the uploads`,
      ours: `${shown(alone.read)} ms`,
      peer: `${shown(alone.sent)} ms`,
      value: p99,
      gate: { kind: 'at-most', limit: 500, unit: 'ms', ...suspendedByLoad(foreign) },
      note: `${SECONDS.alone} s; ${errors.length} errors${errors.length === 0 ? '' : `, first ${errors[0]}`}; foreign load ${foreign.toFixed(1)} cores`,
    },
    {
      id: 'A1 errors',
      what: 'requests of both parts that failed',
      ours: String(errors.length),
      peer: '–',
      value: errors.length,
      gate: { kind: 'at-most', limit: 0, unit: 'events' },
      note: `${alone.read.ms.length + alone.sent.ms.length + beside.read.ms.length + beside.sent.ms.length} answered well`,
    },
    {
      id: 'A1 slow',
      what: `p99 of the reads beside ${SLOW_CLIENTS} uploads of 1 byte a second | without them`,
      ours: `${percentile(beside.read.ms, 0.99).toFixed(0)} ms`,
      peer: `${p99.toFixed(0)} ms`,
      value: slower,
      gate: { kind: 'at-most', limit: 2, unit: '×', ...suspendedByLoad(foreign) },
      note: `p50 / p95 / p99 ${shown(beside.read)} ms, uploads ${shown(beside.sent)} ms`,
    },
  ];
}

export const apiLoad: Benchmark = { id: 'A1', title: 'The API under load, and beside slow clients', run };
