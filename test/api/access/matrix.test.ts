import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { type Account, makeAccount, signIn, startGuarded, withKey, withToken } from '../../hosting/access.ts';
import { picture } from '../../hosting/pictures.ts';
import type { Tributary } from '../../hosting/tributary.ts';
import { seedTenant } from './seedTenant.ts';

const MINE = 'northmatrix';
const THEIRS = 'zebrasecret';
/** Nobody has these. */
const UNKNOWN = { number: '999999999', uuid: randomUUID(), name: 'nobodys' };
type Form = keyof typeof UNKNOWN;

interface Parameter {
  name: string;
  in: 'path' | 'query';
  schema?: { format?: string; pattern?: string; type?: string };
}
interface Property {
  properties?: Record<string, Property>;
  type?: string | string[];
}
interface Operation {
  operationId: string;
  'x-needs': string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Property & { $ref?: string } }> };
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Property> };
}
interface Route extends Operation {
  method: string;
  path: string;
}
interface Seen {
  status: number;
  body: string;
}

/** A fact that changes with every request, and is not what is looked for. */
const PASSING: [RegExp, string][] = [
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>'],
  [/"digest":"[0-9a-f]+"/g, '<digest>'],
];

/** Bodies with ids in them, by operation: what a caller would send who knew an id. */
const BODIES: Record<string, (ids: { image: number; uuid: string; item: number; mine: number }) => unknown> =
  {
    trashImages: ({ image }) => ({ ids: [image] }),
    restoreImages: ({ image }) => ({ ids: [image] }),
    redrivePoisonJobs: ({ item }) => ({ ids: [item] }),
    createCampaign: ({ image }) => ({ name: 'x', label: 'fox', ids: [image] }),
    answerCampaign: ({ image }) => ({ asset_id: image, person: 'x', answer: 'yes' }),
    createExport: ({ image }) => ({ format: 'csv', ids: [image] }),
    correctClocks: ({ image }) => ({ ids: [image], shift_seconds: 60 }),
    startReprocess: ({ image }) => ({ filter: { ids: [image] } }),
    dismissDuplicates: ({ image, mine }) => ({ images: [image, mine] }),
    mergeDuplicates: ({ image, mine }) => ({ keep: mine, remove: [image] }),
    createPullSource: ({ uuid }) => ({
      ...{ name: 'x', base_url: 'http://192.0.2.9/', user_id: uuid, location_id: uuid, is_active: false },
    }),
    changePullSource: ({ uuid }) => ({ user_id: uuid, location_id: uuid }),
    createApiKey: ({ uuid }) => ({ name: 'x', scopes: ['all:read'], service_id: uuid }),
    annotateImage: ({ image }) => ({ action: 'confirm', detection_id: image, author: 'x' }),
  };
/** These want two models that run before they look at the id; the wall around campaigns is looked at by itself. */
const WANT_MORE = new Set(['createTrial']);
/** Names in bodies that look like ids and name nothing of Tributary's. */
const NO_IDS = new Set(['camera_id', 'asset_ids', 'detection_id', 'annotation_id']);

describe('two tenants', function () {
  this.timeout(600_000);
  let t: Tributary;
  let me: Account;
  let them: Account;
  let routes: Route[];
  let document: Document;
  let callers: Record<'token' | 'key', Record<string, string>>;
  /** One id of every table of theirs, by its form. */
  let theirs: Record<Form, string[]>;
  /** All of them, to be looked for in answers. */
  let secrets: string[];
  let myImages: number[];

  before(async () => {
    t = await startGuarded(['api', 'io', 'cpu'], { ALLOW_PRIVATE_NETS: '192.0.2.0/24' });
    [me, them] = [await makeAccount(t.db, MINE, 'admin'), await makeAccount(t.db, THEIRS, 'admin')];
    await seedTenant(t, me, 100);
    // No number is one of mine in one table and one of theirs in another.
    await t.db.run(async (sql) => {
      const identities = await sql<{ name: string }[]>`
        select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'id' and a.attidentity <> ''
        where c.relnamespace = current_schema()::regnamespace order by 1`;
      for (const [i, { name }] of identities.entries()) {
        await sql`select setval(pg_get_serial_sequence(${name}, 'id'), ${(i + 1) * 1_000_000})`;
      }
    });
    await seedTenant(t, them, 200);
    // From here on nothing changes by itself.
    await Promise.all([t.kill('io', 'SIGTERM'), t.kill('cpu', 'SIGTERM')]);
    await sleep(500);
    const tables = await t.db.run(
      (sql) => sql<{ name: string; type: string }[]>`
        select c.relname as name, format_type(a.atttypid, null) as type from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'id'
        join pg_attribute n on n.attrelid = c.oid and n.attname = 'tenant_id'
        where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace order by 1`,
    );
    theirs = { number: [], uuid: [them.tenantId, them.id], name: [THEIRS] };
    secrets = [THEIRS, them.tenantId, them.id];
    for (const { name, type } of tables) {
      const rows = await t.db.run(
        (sql) =>
          sql<{ id: string }[]>`select id::text as id from ${sql(name)} where tenant_id = ${them.tenantId}`,
      );
      const form = type === 'uuid' ? 'uuid' : 'number';
      theirs[form].push(...rows.slice(0, 1).map(({ id }) => id));
      if (form === 'uuid') secrets.push(...rows.map(({ id }) => id));
    }
    const uids = await t.db.run(
      (sql) => sql<{ uid: string }[]>`select uid from assets where tenant_id = ${them.tenantId}`,
    );
    theirs.uuid.push(uids[0]!.uid);
    secrets.push(...uids.map(({ uid }) => uid));
    myImages = (
      await t.db.run(
        (sql) =>
          sql<
            { id: number }[]
          >`select id from assets where tenant_id = ${me.tenantId} and state = 'ready' order by id`,
      )
    ).map(({ id }) => id);
    document = (await (await fetch(`${t.url}/openapi.json`)).json()) as Document;
    routes = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({ ...operation, method, path })),
    );
  });
  // Ten minutes are long, but not on every machine.
  beforeEach(async () => {
    callers = { token: withToken((await signIn(t, me)).access_token), key: withKey(me.key) };
  });
  after(() => t?.close());

  const formOf = ({ name, schema }: Parameter): Form => {
    if (schema?.format === 'uuid' || name === 'uid') return 'uuid';
    return schema?.type === 'integer' || schema?.type === 'number' ? 'number' : 'name';
  };

  async function ask(
    headers: Record<string, string>,
    method: string,
    at: string,
    body?: unknown,
  ): Promise<Seen> {
    const stop = new AbortController();
    const response = await fetch(`${t.url}${at}`, {
      method: method.toUpperCase(),
      redirect: 'manual',
      signal: AbortSignal.any([stop.signal, AbortSignal.timeout(240_000)]),
      headers: {
        ...headers,
        ...(body !== undefined && !(body instanceof FormData) && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
    // What has no end is looked at as far as it came.
    if (/event-stream|multipart/.test(response.headers.get('content-type') ?? '')) {
      const { value } = (await response.body?.getReader().read()) ?? {};
      stop.abort();
      return { status: response.status, body: Buffer.from(value ?? []).toString() };
    }
    return { status: response.status, body: await response.text() };
  }

  const plain = ({ status, body }: Seen, id: string): string =>
    `${status} ${PASSING.reduce((text, [what, by]) => text.replaceAll(what, by), body.replaceAll(id, '<uuid>'))}`;

  function leaked({ body }: Seen, asked: string): string | undefined {
    const text = asked === '' ? body : body.replaceAll(asked, '');
    return secrets.find((secret) => secret !== asked && text.includes(secret));
  }

  /** Paths with every parameter but one filled with what is one's own, or unknown. */
  const filled = (path: string, name: string, value: string): string =>
    path.replace(/\{(\w+)\}/g, (_all, each: string) =>
      encodeURIComponent(
        each === name
          ? value
          : each === 'preset'
            ? 'card'
            : each === 'file'
              ? `${'0'.repeat(64)}.jpg`
              : each === 'a'
                ? String(myImages[0])
                : UNKNOWN.uuid,
      ),
    );

  it('find nothing of each other in lists, counts and streams', async () => {
    const told: string[] = [];
    let lists = 0;
    for (const route of routes) {
      if (route.method !== 'get' || route.path.includes('{') || route['x-needs'] === 'installation') continue;
      const limits = (route.parameters ?? []).some(({ name }) => name === 'limit') ? '?limit=100' : '';
      const seen = await ask(callers.token, 'get', `${route.path}${limits}`);
      lists += 1;
      if (seen.status >= 500) told.push(`${route.path}: ${seen.status} ${seen.body}`);
      const secret = leaked(seen, '');
      if (secret !== undefined) told.push(`${route.path} tells ${secret}`);
    }
    assert.deepEqual(told, []);
    assert.ok(lists > 25, String(lists));
    const { total } = JSON.parse((await ask(callers.token, 'get', '/images?status=all')).body) as {
      total: number;
    };
    const [own] = await t.db.run(
      (sql) => sql`select count(*)::int as n from assets where tenant_id = ${me.tenantId}`,
    );
    assert.equal(total, own?.['n']);
  });

  it('see nothing of each other by ids in paths, as if those were unknown', async () => {
    const limit = pLimit(6);
    const leaks: string[] = [];
    let asked = 0;
    const reached = new Set<string>();
    const jobs: Promise<void>[] = [];
    for (const route of routes) {
      if (route.method === 'options') continue;
      for (const parameter of (route.parameters ?? []).filter((each) => each.in === 'path')) {
        if (['preset', 'file'].includes(parameter.name) || route.path.startsWith('/presets/')) continue;
        // Models are everybody's.
        if (route.path.startsWith('/models/')) continue;
        const form = formOf(parameter);
        for (const [kind, headers] of Object.entries(callers)) {
          jobs.push(
            limit(async () => {
              const unknown = UNKNOWN[form];
              const expected = await ask(
                headers,
                route.method,
                filled(route.path, parameter.name, unknown),
                bodyFor(route),
              );
              for (const id of theirs[form]) {
                const at = filled(route.path, parameter.name, id);
                const seen = await ask(headers, route.method, at, bodyFor(route));
                asked += 1;
                reached.add(`${route.method} ${route.path}`);
                const installation = route['x-needs'] === 'installation';
                if (seen.status !== (installation ? 403 : 404))
                  leaks.push(`${kind} ${route.method} ${at}: ${seen.status} ${seen.body.slice(0, 200)}`);
                else if (plain(seen, id) !== plain(expected, unknown))
                  leaks.push(`${kind} ${route.method} ${at}: ${seen.body} but ${expected.body}`);
                const secret = leaked(seen, id);
                if (secret !== undefined) leaks.push(`${kind} ${route.method} ${at} tells ${secret}`);
              }
            }),
          );
        }
      }
    }
    const before = await fingerprint();
    await Promise.all(jobs);
    assert.deepEqual(leaks, []);
    assert.deepEqual(await fingerprint(), before, 'and nothing of theirs was changed');
    assert.ok(reached.size > 80 && theirs.uuid.length > 20 && theirs.number.length >= 4);
    console.log(
      `      ${reached.size} routes × ids of ${theirs.uuid.length + theirs.number.length} kinds × 2 credentials: ${asked} requests, ${leaks.length} leaks`,
    );
  });

  function bodyFor(route: Route): unknown {
    if (route.operationId === 'changeMember') return { role: 'viewer' };
    return route.requestBody?.content['application/json'] === undefined ? undefined : {};
  }

  /** Every row of theirs, but for what is told to Temporal in the background. */
  async function fingerprint(): Promise<Record<string, string>> {
    const found = await t.db.run(
      (sql) => sql<{ name: string }[]>`
        select c.relname as name from pg_class c join pg_attribute n on n.attrelid = c.oid and n.attname = 'tenant_id'
        where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
          and c.relname not in ('outbox', 'capture_windows', 'pull_sources', 'api_keys', 'feed_events', 'webhooks') order by 1`,
    );
    const prints: Record<string, string> = {};
    for (const { name } of found) {
      const [row] = await t.db.run(
        (sql) => sql<{ print: string }[]>`
          select count(*) || ' ' || coalesce(md5(string_agg(r::text, ',' order by r::text)), '') as print
          from ${sql(name)} r where tenant_id = ${them.tenantId}`,
      );
      prints[name] = row?.print ?? '';
    }
    return prints;
  }

  it("cannot name each other, nor each other's things in queries", async () => {
    const told: string[] = [];
    let asked = 0;
    for (const route of routes) {
      if (route.method !== 'get' || route['x-needs'] === 'installation' || route['x-needs'] === 'anybody')
        continue;
      for (const parameter of (route.parameters ?? []).filter((each) => each.in === 'query')) {
        const form = parameter.name === 'tenant_name' ? 'name' : formOf(parameter);
        const isId =
          parameter.name === 'tenant_name' || form === 'uuid' || /cursor|sequence|_id$/.test(parameter.name);
        if (!isId) continue;
        const path = route.path.replace(/\{(\w+)\}/g, () => String(myImages[0]));
        const with_ = (id: string) => `${path}?${parameter.name}=${encodeURIComponent(id)}`;
        const expected = await ask(callers.token, 'get', with_(UNKNOWN[form]));
        for (const id of theirs[form]) {
          const seen = await ask(callers.token, 'get', with_(id));
          asked += 1;
          // A number in a cursor is a place in one's own list.
          if (parameter.name !== 'cursor' && plain(seen, id) !== plain(expected, UNKNOWN[form]))
            told.push(`${with_(id)}: ${seen.status} ${seen.body.slice(0, 300)} but ${expected.status}`);
          if (parameter.name === 'tenant_name' && seen.status !== 404)
            told.push(`${with_(id)}: ${seen.status}`);
          // The log has the ids that I asked for myself.
          const secret = path === '/audit-log' ? undefined : leaked(seen, id);
          if (secret !== undefined) told.push(`${with_(id)} tells ${secret}`);
        }
      }
    }
    assert.deepEqual(told, []);
    assert.ok(asked > 100, String(asked));
  });

  it('cannot name each other in bodies and forms', async () => {
    const told: string[] = [];
    let asked = 0;
    for (const route of routes) {
      const multipart = route.requestBody?.content['multipart/form-data']?.schema;
      const json = route.requestBody?.content['application/json']?.schema;
      const schema = resolve(multipart ?? json ?? {});
      if (schema.properties?.['tenant_name'] === undefined || route['x-needs'] === 'installation') continue;
      const answers: string[] = [];
      for (const tenant of [THEIRS, UNKNOWN.name]) {
        const path = filled(route.path, '', '');
        let body: unknown = { tenant_name: tenant };
        if (multipart !== undefined) {
          const form = new FormData();
          form.append('tenant_name', tenant);
          for (const name of Object.keys(schema.properties)) {
            if (name === 'camera_id' || name === 'model') form.append(name, 'x');
          }
          const zip = Buffer.from('504b0506000000000000000000000000000000000000', 'hex');
          const bytes = route.path.includes('archive')
            ? zip
            : route.path.includes('detection')
              ? Buffer.from('{}')
              : await picture(900);
          form.append(
            'files' in schema.properties ? 'files' : 'file',
            new Blob([bytes as Uint8Array<ArrayBuffer>]),
            'x.jpg',
          );
          body = form;
        }
        const seen = await ask(callers.key, route.method, path, body);
        asked += 1;
        answers.push(plain(seen, tenant));
        if (seen.status !== 404) told.push(`${route.operationId}: ${seen.status} ${seen.body}`);
      }
      if (answers[0] !== answers[1]) told.push(`${route.operationId}: ${answers.join(' but ')}`);
    }
    assert.deepEqual(told, []);
    assert.ok(asked > 20, String(asked));
  });

  const resolve = (schema: Property & { $ref?: string }): Property =>
    schema.$ref === undefined
      ? schema
      : (document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});

  it('reach nothing of each other by ids in bodies', async () => {
    const missing = routes.filter((route) => {
      const schema = resolve(route.requestBody?.content['application/json']?.schema ?? {});
      const names = Object.keys(schema.properties ?? {});
      return (
        names.some((name) => /(^ids$|_ids?$|^keep$|^remove$|^images$)/.test(name) && !NO_IDS.has(name)) &&
        !WANT_MORE.has(route.operationId) &&
        BODIES[route.operationId] === undefined
      );
    });
    assert.deepEqual(
      missing.map(({ operationId }) => operationId),
      [],
      'a body with ids needs an example in BODIES',
    );
    const before = await fingerprint();
    const told: string[] = [];
    const [item] = await t.db.run(
      (sql) =>
        sql<
          { id: number }[]
        >`select id from import_items where tenant_id = ${them.tenantId} and state = 'failed'`,
    );
    const [images, uuids] = await Promise.all([
      t.db.run(
        (sql) =>
          sql<
            { id: number }[]
          >`select id from assets where tenant_id = ${them.tenantId} and state in ('ready', 'trashed')`,
      ),
      Promise.resolve(theirs.uuid),
    ]);
    const mine = myImages[1] ?? 0;
    let asked = 0;
    for (const [operationId, make] of Object.entries(BODIES)) {
      const route = routes.find((each) => each.operationId === operationId);
      assert.ok(route, operationId);
      const table = route.path.startsWith('/campaigns/') ? 'campaigns' : 'pull_sources';
      const [own] = await t.db.run(
        (sql) => sql<{ id: string }[]>`select id from ${sql(table)} where tenant_id = ${me.tenantId} limit 1`,
      );
      const path = route.path.replace(
        '{id}',
        route.path.startsWith('/images/') ? String(mine) : (own?.id ?? ''),
      );
      const unknown = {
        image: Number(UNKNOWN.number),
        uuid: UNKNOWN.uuid,
        item: Number(UNKNOWN.number),
        mine,
      };
      const expected = await ask(callers.key, route.method, path, make(unknown));
      for (const [i, { id }] of images.entries()) {
        const uuid = uuids[i % uuids.length] ?? '';
        const seen = await ask(
          callers.key,
          route.method,
          path,
          make({ image: id, uuid, item: item?.id ?? 0, mine }),
        );
        asked += 1;
        const given = seen.body
          .replaceAll(String(item?.id), UNKNOWN.number)
          .replaceAll(new RegExp(`\\b${id}\\b`, 'g'), UNKNOWN.number);
        if (plain({ ...seen, body: given }, uuid) !== plain(expected, UNKNOWN.uuid))
          told.push(
            `${operationId} ${id}: ${seen.status} ${seen.body} but ${expected.status} ${expected.body}`,
          );
      }
    }
    assert.deepEqual(told, []);
    assert.deepEqual(await fingerprint(), before);
    assert.ok(asked > 50);
  });

  it('have links that open what they say, to whoever holds them, and nothing else', async () => {
    const [image] = await t.db.run(
      (sql) =>
        sql<
          { id: number }[]
        >`select id from assets where tenant_id = ${them.tenantId} and state = 'ready' order by id limit 1`,
    );
    const id = image?.id ?? 0;
    const { url } = JSON.parse(
      (await ask(withKey(them.key), 'post', `/images/${id}/links`, { preset: 'card', expires_in: 600 })).body,
    ) as { url: string };
    assert.equal((await ask({}, 'get', url)).status, 200);
    assert.equal(
      (await ask(callers.key, 'get', url)).status,
      404,
      'a key says who asks, and that is not for them',
    );
    assert.equal((await ask({}, 'get', url.replace(`/${id}/`, `/${myImages[0]}/`))).status, 403);
    assert.equal((await ask({}, 'get', url.replace('/renditions/card', ''))).status, 401);
    assert.equal((await ask({}, 'delete', `/images/${id}?${url.split('?')[1]}`)).status, 401);
    const shown = await ask({}, 'get', `/images/${id}/renditions/card`);
    assert.equal(shown.status, 401);
    const { view_token: view } = JSON.parse(
      (await ask(withToken((await signIn(t, them)).access_token), 'get', '/auth/view-token')).body,
    ) as { view_token: string };
    assert.equal((await ask({}, 'get', `/images/${id}/renditions/card?view=${view}`)).status, 200);
    assert.equal((await ask({}, 'get', `/images/${myImages[0]}/renditions/card?view=${view}`)).status, 404);
  });

  it('may each do what they like with their own', async () => {
    const refused: string[] = [];
    for (const [name, caller] of [
      ['token', callers.token],
      ['key', callers.key],
    ] as const) {
      for (const at of [
        '/images',
        '/imports',
        '/image-pull-sources',
        '/users',
        '/locations',
        '/cameras',
        '/exports',
        '/trash',
        '/purges',
        '/failures',
        '/poison_jobs',
        '/presets',
        '/members',
        '/audit-log',
        `/metrics/tenant/${MINE}`,
        `/tenants/${MINE}`,
        `/images/${myImages[0]}`,
        `/images/${myImages[0]}/similar`,
        '/duplicates',
        '/reports/effort',
        '/images?q=north',
        '/models',
      ]) {
        const seen = await ask(caller, 'get', at);
        if (seen.status !== 200) refused.push(`${name} ${at}: ${seen.status} ${seen.body}`);
      }
    }
    assert.deepEqual(refused, []);
    const log = JSON.parse((await ask(callers.key, 'get', '/audit-log?limit=100')).body) as {
      entries: {
        principal: string;
        operation: string;
        status: number;
        tenant_name: string;
        key_prefix: string | null;
        request_id: string;
      }[];
    };
    assert.deepEqual([...new Set(log.entries.map(({ tenant_name }) => tenant_name))], [MINE]);
    const made = (
      JSON.parse((await ask(callers.key, 'get', '/audit-log?operation=createCamera')).body) as typeof log
    ).entries.find(({ status }) => status === 201);
    assert.deepEqual([made?.principal, made?.status, made?.key_prefix], [me.email, 201, me.key.slice(5, 13)]);
    assert.ok((made?.request_id ?? '').length > 10);
    await assert.rejects(
      t.db.run((sql) => sql`delete from audit_log`),
      /only ever added to/,
    );
    await assert.rejects(
      t.db.run((sql) => sql`update audit_log set principal = 'x'`),
      /only ever added to/,
    );
    await assert.rejects(
      t.db.run((sql) => sql`truncate audit_log`),
      /only ever added to/,
    );
  });
});
