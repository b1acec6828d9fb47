import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { readConfig } from '../../config.ts';
import { QUEUES } from '../../workflows/queues.ts';

const CHART = path.resolve(import.meta.dirname, '../../deploy/helm/tributary');

interface Probe {
  httpGet: { path: string; port: string };
}

interface Container {
  image: string;
  args: string[];
  env: { name: string; value: unknown }[];
  envFrom: { secretRef: { name: string } }[];
  ports?: { name: string; containerPort: number }[];
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  volumeMounts: { name: string }[];
}

interface Pod {
  metadata: { labels: Record<string, string> };
  spec: {
    terminationGracePeriodSeconds: number;
    restartPolicy: string;
    securityContext: { runAsNonRoot: boolean };
    containers: Container[];
    volumes: { name: string }[];
  };
}

interface Kube {
  apiVersion: string;
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
  spec: {
    replicas?: number;
    selector: Record<string, unknown>;
    template: Pod;
    scaleTargetRef: { name: string };
    minReplicas: number;
    maxReplicas: number;
  };
}

/** What a real `helm template` makes of the chart; helm is to be on PATH. */
async function render(...values: string[]): Promise<Kube[]> {
  const args = [
    'template',
    'rel',
    CHART,
    '--kube-version',
    '1.31.0',
    ...values.flatMap((value) => ['--set', value]),
  ];
  const { stdout } = await promisify(execFile)('helm', args, { maxBuffer: 2 ** 26 });
  return parseAllDocuments(stdout)
    .map((document) => {
      assert.deepEqual(document.errors, []);
      return document.toJSON() as Kube | null;
    })
    .filter((kube): kube is Kube => kube !== null);
}

const named = (all: Kube[], kind: string, name: string): Kube | undefined =>
  all.find((kube) => kube.kind === kind && kube.metadata.name === name);

describe('the Helm chart', () => {
  it('renders the API, a Deployment for each queue, and the migrations before them', async () => {
    const all = await render('workers.capture.replicas=1');
    for (const kube of all) assert.ok(kube.apiVersion && kube.kind && kube.metadata.name);
    assert.equal(new Set(all.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).size, all.length);
    const served = all
      .filter(({ kind }) => kind === 'Deployment')
      .flatMap(({ spec }) => spec.template.spec.containers)
      .flatMap(({ args }) => (args[0] === 'worker' ? (args[2] ?? '').split(',') : []));
    assert.deepEqual(served.sort(), [...QUEUES].sort());
    const job = named(all, 'Job', 'rel-migrate');
    assert.deepEqual(job?.spec.template.spec.containers[0]?.args, ['migrate']);
    assert.equal(job?.metadata.annotations?.['helm.sh/hook'], 'pre-install,pre-upgrade');
    assert.equal(job?.spec.template.spec.restartPolicy, 'OnFailure');
  });

  it('gives every pod settings that the product knows, secrets by reference, probes and time to stop', async () => {
    const all = await render('workers.capture.replicas=1', 'modelsClaim=models', 'uploadsClaim=uploads');
    for (const { kind, metadata, spec } of all) {
      if (kind !== 'Deployment' && kind !== 'Job') continue;
      const pod = spec.template;
      const [container] = pod.spec.containers;
      assert.ok(container, metadata.name);
      const values = container.env.map(({ name, value }) => {
        assert.equal(typeof value, 'string', `${metadata.name} ${name}`);
        return [name, value as string] as const;
      });
      const secret = { S3_ACCESS_KEY: 'a', S3_SECRET_KEY: 'b' };
      assert.equal(readConfig({ ...Object.fromEntries(values), ...secret }).adminPort, 9464, metadata.name);
      assert.ok(!values.some(([name]) => /^(DATABASE_URL|SECRET_KEY|S3_SECRET_KEY)$/.test(name)));
      assert.deepEqual(container.envFrom, [{ secretRef: { name: 'tributary' } }]);
      assert.equal(pod.spec.securityContext.runAsNonRoot, true);
      assert.ok(pod.spec.terminationGracePeriodSeconds >= 30);
      const volumes = pod.spec.volumes.map(({ name }) => name);
      for (const mount of container.volumeMounts) assert.ok(volumes.includes(mount.name), mount.name);
      if (kind === 'Job') continue;
      assert.equal(container.livenessProbe?.httpGet.path, '/livez');
      assert.equal(container.readinessProbe?.httpGet.path, '/readyz');
      assert.ok(
        container.ports?.some(({ name, containerPort }) => name === 'admin' && containerPort === 9464),
      );
      const { matchLabels } = spec.selector as { matchLabels: Record<string, string> };
      for (const [label, value] of Object.entries(matchLabels))
        assert.equal(pod.metadata.labels[label], value);
    }
  });

  it('scales and protects what runs, and only that', async () => {
    const all = await render();
    assert.equal(named(all, 'Deployment', 'rel-worker-capture')?.spec.replicas, 0);
    assert.equal(named(all, 'PodDisruptionBudget', 'rel-worker-capture'), undefined);
    const cpu = named(all, 'HorizontalPodAutoscaler', 'rel-worker-cpu');
    assert.equal(cpu?.spec.scaleTargetRef.name, 'rel-worker-cpu');
    assert.ok((cpu?.spec.minReplicas ?? 9) < (cpu?.spec.maxReplicas ?? 0));
    assert.equal(
      named(all, 'Deployment', 'rel-worker-cpu')?.spec.replicas,
      undefined,
      'left to the autoscaler',
    );
    assert.ok(named(all, 'PodDisruptionBudget', 'rel-api'));
    assert.equal(
      all.some(({ kind }) => kind === 'ServiceMonitor' || kind === 'Ingress'),
      false,
    );
  });

  it('has what is off unless asked for', async () => {
    const all = await render(
      'serviceMonitor.enabled=true',
      'api.ingress.enabled=true',
      'api.ingress.host=a.example',
    );
    assert.ok(named(all, 'ServiceMonitor', 'rel'));
    assert.deepEqual(named(all, 'Service', 'rel-admin')?.spec.selector, {
      'app.kubernetes.io/name': 'tributary',
      'app.kubernetes.io/instance': 'rel',
    });
    assert.ok(named(all, 'Ingress', 'rel-api'));
  });
});
