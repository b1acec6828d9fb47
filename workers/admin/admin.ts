import { createServer, type ServerResponse } from 'node:http';
import { type Config, ConfigError } from '../../config.ts';
import type { Logger } from '../../log.ts';
import { masked } from '../../log.ts';
import { type Check, createChecks } from './checks.ts';
import { createMetrics, type Metrics } from './metrics.ts';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** What operators see of one process: whether it lives, whether it is of use, and what it counts. */
export interface Admin {
  metrics: Metrics;
  /** Adds something that readiness depends on, or replaces the check of that name. */
  check(name: string, check: Check): void;
  /** Adds text in the format of Prometheus to what `/metrics` answers. */
  append(read: () => Promise<string>): void;
  close(): Promise<void>;
}

/**
 * Listens on the admin port from the first moment of a process to its last, so that a start that waits and a drain that
 * takes its time can be seen: `/livez`, `/readyz`, `/metrics`. Nobody is asked who they are: it is for a network of one's
 * own.
 *
 * @returns `null` where no admin port is set
 * @throws ConfigError when the port is taken
 */
export async function openAdmin(config: Config, log: Logger, stop: AbortSignal): Promise<Admin | null> {
  const { adminHost: host, adminPort: port } = config;
  if (port === null) return null;
  const metrics = createMetrics();
  const checks = createChecks();
  const texts: (() => Promise<string>)[] = [];
  checks.set('draining', async () => {
    if (stop.aborted) throw new Error('it was asked to stop and finishes what it has begun');
  });

  async function ready(res: ServerResponse): Promise<void> {
    const found = await checks.run();
    const ok = Object.values(found).every((check) => check.ok);
    const parts = Object.fromEntries(
      Object.entries(found).map(([name, { ok: well, detail }]) => [
        name,
        detail === undefined ? { ok: well } : { ok: well, detail: masked(detail) },
      ]),
    );
    res.writeHead(ok ? 200 : 503, { 'content-type': 'application/json' });
    res.end(`${JSON.stringify({ status: ok ? 'ready' : 'not ready', checks: parts })}\n`);
  }

  async function measured(res: ServerResponse): Promise<void> {
    const [own, ...others] = await Promise.all([
      metrics.registry.metrics(),
      ...texts.map((read) =>
        read().catch((error: unknown) => {
          log.debug({ err: error }, 'some metrics cannot be read now');
          return '';
        }),
      ),
    ]);
    res.writeHead(200, { 'content-type': TEXT });
    res.end(
      [own, ...others].map((text) => (text === '' || text?.endsWith('\n') ? text : `${text}\n`)).join(''),
    );
  }

  const server = createServer((req, res) => {
    const path = req.url?.split('?')[0];
    const fail = (error: unknown): void => {
      log.warn({ err: error }, 'the admin port could not answer');
      if (!res.headersSent) res.writeHead(500);
      res.end();
    };
    if (req.method !== 'GET' && req.method !== 'HEAD') res.writeHead(405, { allow: 'GET, HEAD' }).end();
    else if (path === '/livez')
      res.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"alive"}\n');
    else if (path === '/readyz') ready(res).catch(fail);
    else if (path === '/metrics') measured(res).catch(fail);
    else res.writeHead(404, { 'content-type': 'text/plain' }).end('/livez, /readyz, /metrics\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new ConfigError(
          `Nothing can listen on ADMIN_HOST ${host}, ADMIN_PORT ${port} (${error.code}). Each process needs a port of its own.`,
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
  return {
    metrics,
    check: checks.set,
    append: (read) => void texts.push(read),
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
