import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PhotoServer, startPhotoServer } from '../hosting/photoServer.ts';
import { pictures } from '../hosting/pictures.ts';
import { type ImportBody, startTributary, type Tributary } from '../hosting/tributary.ts';
import { type PrivateTemporal, startPrivateTemporal } from './privateTemporal.ts';
import { tell } from './report.ts';

const SEED = 860_000;
const FILES = 40;

describe('schedules in trouble', () => {
  let temporal: PrivateTemporal;
  let photos: PhotoServer;
  let t: Tributary;

  before(async function () {
    this.timeout(400_000);
    temporal = await startPrivateTemporal();
    t = await startTributary({ temporal: temporal.address });
  });
  after(async () => {
    await t?.close();
    await temporal?.remove();
  });
  beforeEach(async () => {
    photos = await startPhotoServer();
  });
  afterEach(() => photos.close());

  async function put(from: number, count = FILES): Promise<void> {
    for (const [name, bytes] of Object.entries(await pictures(count, SEED + from))) photos.put(name, bytes);
  }

  async function add(schedule: string): Promise<string> {
    const source = { name: 'Trap', base_url: photos.url, schedule, max_files_per_run: 500 };
    return (await t.post<{ id: string }>('/image-pull-sources', source)).id;
  }

  const scheduleOf = (id: string) => t.client.schedule.getHandle(`source:${id}`);
  async function scheduled(id: string) {
    for (;;) {
      const found = await scheduleOf(id)
        .describe()
        .catch(() => null);
      if (found !== null) return found;
      await sleep(50);
    }
  }

  async function runsOf(id: string): Promise<{ runs: number; open: number; stored: number }> {
    const [row] = await t.db.run(
      (sql) => sql<{ runs: number; open: number; stored: number }[]>`
        select count(*) as runs, count(*) filter (where finished_at is null) as open,
          coalesce((select count(*) from import_items i join imports m on m.id = i.import_id
            where m.pull_source_id = ${id} and i.state = 'stored'), 0) as stored
        from imports where pull_source_id = ${id}`,
    );
    return row ?? { runs: 0, open: 0, stored: 0 };
  }

  /** Its ticks come every so many seconds; the API takes a minute at least, and a test has not so much time. */
  const hurry = (id: string, seconds: number, timeout?: string): Promise<void> =>
    scheduleOf(id).update((before) => ({
      ...before,
      spec: { intervals: [{ every: seconds * 1_000 }] },
      action: {
        ...before.action,
        ...(timeout !== undefined && { workflowExecutionTimeout: timeout as '20 seconds' }),
      },
    }));

  it('F31: twenty triggers and twenty requests at once are one run', async function () {
    this.timeout(300_000);
    await put(0);
    photos.delayMs = 300;
    const id = await add('0 * * * *');
    await scheduled(id);
    const triggers = Array.from({ length: 20 }, () => scheduleOf(id).trigger());
    const requests = Array.from({ length: 20 }, () =>
      t.post<{ run_id: string }>(`/image-pull-sources/${id}/process`),
    );
    const asked = await Promise.all(requests);
    await Promise.all(triggers);
    const job = await t.waitImport(asked[0]?.run_id ?? '');
    // Triggers that were still to come find nothing new.
    while ((await runsOf(id)).open > 0) await sleep(100);
    const { runs, stored } = await runsOf(id);
    const { info } = await scheduled(id);
    const audit = await t.audit();
    tell(
      {
        test: 'F31',
        seed: SEED,
        injected: { triggers: triggers.length, requests: requests.length },
        figures: {
          runs,
          run_ids: new Set(asked.map(({ run_id }) => run_id)).size,
          skipped_by_overlap: info.numActionsSkippedOverlap,
          fetches_per_item: photos.asked.length / FILES,
          stored,
        },
      },
      audit,
    );
    assert.equal(new Set(asked.map(({ run_id }) => run_id)).size, 1);
    assert.equal(job.stored_files, FILES);
    assert.equal(stored, FILES);
    assert.equal(photos.asked.length, FILES);
    assert.ok(audit.clean, JSON.stringify(audit));
    await scheduleOf(id).pause();
  });

  it('F32: ticks that were missed are made up for by one run', async function () {
    this.timeout(300_000);
    await put(1_000);
    const id = await add('every 1m');
    const { policies } = await scheduled(id);
    assert.equal(policies.catchupWindow, 3_600_000);
    await hurry(id, 10);
    while ((await runsOf(id)).stored < FILES) await sleep(100);
    // Between two runs: a tick that comes while one is under way is not made up for.
    const { info: before } = await scheduled(id);
    for (;;) {
      const { info } = await scheduled(id);
      if (info.numActionsTaken > before.numActionsTaken && info.runningActions.length === 0) break;
      await sleep(100);
    }
    const from = new Date();
    await temporal.kill();
    await sleep(45_000);
    const to = new Date();
    await put(2_000);
    await temporal.start();
    while ((await runsOf(id)).stored < 2 * FILES) await sleep(100);
    await scheduleOf(id).pause();
    const { info } = await scheduled(id);
    const within = info.recentActions.filter(({ scheduledAt }) => scheduledAt > from && scheduledAt < to);
    const audit = await t.audit();
    tell(
      {
        test: 'F32',
        seed: SEED,
        injected: 'Temporal is away for 45 s, a tick every 10 s',
        figures: {
          runs_for_missed_ticks: within.length,
          missed_catchup_window: info.numActionsMissedCatchupWindow,
          skipped_by_overlap: info.numActionsSkippedOverlap,
          fetches_per_item: photos.asked.length / FILES / 2,
        },
      },
      audit,
    );
    assert.equal(within.length, 1, JSON.stringify(info));
    assert.equal(photos.asked.length, 2 * FILES);
    assert.ok(audit.clean, JSON.stringify(audit));
  });

  it('F33: a run that hangs is ended, and the next tick runs', async function () {
    this.timeout(300_000);
    await put(3_000);
    const id = await add('every 1m');
    const { action } = await scheduled(id);
    assert.equal(action.workflowExecutionTimeout, 55 * 60_000, 'less than an hour');
    // Nobody is there to do anything, so every run hangs.
    await t.kill('io', 'SIGTERM');
    await hurry(id, 10, '20 seconds');
    const query = `WorkflowId starts_with 'source:${id}' and ExecutionStatus = 'TimedOut'`;
    const timedOut = async () => (await t.client.workflow.count(query)).count;
    while ((await timedOut()) === 0) await sleep(500);
    await t.start('io');
    const since = performance.now();
    while ((await runsOf(id)).stored < FILES) await sleep(100);
    const goesOnMs = performance.now() - since;
    await scheduleOf(id).pause();
    while ((await runsOf(id)).open > 0) await sleep(100);
    const ended = await timedOut();
    const [last] = await t.db.run(
      (sql) => sql<{ id: string }[]>`
        select id from imports where pull_source_id = ${id} order by created_at limit 1`,
    );
    const job = await t.get<ImportBody>(`/imports/${last?.id}`);
    const audit = await t.audit();
    tell(
      {
        test: 'F33',
        seed: SEED,
        injected:
          'no worker for the runs of a source; runs end after 20 s (55 min otherwise), a tick every 10 s',
        figures: { runs_ended: ended, goes_on_ms: Math.round(goesOnMs), stored: job.stored_files },
      },
      audit,
    );
    assert.ok(ended >= 1);
    assert.equal(photos.asked.length, FILES);
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});
