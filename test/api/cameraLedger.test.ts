import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { publishLiveFrame } from '../../stores/cameras/liveFrames.ts';
import { picture } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

interface Frame {
  frame_id: string;
  sequence: number;
  status: string;
  captured_at: string;
  asset_id: number | null;
  flags: string[];
  calibration_version: number | null;
  storage_url: string | null;
  thumb_url: string | null;
}
interface Gaps {
  gaps: {
    gap_id: string;
    from: string;
    to: string | null;
    seconds: number;
    reason: string;
    title: string;
    advice: string;
  }[];
  next_cursor: string | null;
  totals: Record<string, number | string>;
}

const START = Date.parse('2026-05-01T12:00:00Z');
const at = (second: number) => new Date(START + second * 1_000);

describe('what is known of cameras', function () {
  this.timeout(240_000);
  let t: Tributary;
  let camera: string;
  let tenantId: string;
  let session: string;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ env: { SECRET_KEY: 'a key of thirty-two characters or more' } });
  });
  after(() => t?.close());

  beforeEach(async () => {
    const made = await t.post<{ id: string }>('/cameras', {
      name: '=Gate',
      camera_id: randomUUID(),
      rtsp_url: 'rtsp://192.0.2.7/1',
    });
    camera = made.id;
    const [row] = await t.db.run(
      (sql) => sql<{ id: string; tenantId: string }[]>`
        insert into capture_sessions (tenant_id, camera_id, "order", state, started_at, ended_at)
        select tenant_id, id, '{"mode":"continuous"}', 'stopped', ${at(0)}, ${at(3_600)} from cameras where id = ${camera}
        returning id, tenant_id as "tenantId"`,
    );
    session = row!.id;
    tenantId = row!.tenantId;
  });

  /** A picture that went through the pipeline, as a frame of the camera. */
  async function frameOf(bytes: Buffer, seq: number, flags: string[] = []): Promise<number> {
    const made = (await (await t.upload(bytes, 'frame.jpg')).json()) as { asset_id: number; job_id: number };
    for (;;) {
      const { status } = await t.get<{ status: string }>(`/retrieve/asset/${made.asset_id}`);
      if (status === 'ready') break;
      await sleep(30);
    }
    await t.db.run(
      (sql) => sql`
        insert into capture_frames (tenant_id, camera_id, session_id, seq, captured_at, item_id, width, height, bytes, flags,
          calibration_version)
        values (${tenantId}, ${camera}, ${session}, ${seq}, ${at(seq)}, ${made.job_id}, 320, 240, ${bytes.length}, ${flags}, 3)`,
    );
    return made.asset_id;
  }

  const gap = (from: number, to: number | null, reason: string, detail: string | null = null) =>
    t.db.run(
      (sql) => sql`
        insert into capture_gaps (tenant_id, camera_id, session_id, from_at, to_at, reason, detail)
        values (${tenantId}, ${camera}, ${session}, ${at(from)}, ${to === null ? null : at(to)}, ${reason}, ${detail})`,
    );

  it('is its frames, with what became of them', async () => {
    const asset = await frameOf(await picture(9_101), 1);
    await frameOf(await picture(9_102), 2, ['black']);
    const first = await t.get<{ frames: Frame[]; next_cursor: string }>(`/cameras/${camera}/frames?limit=1`);
    assert.deepEqual(
      first.frames.map(({ sequence }) => sequence),
      [2],
    );
    const { frames, next_cursor: end } = await t.get<{ frames: Frame[]; next_cursor: null }>(
      `/cameras/${camera}/frames?limit=2&cursor=${first.next_cursor}`,
    );
    assert.equal(end, null);
    const [frame] = frames;
    assert.deepEqual(
      [frame?.asset_id, frame?.status, frame?.captured_at, frame?.calibration_version],
      [asset, 'completed', at(1).toISOString(), 3],
    );
    assert.equal((await fetch(`${t.url}${frame?.storage_url}`)).status, 200);
    assert.equal((await fetch(`${t.url}${frame?.thumb_url}`)).headers.get('content-type'), 'image/jpeg');
    const of = async (query: string) =>
      (await t.get<{ frames: Frame[] }>(`/cameras/${camera}/frames?${query}`)).frames.map(
        ({ sequence }) => sequence,
      );
    assert.deepEqual(await of('flags=black,frozen'), [2]);
    assert.deepEqual(await of('flags=none'), [1]);
    assert.deepEqual(await of(`from=${at(2).toISOString()}`), [2]);
    assert.deepEqual(await of(`to=${encodeURIComponent('2026-05-01T14:00:02+02:00')}`), [1]);
    const { capture } = await t.get<{ capture: Record<string, unknown> }>(`/retrieve/asset/${asset}`);
    assert.deepEqual(
      [capture['frame_id'], capture['session_id'], capture['calibration_version']],
      [frame?.frame_id, session, 3],
      'an image says where it was captured',
    );
    const { last_frame } = await t.get<{ last_frame: Frame }>(`/cameras/${camera}`);
    assert.equal(last_frame.sequence, 2);
    for (const wrong of [
      'cursor=x',
      'from=yesterday',
      'limit=201',
      'flags=a%20b',
      `from=${at(2).toISOString()}&to=${at(1).toISOString()}`,
    ]) {
      const response = await fetch(`${t.url}/cameras/${camera}/frames?${wrong}`);
      assert.ok([400, 422].includes(response.status), wrong);
    }
  });

  it('is when it was not seen, why, and for how much of the time', async () => {
    await gap(600, 900, 'source_unreachable', 'The camera does not answer.');
    await gap(1_200, 1_800, 'paused');
    await gap(2_000, 2_100, 'worker_lost');
    await gap(2_200, 2_300, 'auth_failed');
    const all = await t.get<Gaps>(
      `/cameras/${camera}/gaps?from=${at(0).toISOString()}&to=${at(3_600).toISOString()}`,
    );
    assert.deepEqual(
      all.gaps.map(({ reason, seconds }) => [reason, seconds]),
      [
        ['auth_failed', 100],
        ['worker_lost', 100],
        ['paused', 600],
        ['source_unreachable', 300],
      ],
    );
    for (const each of all.gaps) assert.ok(each.title.length > 10 && each.advice.length > 10, each.reason);
    assert.deepEqual(all.totals, {
      from: at(0).toISOString(),
      to: at(3_600).toISOString(),
      seconds: 3_600,
      asked_seconds: 3_600,
      seen_seconds: 2_500,
      unseen_seconds: 1_100,
      seen_share: 0.6944,
      gaps: 4,
    });
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Gaps = await t.get<Gaps>(`/cameras/${camera}/gaps?limit=3${cursor && `&cursor=${cursor}`}`);
      paged.push(...page.gaps.map(({ gap_id }) => gap_id));
      cursor = page.next_cursor;
    }
    assert.deepEqual(
      paged,
      all.gaps.map(({ gap_id }) => gap_id),
    );
    assert.equal((await t.get<Gaps>(`/cameras/${camera}/gaps?open=true`)).gaps.length, 0);
  });

  it('is a file, too', async () => {
    await frameOf(await picture(9_103), 1, ['black', 'frozen']);
    await gap(600, 900, 'source_unreachable', '=cmd()');
    const frames = await fetch(`${t.url}/cameras/${camera}/frames`, { headers: { accept: 'text/csv' } });
    assert.match(frames.headers.get('content-type') ?? '', /^text\/csv/);
    assert.match(frames.headers.get('content-disposition') ?? '', /frames\.csv/);
    const [head, line, ...rest] = (await frames.text()).split('\r\n');
    assert.ok(head?.startsWith('frame_id,camera_id,session_id,sequence,captured_at,status,asset_id'));
    assert.match(line ?? '', /,1,2026-05-01T12:00:01\.000Z,completed,\d+,.*black;frozen/);
    assert.deepEqual(rest, ['']);
    const gaps = await fetch(`${t.url}/cameras/${camera}/gaps?format=csv`);
    assert.match(
      await gaps.text(),
      /,300,source_unreachable,[^,]+,'=cmd\(\)\r\n$/,
      'a spreadsheet runs nothing',
    );
    // Browsers and programs that name no type get JSON.
    const plain = await fetch(`${t.url}/cameras/${camera}/gaps`, {
      headers: { accept: 'text/html,*/*;q=0.8' },
    });
    assert.match(plain.headers.get('content-type') ?? '', /json/);
  });

  it('is a file of any length, in little memory', async () => {
    await t.db.run(
      (sql) => sql`
        insert into capture_frames (tenant_id, camera_id, session_id, seq, captured_at, width, height, bytes)
        select ${tenantId}, ${camera}, ${session}, n, ${at(0)}::timestamptz + n * interval '1 second', 640, 480, 1000
        from generate_series(1, 12000) n`,
    );
    const text = await (await fetch(`${t.url}/cameras/${camera}/frames?format=csv`)).text();
    const lines = text.trimEnd().split('\r\n').slice(1);
    assert.equal(lines.length, 12_000);
    assert.equal(new Set(lines.map((each) => each.split(',')[3])).size, 12_000);
  });

  describe('is a picture', () => {
    const snapshot = () => fetch(`${t.url}/cameras/${camera}/snapshot`);
    const live = (bytes: Buffer, when: Date) =>
      t.db.run((sql) => publishLiveFrame(sql, camera, { jpeg: bytes, width: 320, height: 240, at: when }));

    it('the newest that there is', async () => {
      assert.equal((await snapshot()).status, 404);
      const kept = await picture(9_104);
      await frameOf(kept, 5);
      const first = await snapshot();
      assert.equal(first.headers.get('content-type'), 'image/jpeg');
      assert.equal(first.headers.get('x-captured-at'), at(5).toISOString());
      assert.deepEqual(Buffer.from(await first.arrayBuffer()), kept);
      const seen = await picture(9_105);
      await live(seen, at(6));
      const second = await snapshot();
      assert.equal(second.headers.get('x-captured-at'), at(6).toISOString());
      assert.equal(second.headers.get('cache-control'), 'no-store');
      assert.deepEqual(Buffer.from(await second.arrayBuffer()), seen);
      await frameOf(await picture(9_106), 7);
      assert.equal((await snapshot()).headers.get('x-captured-at'), at(7).toISOString());
    });

    /** A client that reads when it is told to. */
    function look(): Promise<{ response: http.IncomingMessage; pictures: string[]; close(): void }> {
      return new Promise((resolve, reject) => {
        const request = http.get(`${t.url}/api/v1/cameras/${camera}/live`, (response) => {
          const pictures: string[] = [];
          let buffer = Buffer.alloc(0);
          response.on('data', (chunk: Buffer) => {
            buffer = Buffer.concat([buffer, chunk]);
            for (;;) {
              const head = buffer.indexOf('\r\n\r\n');
              if (head < 0) return;
              const length = Number(/Content-Length: (\d+)/.exec(buffer.subarray(0, head).toString())?.[1]);
              if (buffer.length < head + 4 + length + 2) return;
              const jpeg = buffer.subarray(head + 4, head + 4 + length);
              pictures.push(createHash('sha256').update(jpeg).digest('hex'));
              buffer = buffer.subarray(head + 4 + length + 2);
            }
          });
          response.on('error', () => {});
          resolve({ response, pictures, close: () => request.destroy() });
        });
        request.on('error', reject);
      });
    }

    it('that moves, for whoever looks', async () => {
      const shots = await Promise.all([1, 2, 3, 4].map((n) => picture(9_200 + n)));
      const hashes = shots.map((shot) => createHash('sha256').update(shot).digest('hex'));
      const [one, two] = [look(), look()];
      // Headers come with the first picture; until then somebody asks for pictures.
      for (;;) {
        const [row] = await t.db.run(
          (sql) =>
            sql<{ live: boolean }[]>`select live_until > now() as live from cameras where id = ${camera}`,
        );
        if (row?.live) break;
        await sleep(20);
      }
      for (const shot of shots) {
        await live(shot, new Date());
        await sleep(350);
      }
      const clients = await Promise.all([one, two]);
      for (const { response, pictures } of clients) {
        assert.match(response.headers['content-type'] ?? '', /^multipart\/x-mixed-replace; boundary=/);
        assert.deepEqual(pictures, hashes);
      }
      for (const client of clients) client.close();
    });

    it('five times a second at most', async () => {
      const shots = await Promise.all([1, 2].map((n) => picture(9_300 + n)));
      const opening = look();
      await sleep(300);
      const from = Date.now();
      for (let n = 0; Date.now() - from < 2_000; n += 1) {
        await live(shots[n % 2]!, new Date());
        await sleep(20);
      }
      const client = await opening;
      const { length } = client.pictures;
      assert.ok(length >= 5 && length <= 12, `${length} pictures in two seconds`);
      client.close();
    });

    it('that whoever is slow gets less of, and nobody waits for', async () => {
      const big = Buffer.alloc(4 << 20, 7);
      const slow = look();
      await sleep(300);
      await live(big, new Date());
      const stalled = await slow;
      stalled.response.pause();
      const quick = look();
      await sleep(100);
      for (let n = 0; n < 6; n += 1) {
        await live(Buffer.concat([big, Buffer.from([n])]), new Date());
        await sleep(300);
      }
      const other = await quick;
      assert.ok(other.pictures.length >= 3, `${other.pictures.length} pictures for the quick one`);
      const before = stalled.pictures.length;
      stalled.response.resume();
      await sleep(500);
      assert.ok(stalled.pictures.length - before <= 3, 'what it missed is not sent later');
      await live(Buffer.concat([big, Buffer.from('end')]), new Date());
      const end = createHash('sha256')
        .update(Buffer.concat([big, Buffer.from('end')]))
        .digest('hex');
      for (let tries = 0; stalled.pictures.at(-1) !== end && tries < 300; tries += 1) await sleep(100);
      assert.equal(stalled.pictures.at(-1), end, 'it goes on with what is now');
      stalled.close();
      other.close();
    });

    it('that nobody is asked for when nobody looks any more', async () => {
      const opening = look();
      await sleep(300);
      await live(await picture(9_400), new Date());
      (await opening).close();
      await sleep(300);
      await t.db.run((sql) => sql`update cameras set live_until = null where id = ${camera}`);
      await sleep(5_500);
      const [row] = await t.db.run(
        (sql) => sql<{ live_until: Date | null }[]>`select live_until from cameras where id = ${camera}`,
      );
      assert.equal(row?.live_until, null);
    });
  });
});
