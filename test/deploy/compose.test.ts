import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { ensureBuilt } from '../../cli/setup/ensureBuilt.js';
import { readConfig } from '../../config.ts';
import { QUEUES } from '../../workflows/queues.ts';
import { type AdminPort, adminPort } from '../hosting/admin.ts';
import { type Bucket, needsVersitygw, startBucket } from '../hosting/bucket.ts';
import { createTestDatabase, type TestDatabase, temporalAddress } from '../hosting/stack.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MAIN = path.join(ROOT, 'dist/cli/main.js');

interface Service {
  image?: string;
  build?: string;
  command?: string[];
  profiles?: string[];
  environment?: Record<string, string | number>;
  volumes?: string[];
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: object;
  restart?: string;
}

interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, null>;
}

/** What `.env` beside the compose file has to say. */
const SECRETS: Record<string, string> = {
  POSTGRES_PASSWORD: 'pw',
  S3_ACCESS_KEY: 'AKTEST',
  S3_SECRET_KEY: 'secret-of-the-test',
  SECRET_KEY: 'a secret key of thirty-two characters',
};

/** `${NAME:-default}` and `${NAME:?message}`, as Compose reads them. */
function filledIn(value: string): string {
  return value.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name: string, how: string, word: string) => {
    const given = SECRETS[name] ?? '';
    if (given !== '') return given;
    if (how === '?') throw new Error(word);
    return word ?? '';
  });
}

describe('docker-compose.yml', () => {
  let compose: Compose;
  before(async () => {
    compose = parse(await readFile(path.join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true });
  });

  const ours = (): [string, Service][] =>
    Object.entries(compose.services).filter(([, service]) => service.build !== undefined);

  it('names only services, volumes and files that there are', async () => {
    for (const [name, service] of Object.entries(compose.services)) {
      assert.ok(service.image, name);
      assert.doesNotMatch(service.image, /:latest$/, `${name} is pinned`);
      for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
        const needed = compose.services[other];
        assert.ok(needed, `${name} depends on ${other}`);
        if (condition === 'service_healthy') assert.ok(needed.healthcheck, `${other} has no health check`);
        assert.match(condition, /^service_(healthy|started|completed_successfully)$/);
      }
      for (const mount of service.volumes ?? []) {
        const [from = ''] = mount.split(':');
        if (from.startsWith('.')) await access(path.join(ROOT, from));
        else assert.ok(from in compose.volumes, `${name} mounts ${from}`);
      }
      for (const port of service.ports ?? [])
        assert.match(port, /^127\.0\.0\.1:/, `${name} listens on loopback`);
    }
  });

  it('has settings that the product knows, and a worker for each queue', () => {
    for (const [name, service] of ours()) {
      const env = Object.fromEntries(
        Object.entries(service.environment ?? {}).map(([key, value]) => [key, filledIn(String(value))]),
      );
      assert.equal(readConfig(env).adminPort, 9464, name);
    }
    const served = ours().flatMap(([, { command = [] }]) =>
      command[0] === 'worker' ? command[2]!.split(',') : [],
    );
    assert.deepEqual(served.sort(), [...QUEUES].sort());
  });

  describe('each service of ours, run as a plain process', function () {
    this.timeout(400_000);
    let bucket: Bucket;
    let database: TestDatabase;
    let dataDir: string;
    let address: string;
    const running: { child: ChildProcess; exited: Promise<number | null> }[] = [];

    before(async function () {
      await needsVersitygw(this);
      await ensureBuilt();
      [bucket, database, address] = await Promise.all([
        startBucket(),
        createTestDatabase(),
        temporalAddress(),
      ]);
      dataDir = await mkdtemp(path.join(tmpdir(), 'tributary-compose-'));
    });
    after(async () => {
      for (const { child } of running) child.kill('SIGTERM');
      await Promise.all(running.map(({ exited }) => exited));
      await bucket?.stop();
      await database?.drop();
      if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
    });

    /** The command and environment of a service, with the hosts of the other services where they are here. */
    function start(name: string, admin: AdminPort) {
      const { command = [], environment = {} } = compose.services[name]!;
      const given = Object.fromEntries(
        Object.entries(environment).map(([key, value]) => [key, filledIn(String(value))]),
      );
      const settings = bucket.env();
      const here: Record<string, string> = {
        DATABASE_URL: database.url,
        TEMPORAL_ADDRESS: address,
        ...settings,
        HOST: '127.0.0.1',
        PORT: '0',
        ADMIN_HOST: '127.0.0.1',
        ...admin.env,
        TRIBUTARY_DATA: path.join(dataDir, name),
        TRIBUTARY_MODELS: path.join(dataDir, 'models'),
      };
      for (const key of Object.keys(here)) assert.ok(key in given, `${name} says nothing of ${key}`);
      const child = spawn(process.execPath, [MAIN, ...command], {
        env: { PATH: process.env['PATH'], ...given, ...here },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk) => {
          said += chunk;
        });
      }
      const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
      running.push({ child, exited });
      return { exited, said: () => said };
    }

    it('comes to be ready', async () => {
      const migration = start('migrate', await adminPort());
      assert.equal(await migration.exited, 0, migration.said());
      const services = ours().filter(([name]) => name !== 'migrate');
      const ready = await Promise.all(
        services.map(async ([name]) => {
          const admin = await adminPort();
          const { exited, said } = start(name, admin);
          const body = await Promise.race([
            admin.until((status) => status === 200),
            exited.then((code) => assert.fail(`${name} ended with ${code}: ${said()}`)),
          ]);
          return [name, body.status];
        }),
      );
      assert.deepEqual(
        Object.fromEntries(ready),
        Object.fromEntries(services.map(([name]) => [name, 'ready'])),
      );
    });
  });
});
