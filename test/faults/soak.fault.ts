import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PhotoServer, startPhotoServer } from '../hosting/photoServer.ts';
import { picture } from '../hosting/pictures.ts';
import { seeded } from '../hosting/seeded.ts';
import { type Part, startTributary, type Tributary } from '../hosting/tributary.ts';
import { type PrivatePostgres, startPrivatePostgres } from './privatePostgres.ts';
import { tell } from './report.ts';

const MINUTES = Number(process.env['SOAK_MINUTES'] ?? 10);
const SEED = 890_000;
const SOURCES = 3;
const TICK_SECONDS = 30;
/** What the API may grow by in the second half, when everything has been used once. */
const MOST_GROWTH_MIB = 100;

interface Look {
  rssMib: number;
  files: number;
  readMs: number;
}

async function vitalsOf(pid: number): Promise<{ rssMib: number; files: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const files = await readdir(`/proc/${pid}/fd`);
  return { rssMib: Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024, files: files.length };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

describe(`F42: ${MINUTES} minutes of everything at once`, () => {
  let postgres: PrivatePostgres;
  let t: Tributary;
  const servers: PhotoServer[] = [];

  before(async function () {
    if (process.platform !== 'linux') this.skip();
    this.timeout(400_000);
    postgres = await startPrivatePostgres();
    t = await startTributary({ databaseUrl: postgres.url });
  });
  after(async () => {
    await t?.close();
    for (const server of servers) await server.close();
    await postgres?.remove();
  });

  it('loses nothing, and nothing grows', async function () {
    this.timeout((MINUTES + 10) * 60_000);
    const random = seeded(SEED);
    let made = 0;
    const next = (): Promise<Buffer> => {
      made += 1;
      return picture(SEED + made);
    };
    for (let n = 0; n < SOURCES; n += 1) {
      const server = await startPhotoServer();
      servers.push(server);
      const source = { name: `Trap ${n}`, base_url: server.url, schedule: 'every 1m', max_files_per_run: 50 };
      const { id } = await t.post<{ id: string }>('/image-pull-sources', { ...source, settle_seconds: 0 });
      const handle = t.client.schedule.getHandle(`source:${id}`);
      const hurry = () =>
        handle
          .update((before) => ({ ...before, spec: { intervals: [{ every: TICK_SECONDS * 1_000 }] } }))
          .then(
            () => true,
            () => false,
          );
      while (!(await hurry())) await sleep(100);
    }
    let listed = 0;
    const uploaded = new Set<number>();
    const refused: Record<string, number> = {};
    const injected = { worker_killed: 0, postgres_stopped: 0 };
    const looks: Look[] = [];
    let due = performance.now() + 45_000;
    const until = performance.now() + MINUTES * 60_000;
    while (performance.now() < until) {
      for (const server of servers) {
        server.put(`IMG_${made}.JPG`, await next());
        listed += 1;
      }
      const bytes = await next();
      for (let tries = 0; tries < 60; tries += 1) {
        const answer = await t.upload(bytes, 'soak.jpg').catch(() => null);
        const body = (await answer?.json().catch(() => null)) as { asset_id?: number } | null;
        if (answer?.ok && body?.asset_id !== undefined) {
          uploaded.add(body.asset_id);
          break;
        }
        const status = String(answer?.status ?? 'cut off');
        refused[status] = (refused[status] ?? 0) + 1;
        await sleep(500);
      }
      const began = performance.now();
      await fetch(`${t.url}/images?limit=50`).then((answer) => answer.arrayBuffer());
      looks.push({ ...(await vitalsOf(t.pid('api'))), readMs: performance.now() - began });
      if (performance.now() > due) {
        due = performance.now() + 45_000;
        if (random() < 0.6) {
          const part: Part = random() < 0.5 ? 'io' : 'cpu';
          await t.kill(part, 'SIGKILL');
          await t.start(part);
          injected.worker_killed += 1;
        } else {
          await postgres.crash();
          await sleep(1_000);
          await postgres.start();
          injected.postgres_stopped += 1;
        }
      }
      await sleep(1_000);
    }
    const settled = async (): Promise<number> => {
      const [row] = await t.db
        .run((sql) => sql<{ ready: number }[]>`select count(*) as ready from assets where state = 'ready'`)
        .catch(() => []);
      return row?.ready ?? 0;
    };
    // What was put last comes in with the next ticks.
    for (const end = performance.now() + 300_000; performance.now() < end; await sleep(500))
      if ((await settled()) === listed + uploaded.size) break;
    const ready = await settled();
    const audit = await t.audit();
    const half = Math.floor(looks.length / 2);
    const quarters = [looks.slice(half, Math.floor(half * 1.5)), looks.slice(Math.floor(half * 1.5))];
    const [growth = 0, files = 0] = (['rssMib', 'files'] as const).map(
      (what) =>
        median((quarters[1] ?? []).map((look) => look[what])) -
        median((quarters[0] ?? []).map((look) => look[what])),
    );
    tell(
      {
        test: 'F42',
        seed: SEED,
        injected: { minutes: MINUTES, ...injected },
        figures: {
          from_sources: listed,
          uploaded: uploaded.size,
          lost: listed + uploaded.size - ready,
          uploads_refused: refused,
          fetches_per_item: servers.reduce((sum, { asked }) => sum + asked.length, 0) / listed,
          items_per_hour: Math.round(((listed + uploaded.size) / MINUTES) * 60),
          api_growth_mib: Math.round(growth),
          api_files_growth: files,
          read_ms_first_half: Math.round(median(looks.slice(0, half).map(({ readMs }) => readMs))),
          read_ms_second_half: Math.round(median(looks.slice(half).map(({ readMs }) => readMs))),
        },
      },
      audit,
    );
    assert.equal(ready, listed + uploaded.size);
    assert.ok(injected.worker_killed + injected.postgres_stopped > 0);
    assert.ok(growth < MOST_GROWTH_MIB, `the API grew by ${growth} MiB`);
    assert.ok(files < 50, `the API has ${files} more files open`);
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});
