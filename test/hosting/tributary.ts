import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { runAudit } from '../../cli/audit.ts';
import { ensureBuilt } from '../../cli/setup/ensureBuilt.js';
import { type Config, readConfig } from '../../config.ts';
import type { AuditReport } from '../../stores/audit/audit.ts';
import type { ObjectStore } from '../../stores/objects/objectStore.ts';
import { openObjectStore } from '../../stores/objects/open.ts';
import { createDatabase, type Database } from '../../stores/postgres/database.ts';
import { migrate } from '../../stores/postgres/migrate.ts';
import { watchAnswers } from './documented.ts';
import { type RoundRobin, startRoundRobin } from './roundRobin.ts';
import { createTestDatabase, temporalAddress } from './stack.ts';

const MAIN = path.resolve(import.meta.dirname, '../../dist/cli/main.js');
const GUARD = pathToFileURL(path.resolve(import.meta.dirname, '../../dist/cli/dev/orphanGuard.js')).href;

/** `worker`: what `io` and `cpu` do, in one process. `…-2`: a second process of the same queues. */
export type Part = 'api' | 'worker' | 'io' | 'io-2' | 'cpu' | 'cpu-2' | 'capture';
const ARGS: Record<Part, string[]> = {
  api: ['api'],
  worker: ['worker', '--queues', 'io,workflows,cpu,renditions,inference'],
  io: ['worker', '--queues', 'io,workflows'],
  'io-2': ['worker', '--queues', 'io,workflows'],
  cpu: ['worker', '--queues', 'cpu,renditions,inference'],
  'cpu-2': ['worker', '--queues', 'cpu,renditions,inference'],
  capture: ['worker', '--queues', 'capture'],
};

/** How many processes each part is; with several, requests go to the API processes in turns (`npm run test:fleet`). */
export const PROCESSES = Number(process.env['TEST_PROCESSES'] ?? 1);

/** For those who stop one of its workers and not the other. */
export const APART: readonly Part[] = ['api', 'io', 'cpu'];
/** Most need no more, and a process takes a second and a half of a core to begin. */
const USUAL: readonly Part[] = PROCESSES > 1 ? APART : ['api', 'worker'];

/** One Tributary of real processes, with a database, a data directory and a Temporal namespace of its own. */
export interface Tributary {
  url: string;
  config: Config;
  db: Database;
  objects: ObjectStore;
  client: Client;
  env: Record<string, string>;
  start(part: Part, env?: Record<string, string>): Promise<void>;
  /** Ends a part and waits until it is gone. @returns its exit code; `null`: it was killed, or did not run */
  kill(part: Part, signal: NodeJS.Signals): Promise<number | null>;
  /** Of the first of its processes. */
  pid(part: Part): number;
  /** What stands in front of the API processes; `null`: there is one. */
  balancer: RoundRobin | null;
  /** Output of all parts so far. */
  output(): string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  upload(bytes: Uint8Array, name: string, tenant?: string): Promise<Response>;
  startImport(address: string, options?: object): Promise<string>;
  /** Polls until the import is in one of the states. */
  waitImport(id: string, states?: string[]): Promise<ImportBody>;
  audit(): Promise<AuditReport>;
  /** Stops everything and removes what it left. */
  close(): Promise<void>;
}

export interface ImportBody {
  id: string;
  status: string;
  total_files: number;
  processed_files: number;
  stored_files: number;
  duplicate_files: number;
  skipped_files: number;
  rejected_files: number;
  failed_files: number;
  pending_files: number;
  progress_percent: number;
  listing_complete: boolean;
  error: { type: string; detail: string } | null;
}

async function registerNamespace(connection: Connection): Promise<string> {
  const namespace = `test-${randomUUID()}`;
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  return namespace;
}

interface TributaryOptions {
  parts?: readonly Part[];
  env?: Record<string, string>;
  /** A database of the caller's, with the schema in it; by default one of its own. */
  databaseUrl?: string;
  /** `host:port` of a Temporal of the caller's; by default the one that all share. */
  temporal?: string;
}

export async function startTributary(options: TributaryOptions = {}): Promise<Tributary> {
  await ensureBuilt();
  const given = options.databaseUrl;
  const [database, address] = await Promise.all([
    given === undefined ? createTestDatabase(migrate) : { url: given, drop: async () => {} },
    options.temporal ?? temporalAddress(),
  ]);
  const connection = await Connection.connect({ address });
  const namespace = await registerNamespace(connection);
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tributary-test-'));
  const env: Record<string, string> = {
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    TRIBUTARY_DATA: dataDir,
    PORT: '0',
    ALLOW_LOOPBACK: 'true',
    ALLOW_FOLDERS: '/',
    DECODE_CHILDREN: '2',
    ...options.env,
  };
  const config = readConfig(env);
  const db = createDatabase({ url: database.url, pool: 3, deadlineMs: 20_000, applicationName: 'test' });
  const children = new Map<Part, ChildProcess[]>();
  const balancer = PROCESSES > 1 ? await startRoundRobin() : null;
  let output = '';
  let url = '';

  async function call<T>(method: string, at: string, body?: unknown): Promise<T> {
    const response = await fetch(`${url}${at}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${at}: ${response.status} ${JSON.stringify(answer)}`);
    return answer as T;
  }

  /** @returns the process, and its port once it is ready; 0 where it has none */
  function spawn(part: Part, extra: Record<string, string>): { child: ChildProcess; ready: Promise<number> } {
    const child = fork(MAIN, ARGS[part], {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        ...env,
        ...extra,
        // The port that was asked for is that of the balancer, which stays.
        ...(balancer !== null && { PORT: '0' }),
        TRIBUTARY_SUPERVISOR: String(process.pid),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A run that is killed takes its parts with it.
      execArgv: ['--import', GUARD],
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        output += chunk;
      });
    }
    const ready = new Promise<number>((resolve, reject) => {
      child.once('exit', (code, signal) =>
        reject(new Error(`${part} ended (${code ?? signal}):\n${output}`)),
      );
      child.on('message', (message: { type?: string; port?: number }) => {
        if (message.type === 'ready') resolve(message.port ?? 0);
      });
    });
    return { child, ready };
  }

  async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return null;
    const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill(signal);
    return gone;
  }

  const tributary: Tributary = {
    get url() {
      return url;
    },
    config,
    db,
    objects: await openObjectStore(config.storage),
    client: new Client({ connection, namespace }),
    env,
    async start(part, extra = {}) {
      if (children.has('worker') && APART.slice(1).includes(part))
        throw new Error(`What ${part} does is done by "worker": start it with parts: APART.`);
      // Those that outlived one that was killed by itself.
      if (balancer !== null) await tributary.kill(part, 'SIGKILL');
      const begun = Array.from({ length: PROCESSES }, () => spawn(part, extra));
      children.set(
        part,
        begun.map(({ child }) => child),
      );
      const ports = await Promise.all(begun.map(({ ready }) => ready));
      if (part !== 'api') return;
      balancer?.use(ports);
      url = balancer?.url ?? `http://127.0.0.1:${ports[0]}`;
      watchAnswers(url);
    },
    async kill(part, signal) {
      if (children.has('worker') && APART.slice(1).includes(part))
        throw new Error(`There is no ${part} apart from "worker": start it with parts: APART.`);
      const codes = await Promise.all((children.get(part) ?? []).map((child) => end(child, signal)));
      return codes.find((code) => code !== null) ?? null;
    },
    pid: (part) => children.get(part)![0]!.pid!,
    balancer,
    output: () => output,
    get: (at) => call('GET', at),
    post: (at, body) => call('POST', at, body ?? {}),
    async upload(bytes, name, tenant) {
      const form = new FormData();
      if (tenant !== undefined) form.append('tenant_name', tenant);
      form.append('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
      return fetch(`${url}/upload/`, { method: 'POST', body: form });
    },
    async startImport(from, more = {}) {
      const job = await call<ImportBody>('POST', '/imports', { url: from, ...more });
      return job.id;
    },
    async waitImport(id, states = ['completed', 'failed', 'cancelled']) {
      for (;;) {
        const job = await call<ImportBody>('GET', `/imports/${id}`).catch(() => null);
        if (job !== null && states.includes(job.status)) return job;
        await sleep(50);
      }
    },
    async audit() {
      // The row is final a moment before its workflow is; visibility follows.
      for (let attempt = 0; ; attempt += 1) {
        const report = await runAudit(config);
        if (report.clean || attempt >= 100 || report.findings.some((found) => found.count > 0)) return report;
        await sleep(100);
      }
    },
    async close() {
      await Promise.all([...children.keys()].map((part) => tributary.kill(part, 'SIGTERM')));
      await balancer?.close();
      await db.close();
      await connection.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  for (const part of options.parts ?? USUAL) await tributary.start(part);
  return tributary;
}
