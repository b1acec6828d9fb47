import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

interface Window {
  id: string;
  name: string;
  from: string;
  to: string;
  days: number[];
  enabled: boolean;
  next: { from: string; to: string } | null;
}
interface Session {
  id: string;
  window_id: string | null;
  order: { capture_mode: string; duration_seconds: number | null; interval_seconds: number | null };
  wanted: string;
}

const clock = (ms: number) => new Date(ms).toISOString().slice(11, 16);
const HOUR = 3_600_000;

describe('windows of cameras, kept by Temporal', function () {
  this.timeout(240_000);
  let t: Tributary;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ parts: ['api', 'io'] });
  });
  after(() => t?.close());

  async function call<T>(method: string, at: string, body?: unknown): Promise<T> {
    const response = await fetch(`${t.url}${at}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  }
  const addCamera = async (more: object = {}) =>
    (await call<{ id: string }>('POST', '/cameras', { name: 'Gate', rtsp_url: 'rtsp://192.0.2.7/', ...more }))
      .id;
  const sessions = async (camera: string) =>
    (await call<{ sessions: Session[] }>('GET', `/cameras/${camera}/sessions`)).sessions;

  async function until<T>(look: () => Promise<T | null | undefined | false>): Promise<T> {
    for (;;) {
      const found = await look();
      if (found) return found;
      await sleep(50);
    }
  }
  const described = (id: string) =>
    t.client.schedule
      .getHandle(`window:${id}`)
      .describe()
      .catch(() => null);

  it('begin a session at once when they are open, which ends when they close', async () => {
    const camera = await addCamera();
    const now = Date.now();
    const made = await call<Window>('POST', `/cameras/${camera}/windows`, {
      name: 'Now',
      from: clock(now - HOUR),
      to: clock(now + 2 * HOUR),
      // Of the day that it began on: one that began before midnight is followed by tonight's, which would be waited for.
      days: [new Date(now - HOUR).getUTCDay() || 7],
      order: { capture_mode: 'interval', interval_seconds: 300 },
    });
    const [session] = await until(async () => {
      const found = await sessions(camera);
      return found.length > 0 && found;
    });
    assert.equal(session?.window_id, made.id);
    const left = Date.parse(made.next!.to) - now;
    assert.ok(
      Math.abs((session?.order.duration_seconds ?? 0) * 1_000 - left) < 60_000,
      JSON.stringify(session),
    );
    assert.equal(session?.order.interval_seconds, 300);

    const schedule = await until(() => described(made.id));
    assert.equal(schedule.policies.overlap, 'BUFFER_ONE');
    assert.equal(schedule.policies.catchupWindow, 24 * HOUR);
    // Once is once, whoever starts it again.
    const handle = t.client.schedule.getHandle(`window:${made.id}`);
    await handle.trigger();
    await until(async () => {
      const { info } = await handle.describe();
      return info.numActionsTaken >= 2 && info.runningActions.length === 0;
    });
    assert.equal((await sessions(camera)).length, 1);
  });

  it('wait until they open, and by what was said last', async () => {
    const camera = await addCamera();
    const now = Date.now();
    const made = await call<Window>('POST', `/cameras/${camera}/windows`, {
      name: 'Later',
      from: clock(now + 3 * HOUR),
      to: clock(now + 4 * HOUR),
    });
    const waits = async () => {
      const { info } = await t.client.schedule.getHandle(`window:${made.id}`).describe();
      return info.runningActions.length === 1 || info.recentActions.length > 0;
    };
    await until(() => described(made.id));
    await until(waits);
    assert.equal((await sessions(camera)).length, 0);
    await call('PATCH', `/cameras/${camera}/windows/${made.id}`, {
      from: clock(now - 60_000),
      to: clock(now + HOUR),
    });
    await until(async () => (await sessions(camera)).length === 1);
  });

  it('follow the sun only where somebody said where they are', async () => {
    const camera = await addCamera();
    const body = { name: 'Day', from: 'sunrise', to: 'sunset' };
    await assert.rejects(call('POST', `/cameras/${camera}/windows`, body), /422.*latitude/);
    await call('PATCH', `/cameras/${camera}`, { latitude: 52.5, longitude: 13.4, timezone: 'Europe/Berlin' });
    const made = await call<Window>('POST', `/cameras/${camera}/windows`, { ...body, enabled: false });
    assert.equal(made.next, null, 'not while it is off');
    const on = await call<Window>('PATCH', `/cameras/${camera}/windows/${made.id}`, {
      enabled: true,
      days: [1, 1, 7],
    });
    assert.deepEqual(on.days, [1, 7]);
    const opens = new Date(on.next!.from);
    assert.ok([0, 1].includes(opens.getUTCDay()), `${opens}`);
    for (const wrong of [
      { from: '25:00' },
      { to: 'noon' },
      { days: [] },
      { days: [0] },
      { order: { fps: 99 } },
    ]) {
      await assert.rejects(
        call('PATCH', `/cameras/${camera}/windows/${made.id}`, wrong),
        /422/,
        JSON.stringify(wrong),
      );
    }
    const schedule = await until(async () => {
      const found = await described(made.id);
      return found !== null && !found.state.paused && found;
    });
    assert.equal(schedule.spec.timezone, 'Europe/Berlin');
    await call('PATCH', `/cameras/${camera}`, { timezone: 'America/Lima' });
    await until(async () => (await described(made.id))?.spec.timezone === 'America/Lima');
  });

  it('go with their camera, or alone', async () => {
    const camera = await addCamera();
    const add = () =>
      call<Window>('POST', `/cameras/${camera}/windows`, {
        name: 'w',
        from: '08:00',
        to: '08:01',
        days: [1],
      });
    const [one, two] = [await add(), await add()];
    await until(async () => (await described(one.id)) && (await described(two.id)));
    await call('DELETE', `/cameras/${camera}/windows/${one.id}`);
    await assert.rejects(call('GET', `/cameras/${camera}/windows/${one.id}`), /404/);
    await until(async () => (await described(one.id)) === null);
    const { windows } = await call<{ windows: Window[] }>('GET', `/cameras/${camera}/windows`);
    assert.deepEqual(
      windows.map(({ id }) => id),
      [two.id],
    );
    const other = await addCamera();
    await assert.rejects(call('GET', `/cameras/${other}/windows/${two.id}`), /404/);
    await call('DELETE', `/cameras/${camera}`);
    await until(async () => (await described(two.id)) === null);
  });

  it('open nothing of a camera that is disabled, until it is enabled', async () => {
    const camera = await addCamera({ enabled: false });
    const now = Date.now();
    const made = await call<Window>('POST', `/cameras/${camera}/windows`, {
      name: 'Now',
      from: clock(now - 120_000),
      to: clock(now + HOUR),
    });
    assert.equal(made.next, null);
    await until(async () => {
      const found = await described(made.id);
      return found !== null && found.info.numActionsTaken >= 1 && found.info.runningActions.length === 0;
    });
    assert.equal((await sessions(camera)).length, 0);
    await call('PATCH', `/cameras/${camera}`, { enabled: true });
    await until(async () => (await sessions(camera)).length === 1);
  });
});
