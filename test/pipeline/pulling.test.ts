import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PhotoServer, startPhotoServer } from '../hosting/photoServer.ts';
import { picture, pictures } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

interface Run {
  run_id: string;
  status: string;
  stored_files: number;
  known_files: number;
  deferred_files: number;
  failed_files: number;
  total_files: number;
  suspect: string | null;
}
interface Source {
  id: string;
  is_active: boolean;
  has_credential: boolean;
  schedule: string;
  next_run: string | null;
  last_pulled_filename: string | null;
  last_pull_timestamp: string | null;
  last_run: Run | null;
  paused: { type: string } | null;
}

const SECRET = 'correct horse battery staple';

describe('pull sources', function () {
  this.timeout(240_000);
  let t: Tributary;
  let photos: PhotoServer;

  before(async () => {
    t = await startTributary({ env: { SECRET_KEY: 'a key of thirty-two characters or more' } });
  });
  after(() => t.close());
  beforeEach(async () => {
    photos = await startPhotoServer();
  });
  afterEach(() => photos.close());

  async function call<T>(method: string, at: string, body?: unknown): Promise<T> {
    const response = await fetch(`${t.url}${at}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${text}`);
    assert.ok(!text.includes(SECRET), text);
    return (text === '' ? null : JSON.parse(text)) as T;
  }
  const add = (more: object = {}) =>
    call<Source>('POST', '/image-pull-sources', { name: 'Trap', base_url: photos.url, ...more });
  const get = (id: string) => call<Source>('GET', `/image-pull-sources/${id}`);
  const process = (id: string, body?: object) =>
    call<Run>('POST', `/image-pull-sources/${id}/process`, body ?? {});

  async function pull(id: string, body?: object): Promise<Run> {
    const { run_id } = await process(id, body);
    await t.waitImport(run_id);
    const { last_run } = await get(id);
    assert.equal(last_run?.run_id, run_id);
    return last_run;
  }

  async function described(id: string) {
    for (;;) {
      const found = await t.client.schedule
        .getHandle(`source:${id}`)
        .describe()
        .catch(() => null);
      if (found !== null) return found;
      await sleep(50);
    }
  }

  it('are kept as they were given, without their secrets, each with a schedule in Temporal', async () => {
    const user = await call<{ id: string }>('POST', '/users', { name: 'Ada' });
    const location = await call<{ id: string }>('POST', '/locations', {
      name: 'Old oak',
      latitude: 52.5,
      longitude: 13.4,
      timezone: 'Europe/Berlin',
    });
    const made = await add({
      user_id: user.id,
      location_id: location.id,
      auth_type: 'basic',
      auth_username: 'ranger',
      auth_password: SECRET,
      timezone: 'Europe/Berlin',
      include: ['**/*.JPG'],
    });
    assert.equal(made.has_credential, true);
    assert.equal(made.schedule, '0 * * * *');
    const schedule = await described(made.id);
    assert.equal(schedule.policies.overlap, 'SKIP');
    assert.equal(schedule.policies.catchupWindow, 3_600_000);
    assert.equal(schedule.state.paused, false);
    assert.ok(!JSON.stringify(schedule.raw).includes(SECRET));
    const next = new Date((await get(made.id)).next_run ?? 0);
    assert.ok(next.getTime() > Date.now() && next.getTime() < Date.now() + 3_700_000, `${next}`);

    const off = await call<Source>('PATCH', `/image-pull-sources/${made.id}/toggle`);
    assert.equal(off.is_active, false);
    assert.deepEqual(
      (await call<Source[]>('GET', '/image-pull-sources')).map(({ id }) => id).includes(made.id),
      false,
    );
    assert.ok(
      (await call<Source[]>('GET', '/image-pull-sources?include_inactive=true')).some(
        ({ id }) => id === made.id,
      ),
    );
    while (!(await described(made.id)).state.paused) await sleep(50);
    await call('PATCH', `/image-pull-sources/${made.id}`, { schedule: 'every 2h', is_active: true });
    for (;;) {
      const { spec, state } = await described(made.id);
      if (!state.paused && spec.intervals?.[0]?.every === 7_200_000) break;
      await sleep(50);
    }
    await call('DELETE', `/image-pull-sources/${made.id}`);
    await assert.rejects(get(made.id), /404/);
    const gone = () =>
      t.client.schedule
        .getHandle(`source:${made.id}`)
        .describe()
        .then(
          () => false,
          () => true,
        );
    while (!(await gone())) await sleep(50);
  });

  it('refuse what makes no sense and say where', async () => {
    const wrong: [object, RegExp][] = [
      [{ schedule: 'now and then' }, /\/schedule/],
      [{ schedule: 'every 5s' }, /\/schedule/],
      [{ schedule: '99 * * * *' }, /\/schedule/],
      [{ timezone: 'Europe/Atlantis' }, /\/timezone/],
      [{ auth_type: 'basic', auth_username: 'x' }, /\/auth_password/],
      [{ location_id: '00000000-0000-4000-8000-000000000000' }, /\/location_id/],
      [{ base_url: 'not an address' }, /bad_address|address/],
      [{ kind: 'teleport' }, /kind of source/],
      [{ base_url: 'http://user:pw@host/' }, /address/],
      [{ max_files_per_run: 0 }, /\/max_files_per_run/],
      [{ settings: { nonsense: 1 } }, /nonsense|setting/],
    ];
    for (const [more, message] of wrong) await assert.rejects(add(more), message, JSON.stringify(more));
  });

  it('bring the oldest files first, a few at a time, until all are there, and then ask for none', async () => {
    let age = 0;
    for (const [name, bytes] of Object.entries(await pictures(25, 100))) {
      photos.put(name, bytes, new Date(Date.UTC(2022, 0, 25 - age++)));
    }
    const { id } = await add();
    const runs = [await pull(id), await pull(id), await pull(id)];
    assert.deepEqual(
      runs.map((run) => [run.status, run.stored_files, run.known_files, run.deferred_files]),
      [
        ['completed', 10, 0, 15],
        ['completed', 10, 10, 5],
        ['completed', 5, 20, 0],
      ],
    );
    assert.deepEqual(
      photos.asked.slice(0, 10).sort(),
      Array.from({ length: 10 }, (_, i) => `IMG_${String(115 + i).padStart(4, '0')}.JPG`),
    );
    photos.asked = [];
    const last = await pull(id);
    assert.deepEqual([last.stored_files, last.known_files, last.total_files], [0, 25, 0]);
    assert.deepEqual(photos.asked, []);
    const source = await get(id);
    assert.equal(source.last_pulled_filename, 'IMG_0100.JPG');
    assert.ok(source.last_pull_timestamp);
    const images = await call<{ count: number }>('GET', '/images?source=http-directory&limit=100');
    assert.ok(images.count >= 25);
  });

  it('let a few bad files not starve the others', async () => {
    for (const [name, bytes] of Object.entries(await pictures(12, 200))) photos.put(name, bytes);
    const bad = ['IMG_0200.JPG', 'IMG_0201.JPG', 'IMG_0202.JPG'];
    for (const [at, name] of bad.entries()) {
      photos.put(name, await picture(900 + at), new Date('2001-01-01T00:00:00Z'));
      photos.broken.set(name, 403);
    }
    const { id } = await add({ max_files_per_run: 3 });
    assert.equal((await pull(id)).failed_files, 3);
    for (let run = 0; run < 3; run += 1) assert.equal((await pull(id)).stored_files, 3);
    photos.broken.clear();
    assert.equal((await pull(id)).stored_files, 3, 'and they come in once they can be read');
  });

  it('run once, however many ask at the same time', async () => {
    for (const [name, bytes] of Object.entries(await pictures(8, 300))) photos.put(name, bytes);
    photos.delayMs = 400;
    const { id } = await add();
    const schedule = await described(id);
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, () => process(id)),
      schedule && t.client.schedule.getHandle(`source:${id}`).trigger(),
    ]);
    const ids = new Set(answers.flatMap((run) => (run ? [run.run_id] : [])));
    assert.equal(ids.size, 1);
    const [run] = [...ids];
    await t.waitImport(run!);
    assert.equal(photos.asked.length, 8);
    // What the schedule started met that run, or begins one that finds nothing to do.
    await sleep(500);
    const runs = await call<Run[]>('GET', `/image-pull-sources/${id}/runs`);
    assert.ok(runs.length <= 2);
    assert.equal(photos.asked.length, 8);
  });

  it('run when their schedule says so', async () => {
    for (const [name, bytes] of Object.entries(await pictures(2, 400))) photos.put(name, bytes);
    const user = await call<{ id: string }>('POST', '/users', { name: 'Grace' });
    const location = await call<{ id: string }>('POST', '/locations', { name: 'Ford' });
    const { id } = await add({ user_id: user.id, location_id: location.id });
    await described(id);
    await t.client.schedule.getHandle(`source:${id}`).trigger();
    for (;;) {
      const { last_run } = await get(id);
      if (last_run?.status === 'completed') break;
      await sleep(50);
    }
    assert.equal((await get(id)).last_run?.stored_files, 2);
    const { images } = await call<{ images: { id: number }[] }>('GET', '/images?limit=1');
    const asset = await call<{ references: Record<string, string>[] }>(
      'GET',
      `/retrieve/asset/${images[0]?.id}`,
    );
    assert.deepEqual(
      asset.references.map(({ pull_source_id, user_id, location_id }) => [
        pull_source_id,
        user_id,
        location_id,
      ]),
      [[id, user.id, location.id]],
    );
    const workflows = t.client.workflow.list({ query: `WorkflowType = 'pullSource'` });
    let seen = false;
    for await (const each of workflows) seen ||= each.workflowId.startsWith(`source:${id}`);
    assert.ok(seen);
  });

  it('leave files alone that may still be being written', async () => {
    photos.put('done.jpg', await picture(500));
    photos.put('fresh.jpg', await picture(501), new Date(Date.now() - 5_000));
    const { id } = await add({ settle_seconds: 60 });
    const run = await pull(id);
    assert.deepEqual([run.stored_files, run.deferred_files], [1, 1]);
    photos.put('fresh.jpg', await picture(501), new Date(Date.now() - 120_000));
    assert.equal((await pull(id)).stored_files, 1);
  });

  it('take an empty or a much shorter listing for a fault, and nothing is deleted', async () => {
    for (const [name, bytes] of Object.entries(await pictures(6, 600))) photos.put(name, bytes);
    const { id } = await add();
    assert.equal((await pull(id)).suspect, null);
    const files = new Map(photos.files);
    photos.files.clear();
    assert.equal((await pull(id)).suspect, 'empty');
    for (const [name, file] of [...files].slice(0, 2)) photos.files.set(name, file);
    assert.equal((await pull(id)).suspect, 'shrunken');
    for (const [name, file] of files) photos.files.set(name, file);
    const back = await pull(id);
    assert.deepEqual([back.suspect, back.known_files, back.stored_files], [null, 6, 0]);
  });

  it('pause by themselves after three refusals in a row, and say why', async () => {
    photos.put('a.jpg', await picture(700));
    photos.login = ['ranger', SECRET];
    const { id } = await add({ auth_type: 'basic', auth_username: 'ranger', auth_password: 'wrong' });
    for (const expected of [true, true, false]) {
      const run = await pull(id);
      assert.equal(run.status, 'failed');
      assert.equal((await get(id)).is_active, expected);
    }
    assert.equal((await get(id)).paused?.type, 'auth_failed');
    while (!(await described(id)).state.paused) await sleep(50);
    await call('PATCH', `/image-pull-sources/${id}`, {
      auth_type: 'basic',
      auth_username: 'ranger',
      auth_password: SECRET,
      is_active: true,
    });
    assert.equal((await get(id)).paused, null);
    assert.equal((await pull(id)).stored_files, 1);
  });

  it('can be looked at without storing anything', async () => {
    for (const [name, bytes] of Object.entries(await pictures(4, 800))) photos.put(name, bytes);
    photos.put('notes.txt', Buffer.from('x'));
    const { id } = await add();
    const report = await call<{
      ok: boolean;
      listed: number;
      skipped: number;
      fetched: { format: string | null; bytes: number }[];
    }>('POST', `/image-pull-sources/${id}/test?files=3`);
    assert.deepEqual([report.ok, report.listed, report.skipped], [true, 5, 1]);
    assert.deepEqual(
      report.fetched.map(({ format }) => format),
      ['jpeg', 'jpeg', 'jpeg'],
    );
    assert.equal((await get(id)).last_run, null);
    photos.login = ['a', 'b'];
    const refused = await call<{ ok: boolean; error: { type: string } }>(
      'POST',
      `/image-pull-sources/${id}/test`,
    );
    assert.deepEqual([refused.ok, refused.error.type], [false, 'auth_failed']);
  });

  it('keep running when Temporal has lost their schedules', async () => {
    const { id } = await add();
    await described(id);
    await t.client.schedule.getHandle(`source:${id}`).delete();
    await t.kill('api', 'SIGTERM');
    await t.start('api');
    await described(id);
  });

  it('end clean', async () => {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });
});
