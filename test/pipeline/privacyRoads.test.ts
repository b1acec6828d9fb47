import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addFrom } from '../../cli/models.ts';
import { publishLiveFrame } from '../../stores/cameras/liveFrames.ts';
import { type Account, caller, makeAccount, startGuarded, withKey } from '../hosting/access.ts';
import { addCamera, startSession } from '../hosting/cameras.ts';
import { brightBlobs, putModel } from '../hosting/models.ts';
import { contrast, HIDDEN, recognised, withPerson } from '../hosting/people.ts';
import type { Tributary } from '../hosting/tributary.ts';

interface Operation {
  operationId: string;
  parameters?: { name: string }[];
  responses: Record<string, { content?: Record<string, unknown> }>;
}

/** Of operations that answer with a file, those whose files hold no picture. */
const NO_PICTURES = ['getExportFile'];

describe('roads to people whom a tenant hides', function () {
  this.timeout(240_000);
  let t: Tributary;
  let dir: string;
  let operations: Operation[];
  let viewer: Account;
  let contributor: Account;
  let manager: Account;
  let stranger: Account;
  /** Pictures with a person in them, and one that no model has looked at. */
  let seen: [number, number];
  let unseen: number;
  /** In the trash since before people were hidden. */
  let thrown: number;
  let camera: string;
  let live: Buffer;

  const as = (who: Account) => caller(t, withKey(who.key));

  async function upload(name: string, bytes: Buffer): Promise<number> {
    const form = new FormData();
    form.append('tenant_name', 'north');
    form.append('file', new Blob([new Uint8Array(bytes)]), name);
    const answer = await fetch(`${t.url}/upload/`, {
      ...{ method: 'POST', body: form, headers: withKey(contributor.key) },
    });
    const { asset_id: id } = (await answer.json()) as { asset_id: number };
    for (;;) {
      const [row] = await t.db.run(
        (sql) => sql<{ state: string }[]>`select state from assets where id = ${id} and state = 'ready'`,
      );
      if (row !== undefined) return id;
      await sleep(50);
    }
  }
  const publish = (at: Date) =>
    t.db.run((sql) => publishLiveFrame(sql, camera, { jpeg: live, width: 1_600, height: 1_600, at }));
  const hide = async (blur: boolean): Promise<void> => {
    const answer = await as(manager)('PUT', '/tenants/north/privacy', { blur_people: blur });
    assert.equal(answer.status, 200, await answer.text());
  };

  before(async () => {
    t = await startGuarded(['api', 'io', 'cpu']);
    dir = await mkdtemp(path.join(tmpdir(), 'tributary-roads-'));
    const { manifestPath } = await putModel(dir, 'yolov5', brightBlobs(256), {
      ...{ name: 'people', version: '1', input: { width: 256, height: 256 } },
      ...{ classes: ['person', 'animal', 'vehicle'], thresholds: { typical: 0.3, conservative: 0.1 } },
    });
    await addFrom(t.config, manifestPath);
    viewer = await makeAccount(t.db, 'north', 'viewer', { scopes: ['all:admin'] });
    contributor = await makeAccount(t.db, 'north', 'contributor', { scopes: ['all:admin'] });
    manager = await makeAccount(t.db, 'north', 'manager');
    stranger = await makeAccount(t.db, 'south', 'manager');
    seen = [await upload('a.jpg', await withPerson(1)), await upload('b.jpg', await withPerson(2))];
    unseen = await upload('c.jpg', await withPerson(3));
    thrown = await upload('d.jpg', await withPerson(5));
    assert.equal((await as(manager)('POST', '/images/trash', { ids: [thrown] })).status, 200);
    // As a picture that brings its model down is left.
    await t.db.run(
      (sql) => sql`
      update assets set detection_state = 'failed', detection_model_id = null, people = '' where id = ${unseen}`,
    );
    camera = await addCamera(t, 'rtsp://127.0.0.1:1554/nothing', { key: 'gate', tenant: 'north' });
    const session = await startSession(t, camera, { mode: 'single_frame' });
    await t.db.run(
      (sql) => sql`
      insert into capture_frames (tenant_id, camera_id, session_id, seq, captured_at, item_id, width, height, bytes)
      select a.tenant_id, ${camera}, ${session}, 1, now(), a.item_id, a.width, a.height, a.bytes
      from assets a where a.id = ${seen[0]}`,
    );
    live = await withPerson(4);
    await hide(true);
    const document = (await (await fetch(`${t.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, Operation>>;
    };
    operations = Object.values(document.paths)
      .flatMap((each) => Object.entries(each))
      .flatMap(([method, operation]) => (method === 'get' ? [operation] : []))
      .filter(({ responses }) =>
        Object.keys(responses['200']?.content ?? {}).some((type) =>
          /^(image|multipart|application\/\*|\*)/.test(type),
        ),
      )
      .filter(({ operationId }) => !NO_PICTURES.includes(operationId));
  });
  after(async () => {
    await t?.close();
    if (dir !== undefined) await rm(dir, { recursive: true });
  });

  /** Addresses by which each operation shows somebody who is hidden. */
  const ROADS: Readonly<Record<string, () => Promise<string[]> | string[]>> = {
    retrieveOriginal: () => [`/retrieve/original/${seen[0]}`],
    retrieveRendition: () => ['zoom', 'card'].map((preset) => `/retrieve/rendition/${seen[0]}/${preset}`),
    getRendition: () => ['zoom', 'card', 'thumb'].map((preset) => `/images/${seen[0]}/renditions/${preset}`),
    renderImage: () => [320, 2_048].map((width) => `/images/${seen[0]}/render?width=${width}&format=webp`),
    getTrashedThumb: () => [`/trash/${thrown}/thumb`],
    drawDifference: () => [`/compare/${seen[0]}/${seen[1]}/diff.png?preset=zoom`],
    getSnapshot: () => [`/cameras/${camera}/snapshot`],
    watchCamera: () => [`/cameras/${camera}/live`],
    async getByContent() {
      const rows = await t.db.run(
        (sql) => sql<{ at: string }[]>`
          select '/i/' || a.uid || '/' || encode(r.sha256, 'hex') || '.' || split_part(r.object_key, '.', -1) as at
          from renditions r join assets a on a.id = r.asset_id where a.id = any(${[...seen, unseen]}::bigint[])`,
      );
      assert.ok(rows.length > 6);
      return rows.map(({ at }) => at);
    },
  };

  const plus = (at: string): string => `${at}${at.includes('?') ? '&' : '?'}unblurred=true`;

  /** Asks until it is made. Of a film, the first picture. */
  async function ask(
    at: string,
    headers: Record<string, string>,
  ): Promise<{ status: number; code: string; bytes: Buffer; cache: string }> {
    for (;;) {
      const stop = new AbortController();
      const answering = fetch(`${t.url}${at}`, { headers, redirect: 'manual', signal: stop.signal });
      const film = at.includes('/live');
      // Nobody captures here: pictures come from us, until the first one is through.
      const showing = film ? setInterval(() => void publish(new Date()).catch(() => {}), 200) : undefined;
      try {
        const answer = await answering;
        if (answer.status === 503) {
          await answer.body?.cancel();
          await sleep(100);
          continue;
        }
        const cache = answer.headers.get('cache-control') ?? '';
        if (film && answer.status === 200)
          return { status: 200, code: '', bytes: await firstOf(answer), cache };
        const bytes = Buffer.from(await answer.arrayBuffer());
        const code = answer.status < 400 ? '' : String(JSON.parse(bytes.toString()).type).split(':').at(-1)!;
        return { status: answer.status, code, bytes, cache };
      } finally {
        clearInterval(showing);
        stop.abort();
      }
    }
  }

  async function firstOf(answer: Response): Promise<Buffer> {
    let all = Buffer.alloc(0);
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      all = Buffer.concat([all, chunk]);
      const begin = all.indexOf('\r\n\r\n') + 4;
      const length = Number(/Content-Length: (\d+)/.exec(all.toString('latin1'))?.[1] ?? Number.NaN);
      if (begin > 3 && all.length >= begin + length) return all.subarray(begin, begin + length);
    }
    throw new Error('The film ended before its first picture.');
  }

  it('are all known', () => {
    assert.deepEqual(
      operations.map(({ operationId }) => operationId).toSorted(),
      Object.keys(ROADS).toSorted(),
      'an operation that answers with a picture needs a road here, and a look at who sees people on it',
    );
  });

  it('show nobody to anybody who does not say that they want to, managers too', async () => {
    let refused = 0;
    let shown = 0;
    for (const { operationId } of operations) {
      for (const at of await ROADS[operationId]!()) {
        for (const who of [viewer, contributor, manager]) {
          const { status, code, bytes } = await ask(at, withKey(who.key));
          if (status === 200) {
            const left = await contrast(bytes);
            assert.ok(left < HIDDEN, `${at}: ${left}`);
            shown += 1;
          } else {
            assert.ok(
              code === 'people_hidden' || (status === 404 && operationId === 'getByContent'),
              `${at}: ${status} ${code}`,
            );
            refused += 1;
          }
        }
        assert.equal((await ask(at, withKey(stranger.key))).status, 404, at);
      }
    }
    assert.ok(shown > 15 && refused > 6, `${shown} ${refused}`);
  });

  it('are closed to whoever says so and is no manager of the tenant', async () => {
    for (const { operationId } of operations) {
      if (operationId === 'getByContent') continue;
      for (const at of await ROADS[operationId]!()) {
        for (const who of [viewer, contributor]) {
          const { status, code } = await ask(plus(at), withKey(who.key));
          assert.deepEqual([status, code], [403, 'role_needed'], at);
        }
        assert.equal((await ask(plus(at), withKey(stranger.key))).status, 404, at);
      }
    }
    const narrow = await makeAccount(t.db, 'north', 'manager', { scopes: ['all:read'] });
    const { code } = await ask(plus(`/retrieve/original/${seen[0]}`), withKey(narrow.key));
    assert.equal(code, 'scope_needed');
  });

  it('show them to a manager who says so, and that is written down', async () => {
    for (const { operationId, parameters = [] } of operations) {
      if (operationId === 'getByContent') continue;
      assert.ok(
        parameters.some(({ name }) => name === 'unblurred'),
        operationId,
      );
      for (const at of await ROADS[operationId]!()) {
        const count = async (): Promise<number> => {
          const [row] = await t.db.run(
            (sql) => sql<{ count: number }[]>`
              select count(*) as count from audit_log where operation = ${operationId} and principal_id = ${manager.id}
                and subject->>'unblurred' = 'true' and tenant_id = ${manager.tenantId}`,
          );
          return row!.count;
        };
        const before = await count();
        const { status, bytes, cache } = await ask(plus(at), withKey(manager.key));
        assert.equal(status, 200, at);
        assert.match(cache, /no-store/, at);
        const left = await contrast(bytes);
        // Where a difference is drawn, what is equal is pale.
        if (operationId !== 'drawDifference') assert.ok(left > recognised(at), `${at}: ${left}`);
        assert.ok((await count()) > before, at);
      }
    }
    // What was made for them is found by nobody.
    for (const at of await ROADS['getByContent']!()) {
      const { status, bytes } = await ask(at, withKey(manager.key));
      if (status === 200) assert.ok((await contrast(bytes)) < HIDDEN, at);
    }
    const { renditions } = (await (await as(viewer)('GET', `/images/${seen[0]}`)).json()) as {
      renditions: { preset: string }[];
    };
    assert.ok(renditions.every(({ preset }) => !preset.startsWith('fly')));
  });

  it('are not opened by what others are given: links and tokens in addresses', async () => {
    const link = await as(contributor)('POST', `/images/${seen[0]}/links`, { preset: 'zoom' });
    const { url } = (await link.json()) as { url: string };
    const shown = await ask(url, {});
    assert.equal(shown.status, 200);
    assert.ok((await contrast(shown.bytes)) < HIDDEN);
    for (const at of [plus(url), url.replace('?', '?unblurred=true&')])
      assert.equal((await ask(at, {})).code, 'link_refused');
    assert.equal(
      (await ask(`/images/${seen[0]}/renditions/fly-open-zoom`, withKey(manager.key))).status,
      404,
    );
  });

  it('are held back where no model has looked', async () => {
    const roads = [
      `/retrieve/original/${unseen}`,
      `/images/${unseen}/renditions/card`,
      `/images/${unseen}/render?width=320`,
    ];
    for (const at of roads) {
      const { code } = await ask(at, withKey(viewer.key));
      assert.equal(code, 'people_hidden', at);
      const { status, bytes } = await ask(plus(at), withKey(manager.key));
      assert.equal(status, 200, at);
      assert.ok((await contrast(bytes)) > recognised(at), at);
    }
    const body = (await (await as(viewer)('GET', `/images/${unseen}`)).json()) as Record<string, unknown>;
    assert.deepEqual([body['renditions'], body['thumbhash']], [[], null]);
    // Somebody has looked, and says that there is nobody.
    const said = await as(contributor)('POST', `/images/${unseen}/annotations`, {
      author: 'Ada',
      action: 'nothing_here',
    });
    assert.equal(said.status, 200, await said.text());
    assert.equal((await ask(roads[1]!, withKey(viewer.key))).status, 200);
  });

  it('end for whoever watches a camera when the tenant begins to hide people', async () => {
    await hide(false);
    const stop = new AbortController();
    const showing = setInterval(() => void publish(new Date()).catch(() => {}), 200);
    try {
      // Saying so before anything is hidden opens nothing for later.
      const film = await fetch(`${t.url}/cameras/${camera}/live?unblurred=true`, {
        ...{ headers: withKey(viewer.key), signal: stop.signal },
      });
      assert.equal(film.status, 200);
      const reader = film.body!.getReader();
      assert.ok(!(await reader.read()).done);
      await hide(true);
      for (;;)
        if (
          await reader.read().then(
            ({ done }) => done,
            () => true,
          )
        )
          break;
    } finally {
      clearInterval(showing);
      stop.abort();
    }
    const again = await ask(`/cameras/${camera}/live`, withKey(viewer.key));
    assert.equal(again.code, 'people_hidden');
  });
});
