import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { type AdminPort, adminPort } from '../hosting/admin.ts';
import { type PhotoServer, startPhotoServer } from '../hosting/photoServer.ts';
import { pictures } from '../hosting/pictures.ts';
import { type ImportBody, type Part, startTributary, type Tributary } from '../hosting/tributary.ts';

const FILES = 40;
const ROOT = path.resolve(import.meta.dirname, '../..');
const PARTS: readonly Part[] = ['api', 'io', 'cpu', 'capture'];
const OBSERVABILITY = path.join(ROOT, 'deploy/observability');

interface Rule {
  alert: string;
  expr: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** Names of metrics in an expression: what is no function, keyword, label or string. */
function metricsIn(expression: string): string[] {
  const bare = expression
    .replace(/"[^"]*"/g, '')
    .replace(/\{[^}]*\}/g, '')
    .replace(/\b(by|on|without|ignoring)\s*\([^)]*\)/g, '');
  return [...bare.matchAll(/\b((?:tributary|temporal|process|nodejs)_\w+)\b/g)].map(([, name]) => name!);
}

describe('the admin port', () => {
  const admin = {} as Record<Part, AdminPort>;
  let photos: PhotoServer;
  let t: Tributary;
  /** Names of everything that was exported while there was work. */
  const exported = new Set<string>();

  before(async function () {
    this.timeout(400_000);
    photos = await startPhotoServer(await pictures(FILES, 700_000));
    t = await startTributary({ parts: [] });
    for (const part of PARTS) {
      admin[part] = await adminPort();
      await t.start(part, admin[part].env);
    }
  });
  after(async () => {
    await t.close();
    await photos.close();
  });

  it('says of each process that it lives and what its readiness is made of', async () => {
    for (const part of PARTS) {
      assert.match(await admin[part].text('/livez'), /alive/);
      const { checks } = await admin[part].until((status) => status === 200);
      for (const name of ['draining', 'database', 'objects', 'temporal'])
        assert.equal(checks[name]?.ok, true, `${part} ${name}`);
    }
    const { checks } = await admin.io.until((status) => status === 200);
    assert.deepEqual(
      Object.keys(checks)
        .filter((name) => name.startsWith('poller:'))
        .sort(),
      ['poller:io', 'poller:workflows'],
    );
  });

  it('counts activities, items, calls of the database, children and what the core of the SDK measures', async function () {
    this.timeout(400_000);
    const id = await t.startImport(photos.url);
    let children = 0;
    let resident = 0;
    const look = async (): Promise<void> => {
      const samples = await admin.cpu.samples();
      children = Math.max(children, samples.get('tributary_children{kind="decode"}') ?? 0);
      resident = Math.max(resident, samples.get('tributary_children_resident_bytes{kind="decode"}') ?? 0);
    };
    while ((await t.get<ImportBody>(`/imports/${id}`)).status !== 'completed') {
      await look();
      await sleep(100);
    }
    await look();
    const io = await admin.io.samples();
    const kind = [...io.keys()].find((name) =>
      name.startsWith('tributary_items_settled_total{outcome="stored"'),
    );
    assert.match(kind ?? '', /source_kind="http-directory"/);
    assert.equal(io.get(kind!), FILES);
    assert.ok(
      (io.get('tributary_activity_seconds_count{activity="fetchBatch",outcome="completed"}') ?? 0) >= 1,
    );
    assert.ok((io.get('tributary_database_call_seconds_count{call="tx",outcome="ok"}') ?? 0) >= 1);
    assert.equal(io.get('tributary_activity_slots{queue="io"}'), 12);
    assert.ok(
      [...io.keys()].some((name) => name.startsWith('temporal_workflow_task_execution_latency')),
      'the core',
    );
    assert.ok(children >= 1 && resident > 10e6, `${children} children, ${resident} bytes`);

    await t.get('/imports');
    const api = await admin.api.samples();
    assert.equal(api.get('tributary_items{tenant="default",state="stored"}'), FILES);
    assert.equal(api.get('tributary_outbox_messages'), 0);
    assert.equal(api.get('tributary_open_imports{state="needs_attention"}'), 0);
    assert.ok((api.get('tributary_http_request_seconds_count{method="GET",status="2xx"}') ?? 0) >= 1);
    assert.equal((await admin.capture.samples()).get('tributary_capture_streams_limit'), 8);
    await t.audit();
    for (const part of PARTS)
      for (const name of (await admin[part].samples()).keys()) exported.add(name.replace(/\{.*/, ''));
  });

  it('exports every metric that an alert or the dashboard names, and every alert has its page in the runbooks', async () => {
    const rules = parse(await readFile(path.join(OBSERVABILITY, 'alerts.yml'), 'utf8')) as {
      groups: { rules: Rule[] }[];
    };
    const dashboard = JSON.parse(await readFile(path.join(OBSERVABILITY, 'dashboard.json'), 'utf8')) as {
      panels: { title: string; targets?: { expr: string }[] }[];
    };
    const alerts = rules.groups.flatMap((group) => group.rules);
    const queries = [
      ...alerts.map(({ alert, expr }) => [alert, expr] as const),
      ...dashboard.panels.flatMap(({ title, targets = [] }) =>
        targets.map(({ expr }) => [title, expr] as const),
      ),
    ];
    assert.ok(alerts.length >= 8 && queries.length > alerts.length + 8);
    const unknown = queries.flatMap(([title, expr]) =>
      metricsIn(expr)
        .filter((name) => !exported.has(name))
        .map((name) => `${title}: ${name}`),
    );
    assert.deepEqual(unknown, []);
    for (const [title, expr] of queries) assert.ok(metricsIn(expr).length > 0 || /\bup\b/.test(expr), title);
    const runbooks = await readFile(path.join(ROOT, 'docs/runbooks.md'), 'utf8');
    const anchors = new Set([...runbooks.matchAll(/^## (\S+)$/gm)].map(([, title]) => title!.toLowerCase()));
    for (const { alert, annotations } of alerts) {
      const [page, anchor] = (annotations['runbook_url'] ?? '').split('#');
      assert.match(page ?? '', /docs\/runbooks\.md$/, alert);
      assert.ok(anchors.has(anchor ?? ''), `${alert} has no entry in the runbooks`);
      assert.ok(annotations['summary'], alert);
    }
  });

  it('is not ready, and says why, while the object store is away', async () => {
    const away = await adminPort();
    const nobody = await adminPort();
    await t.kill('capture', 'SIGTERM');
    await t.start('capture', {
      ...away.env,
      S3_ENDPOINT: `http://127.0.0.1:${nobody.env.ADMIN_PORT}`,
      ...{ S3_BUCKET: 'nowhere', S3_ACCESS_KEY: 'a', S3_SECRET_KEY: 'b', S3_REQUEST_TIMEOUT_MS: '500' },
    });
    const { checks } = await away.until(
      (status, body) => status === 503 && body.checks['database']?.ok === true,
    );
    assert.equal(checks['objects']?.ok, false);
    assert.ok((checks['objects']?.detail ?? '').length > 0);
    assert.match(await away.text('/livez'), /alive/);
    assert.match(await away.text('/metrics'), /process_cpu_seconds_total/);
  });

  it('a port that is taken is said, and the process ends', async () => {
    await assert.rejects(t.start('capture', { ...admin.api.env }), /ADMIN_PORT \d+ \(EADDRINUSE\)/);
  });
});
