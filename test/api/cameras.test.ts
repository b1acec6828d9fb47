import assert from 'node:assert/strict';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

interface Session {
  id: string;
  camera: { id: string; camera_id: string };
  rtsp_url: string | null;
  order: Record<string, unknown>;
  state: string;
  wanted: string;
  failure: { type: string; advice: string } | null;
}
interface Camera {
  id: string;
  camera_id: string;
  name: string;
  tenant_name: string;
  rtsp_url: string;
  has_credentials: boolean;
  defaults: Record<string, unknown>;
  enabled: boolean;
  condition: string;
  latitude: number | null;
  current_session: Session | null;
  calibration: { version: number } | null;
  last_frame: unknown;
}
interface Problem {
  status: number;
  type: string;
  detail: string;
  errors?: { pointer: string }[];
}

const SECRET = 'wr0ng-h0rse:battery@staple';
const IN_ADDRESS = encodeURIComponent(SECRET);

/** Spellings of places that must not be reached, and of what is no address of a camera: no two parsers may see two hosts. */
const REFUSED = [
  'http://192.0.2.7/',
  'file:///etc/passwd',
  'rtsp://2130706433/',
  'rtsp://0x7f.1/',
  'rtsp://0177.0.0.1/',
  'rtsp://127.1/',
  'rtsp://１２７.0.0.1/',
  'rtsp://127.0.0.1:22/',
  'rtsp://127.0.0.1:6379\\@192.0.2.7/',
  'rtsp://192.0.2.7@127.0.0.1@10.0.0.1/',
  'rtsp://192.0.2.7#@127.0.0.1/',
  'rtsp://127.0.0.1%2f@192.0.2.7%00/',
  'rtsp://[::ffff:127.0.0.1%25eth0]/',
  'rtsp://192.0.2.7/a b',
  'rtsp://192.0.2.7/\r\nDESCRIBE rtsp://x',
  'rtsp:///live',
  'concat:rtsp://192.0.2.7/',
  'subfile,,start,0,end,0,,:/etc/passwd',
  '-i rtsp://192.0.2.7/',
  `rtsp://192.0.2.7/${'x'.repeat(4_000)}`,
];

describe('cameras in the API', function () {
  this.timeout(240_000);
  let t: Tributary;

  before(async function () {
    this.timeout(240_000);
    // Nobody carries sessions on, so rows stay as the API and this test make them.
    t = await startTributary({
      parts: ['api'],
      env: { SECRET_KEY: 'a key of thirty-two characters or more' },
    });
  });
  after(() => t?.close());

  async function ask(method: string, at: string, body?: unknown): Promise<{ status: number; text: string }> {
    const response = await fetch(`${t.url}${at}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    const text = await response.text();
    assert.ok(!text.includes(SECRET) && !text.includes(IN_ADDRESS), text);
    return { status: response.status, text };
  }
  async function call<T>(method: string, at: string, body?: unknown): Promise<T> {
    const { status, text } = await ask(method, at, body);
    assert.ok(status < 300, `${method} ${at}: ${status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  }
  async function refused(method: string, at: string, body?: unknown): Promise<Problem> {
    const { status, text } = await ask(method, at, body);
    assert.ok(status >= 400 && status < 500, `${method} ${at}: ${status} ${text}`);
    return JSON.parse(text) as Problem;
  }
  const add = (more: object = {}) =>
    call<Camera>('POST', '/api/v1/cameras', {
      name: 'North gate',
      rtsp_url: 'rtsp://192.0.2.7/stream1',
      ...more,
    });
  const get = (id: string) => call<Camera>('GET', `/cameras/${id}`);

  describe('are registered', () => {
    it('under a name that clients can call them by', async () => {
      const one = await add({ name: 'Nordtor (Süd) ', tenant_name: 'keys' });
      assert.equal(one.camera_id, 'nordtor-sud');
      assert.equal((await add({ name: 'Nordtor  süd', tenant_name: 'keys' })).camera_id, 'nordtor-sud-2');
      assert.equal((await add({ name: '北門', tenant_name: 'keys' })).camera_id, 'camera');
      assert.equal((await add({ camera_id: 'Gate 7', tenant_name: 'keys' })).camera_id, 'Gate 7');
      const again = await refused('POST', '/cameras', {
        name: 'x',
        rtsp_url: 'rtsp://192.0.2.8/',
        camera_id: 'Gate 7',
        tenant_name: 'keys',
      });
      assert.equal(again.status, 409);
      assert.match(again.detail, /Gate 7/);
      const { cameras } = await call<{ cameras: Camera[] }>(
        'GET',
        '/cameras?tenant_name=keys&camera_id=Gate%207',
      );
      assert.equal(cameras.length, 1);
      const other = await call<{ total: number }>('GET', '/cameras?tenant_name=others');
      assert.equal(other.total, 0);
    });

    it('with one spelling of their address, and credentials that nobody gets back', async () => {
      const one = await add({ rtsp_url: `RTSP://ranger:${IN_ADDRESS}@CAM.Example:554/a?b=1` });
      assert.equal(one.rtsp_url, 'rtsp://cam.example/a?b=1');
      assert.equal(one.has_credentials, true);
      const two = await add({ username: 'ranger', password: SECRET, rtsp_url: 'rtsps://cam.example:322/' });
      assert.equal(two.rtsp_url, 'rtsps://cam.example/');
      assert.equal(two.has_credentials, true);
      const three = await add();
      assert.equal(three.has_credentials, false);
      for (const { id } of [one, two, three]) await get(id);
      assert.ok(!t.output().includes(SECRET) && !t.output().includes(IN_ADDRESS));
    });

    it('only with addresses that mean one place', async () => {
      for (const rtsp_url of REFUSED) {
        for (const [path, body] of [
          ['/cameras', { name: 'x', rtsp_url }],
          ['/ingest/rtsp', { rtsp_url, camera_id: 'refused' }],
        ] as const) {
          const problem = await refused('POST', path, body);
          assert.equal(problem.status, 422, `${path} ${rtsp_url}`);
          assert.ok(problem.detail.length > 20, 'says what to do');
        }
      }
      const { total } = await call<{ total: number }>('GET', '/cameras?camera_id=refused');
      assert.equal(total, 0);
    });

    it('with fields that are told apart when they are wrong', async () => {
      const wrong: [object, string][] = [
        [{ name: '' }, '/name'],
        [{ camera_id: 'a\nb' }, '/camera_id'],
        [{ latitude: 91, longitude: 0 }, '/latitude'],
        [{ latitude: 9 }, '/longitude'],
        [{ timezone: 'Mars/Olympus' }, '/timezone'],
        [{ password: 'x' }, '/username'],
        [{ username: 'x' }, '/password'],
        [{ username: 'x\r\n', password: 'y' }, '/username'],
        [{ rtsp_url: 'rtsp://a:b@cam.example/', username: 'c', password: 'd' }, '/username'],
        [{ defaults: { fps: 31 } }, '/defaults/fps'],
        [{ defaults: { capture_mode: 'all the time' } }, '/defaults/capture_mode'],
      ];
      for (const [more, pointer] of wrong) {
        const problem = await refused('POST', '/cameras', {
          name: 'x',
          rtsp_url: 'rtsp://192.0.2.7/',
          ...more,
        });
        assert.deepEqual(
          [problem.status, problem.errors?.[0]?.pointer],
          [422, pointer],
          JSON.stringify(problem),
        );
      }
      assert.equal((await refused('GET', '/cameras/00000000-0000-4000-8000-000000000000')).status, 404);
      assert.equal((await refused('GET', '/cameras/7')).status, 404);
    });
  });

  describe('change', () => {
    it('what is said, and nothing else', async () => {
      const made = await add({
        defaults: { capture_mode: 'interval', interval_seconds: 30 },
        latitude: 1,
        longitude: 2,
      });
      const next = await call<Camera>('PATCH', `/cameras/${made.id}`, { name: 'South gate' });
      assert.equal(next.name, 'South gate');
      assert.equal(next.camera_id, made.camera_id);
      assert.deepEqual(next.defaults, { capture_mode: 'interval', interval_seconds: 30 });
      assert.equal(next.latitude, 1);
      const bare = await call<Camera>('PATCH', `/cameras/${made.id}`, { latitude: null, longitude: null });
      assert.equal(bare.latitude, null);
    });

    it('keep credentials on their host only', async () => {
      const made = await add({ rtsp_url: `rtsp://u:${IN_ADDRESS}@192.0.2.7/1` });
      const patch = (body: object) => call<Camera>('PATCH', `/cameras/${made.id}`, body);
      assert.equal((await patch({ rtsp_url: 'rtsp://192.0.2.7/2' })).has_credentials, true);
      assert.equal((await patch({ rtsp_url: 'rtsp://192.0.2.8/2' })).has_credentials, false);
      assert.equal((await patch({ username: 'u', password: SECRET })).has_credentials, true);
      assert.equal((await patch({ rtsp_url: 'rtsp://192.0.2.8:8554/2' })).has_credentials, false);
      assert.equal((await patch({ rtsp_url: 'rtsp://u:p@192.0.2.9/2' })).has_credentials, true);
      assert.equal((await patch({ username: null })).has_credentials, false);
      const left = await t.db.run(
        (sql) => sql`
        select from credentials c where kind = 'rtsp' and not exists (select from cameras where credential_id = c.id)`,
      );
      assert.equal(left.length, 0, 'what nothing points at is gone');
    });

    it('are told to sessions', async () => {
      const made = await add();
      const session = await call<Session>('POST', `/cameras/${made.id}/sessions`, {});
      await call('PATCH', `/cameras/${made.id}`, { rtsp_url: 'rtsp://192.0.2.7/other' });
      const kinds = await t.db.run(
        (sql) => sql<{ kind: string }[]>`
        select kind from outbox where subject_id = ${session.id} order by id`,
      );
      assert.deepEqual(
        kinds.map(({ kind }) => kind),
        ['run-capture', 'capture-changed'],
      );
    });
  });

  it('are deleted with what they were to do', async () => {
    const made = await add({ rtsp_url: `rtsp://u:${IN_ADDRESS}@192.0.2.7/1` });
    const session = await call<Session>('POST', `/cameras/${made.id}/sessions`, {
      capture_mode: 'continuous',
    });
    await call('DELETE', `/cameras/${made.id}`);
    assert.equal((await refused('GET', `/cameras/${made.id}`)).status, 404);
    assert.equal((await refused('DELETE', `/cameras/${made.id}`)).status, 404);
    assert.equal((await refused('POST', `/cameras/${made.id}/sessions`, {})).status, 404);
    assert.equal((await call<Session>('GET', `/capture/sessions/${session.id}`)).wanted, 'stopped');
    assert.deepEqual(
      (await call<{ frames: unknown[] }>('GET', `/cameras/${made.id}/frames`)).frames,
      [],
      'what was seen of it can still be asked for',
    );
  });

  describe('are calibrated', () => {
    const INTRINSICS = { fx: 1_000, fy: 1_001, cx: 640, cy: 360, width: 1_280, height: 720 };

    it('in versions', async () => {
      const { id } = await add();
      assert.equal((await refused('GET', `/cameras/${id}/calibration`)).status, 404);
      const put = (body: object) => call<{ version: number }>('PUT', `/cameras/${id}/calibration`, body);
      assert.equal((await put({ intrinsics: INTRINSICS })).version, 1);
      const two = {
        intrinsics: INTRINSICS,
        distortion: { model: 'brown-conrady', coefficients: [0.1, -0.2, 0, 0, 0.01] },
        extrinsics: {
          rotation: [
            [0, -1, 0],
            [1, 0, 0],
            [0, 0, 1],
          ],
          translation: [0, 0, 4.5],
          frame: 'mast',
        },
        note: 'after the storm',
      };
      await put(two);
      const { created_at, ...now } = await call<Record<string, unknown>>('GET', `/cameras/${id}/calibration`);
      assert.match(String(created_at), /Z$/);
      assert.deepEqual(now, { version: 2, ...two });
      assert.equal((await get(id)).calibration?.version, 2);
      const { calibrations, total } = await call<{ calibrations: { version: number }[]; total: number }>(
        'GET',
        `/cameras/${id}/calibrations`,
      );
      assert.deepEqual([total, calibrations.map(({ version }) => version)], [2, [2, 1]]);
      await put({ extrinsics: { quaternion: [1, 0, 0, 0], translation: [0, 0, 0], frame: 'mast' } });
    });

    it('with numbers that can be right', async () => {
      const { id } = await add();
      const mirror = [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, -1],
      ];
      const wrong: [object, string][] = [
        [{}, '/'],
        [{ intrinsics: { ...INTRINSICS, fx: 0 } }, '/intrinsics/fx'],
        [{ intrinsics: { ...INTRINSICS, width: undefined } }, '/intrinsics/width'],
        [{ distortion: { model: 'brown-conrady', coefficients: [1, 2, 3] } }, '/distortion/coefficients'],
        [{ distortion: { model: 'fisheye', coefficients: [1, 2, 3, 4, 5] } }, '/distortion/coefficients'],
        [{ distortion: { model: 'other', coefficients: [1, 2, 3, 4] } }, '/distortion/model'],
        [{ extrinsics: { rotation: mirror, translation: [0, 0, 0], frame: 'x' } }, '/extrinsics/rotation'],
        [
          { extrinsics: { quaternion: [1, 1, 0, 0], translation: [0, 0, 0], frame: 'x' } },
          '/extrinsics/quaternion',
        ],
        [{ extrinsics: { translation: [0, 0, 0], frame: 'x' } }, '/extrinsics'],
        [
          { extrinsics: { quaternion: [1, 0, 0, 0], translation: [0, 0], frame: 'x' } },
          '/extrinsics/translation',
        ],
      ];
      for (const [body, pointer] of wrong) {
        const problem = await refused('PUT', `/cameras/${id}/calibration`, body);
        assert.deepEqual(
          [problem.status, problem.errors?.[0]?.pointer],
          [422, pointer],
          JSON.stringify(problem),
        );
      }
      assert.equal((await refused('GET', `/cameras/${id}/calibration`)).status, 404);
    });
  });

  describe('are captured', () => {
    it('by the order that is given, filled in by the camera', async () => {
      const { id, camera_id } = await add({ defaults: { capture_mode: 'interval', interval_seconds: 120 } });
      const made = await call<Session>('POST', `/cameras/${id}/sessions`, { quality: 75 });
      assert.deepEqual(made.order, {
        capture_mode: 'interval',
        frame_count: null,
        interval_seconds: 120,
        duration_seconds: null,
        fps: null,
        decode: 'keyframes',
        quality: 75,
        change_share: null,
      });
      assert.deepEqual(
        [made.state, made.wanted, made.rtsp_url, made.camera.camera_id],
        ['pending', 'run', null, camera_id],
      );
      assert.equal((await get(id)).current_session?.id, made.id);
      assert.equal((await get(id)).condition, 'capturing');
      const { sessions } = await call<{ sessions: Session[] }>('GET', `/cameras/${id}/sessions?state=open`);
      assert.deepEqual(
        sessions.map((each) => each.id),
        [made.id],
      );
      assert.equal((await call<{ total: number }>('GET', `/cameras/${id}/sessions?state=failed`)).total, 0);
    });

    it('until somebody wants something else', async () => {
      const { id } = await add();
      const { id: session } = await call<Session>('POST', `/cameras/${id}/sessions`, {
        capture_mode: 'continuous',
      });
      const control = (what: string) => call<Session>('POST', `/capture/sessions/${session}/${what}`);
      assert.equal((await control('pause')).wanted, 'paused');
      assert.equal((await control('resume')).wanted, 'run');
      const changed = await call<Session>('PATCH', `/capture/sessions/${session}`, { fps: 5 });
      assert.deepEqual([changed.order['fps'], changed.order['capture_mode']], [5, 'continuous']);
      assert.equal((await control('stop')).wanted, 'stopped');
      await t.db.run(
        (sql) => sql`
        update capture_sessions set state = 'stopped', ended_at = now() where id = ${session}`,
      );
      assert.equal((await control('stop')).state, 'stopped', 'stopping what has ended is fine');
      assert.equal((await refused('POST', `/capture/sessions/${session}/resume`)).status, 409);
      assert.equal((await refused('PATCH', `/capture/sessions/${session}`, { fps: 1 })).status, 409);
      assert.equal((await get(id)).condition, 'idle');
    });

    it('unless they are disabled', async () => {
      const { id } = await add({ enabled: false });
      assert.equal((await get(id)).condition, 'disabled');
      assert.equal((await refused('POST', `/cameras/${id}/sessions`, {})).status, 409);
    });

    it('and not by orders that cannot be', async () => {
      const { id } = await add();
      for (const order of [
        { frame_count: 0 },
        { frame_count: 1_001 },
        { interval_seconds: 0.5 },
        { interval_seconds: 86_401 },
        { fps: 0 },
        { quality: 101 },
        { duration_seconds: 0 },
        { change_share: 2 },
        { decode: 'some' },
      ]) {
        assert.equal(
          (await refused('POST', `/cameras/${id}/sessions`, order)).status,
          422,
          JSON.stringify(order),
        );
      }
    });
  });

  it('have no picture before one was taken', async () => {
    const { id } = await add();
    const picture = await refused('GET', `/cameras/${id}/snapshot`);
    assert.deepEqual([picture.status, picture.type], [404, 'tag:tributary,2026:no_picture']);
  });
});
