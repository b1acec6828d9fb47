import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { cursorText, parseCursor } from '../../domain/feed.ts';
import { findTenant } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { isElsewhere } from '../loopbackOnly.ts';
import { asProblem, invalid, notFound, problemBody } from '../problem.ts';
import { FeedQuery, kindsOf } from '../schemas/feed.ts';
import { expiredEvent } from './expired.ts';
import { type FeedSink, follow } from './follow.ts';

const PATH = /^(?:\/api\/v1)?\/ws(?:\?|$)/;
/** Nothing that a client sends is of interest. */
const MAX_MESSAGE = 4_096;
/** Who does not answer within two of these is gone. */
const PING_MS = 30_000;
const GOODBYE_MS = 2_000;
const GOING_AWAY = 1001;
const INTERNAL = 1011;

export function isLivePath(url: string | undefined): boolean {
  return PATH.test(url ?? '');
}

function sinkOf(socket: WebSocket): FeedSink {
  let last: Promise<void> = Promise.resolve();
  const send = (message: object): void => {
    last = new Promise((resolve) => socket.send(JSON.stringify(message), () => resolve()));
  };
  return {
    send: ({ event }) => send(event),
    beat: (at) => send({ type: 'heartbeat', id: cursorText(at) }),
    expired: (at) => send(expiredEvent(at)),
    async flushed(waitMs) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<false>((resolve) => {
        timer = setTimeout(() => resolve(false), waitMs);
      });
      const left = await Promise.race([last.then(() => true as const), late]);
      clearTimeout(timer);
      return left;
    },
  };
}

/** Aborted when the client goes, or does not answer any more, or the server stops. */
function untilClosed(socket: WebSocket, stopped: AbortSignal, look: () => Promise<unknown>): AbortSignal {
  const gone = new AbortController();
  const abort = (): void => gone.abort();
  let alive = true;
  const pings = setInterval(() => {
    if (!alive) socket.terminate();
    alive = false;
    socket.ping();
    // Somebody may have lost the right to it meanwhile.
    look().catch(() => socket.terminate());
  }, PING_MS);
  socket.on('pong', () => {
    alive = true;
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    clearInterval(pings);
    stopped.removeEventListener('abort', abort);
    abort();
  });
  stopped.addEventListener('abort', abort, { once: true });
  if (stopped.aborted) abort();
  return gone.signal;
}

function refuse(socket: Duplex, error: unknown): void {
  const problem = asProblem(error);
  const body = JSON.stringify(problemBody(problem, ''));
  socket.end(
    `HTTP/1.1 ${problem?.fields.status ?? 500} Refused\r\nConnection: close\r\n` +
      `Content-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** `/ws`: the same events as `/events`, with the same query, over a WebSocket. */
export function attachLiveSocket(server: Server, { db, live, access, config, log }: ApiDeps): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false });

  /** Whose events somebody may hear, of those that they ask for. @throws Problem 401, 403, 404 */
  async function tenantsFor(req: IncomingMessage, name: string | undefined): Promise<string[] | undefined> {
    const as = await access.visitor(req, 'live', 'viewer');
    return as(async () => {
      const scope = db.scope();
      if (scope === undefined || scope === 'all') return undefined;
      if (name === undefined) return [...scope.tenants];
      const tenant = await db.run((sql) => findTenant(sql, name));
      if (tenant === null) throw notFound('tenant');
      return [tenant.id];
    });
  }

  async function serve(
    socket: WebSocket,
    req: IncomingMessage,
    query: ReturnType<typeof readQuery>,
    tenantIds: string[] | undefined,
  ): Promise<void> {
    const signal = untilClosed(socket, live.stopped, () => tenantsFor(req, query.tenant_name));
    const { kinds, after } = query;
    const begin = (after === undefined ? null : parseCursor(after)) ?? (await live.head());
    const filter = {
      ...{ tenantIds, tenantName: query.tenant_name, importId: query.import_id, cameraId: query.camera_id },
      kinds: kinds?.flatMap(kindsOf),
    };
    const sink = sinkOf(socket);
    // Where to come back to, before anything has happened.
    sink.beat(begin);
    const end = await follow(live.open(filter, begin), sink, signal);
    if (end === 'slow') {
      // A closing frame would wait behind what was not read.
      socket.terminate();
      return;
    }
    socket.close(GOING_AWAY, 'The server stops.');
    // Who does not say goodbye holds nobody up.
    setTimeout(() => socket.terminate(), GOODBYE_MS).unref();
  }

  async function enter(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    if (isElsewhere(req, config)) throw FOREIGN;
    const query = readQuery(req.url ?? '');
    const tenantIds = await tenantsFor(req, query.tenant_name);
    const leave = live.seats.take(req.socket.remoteAddress);
    socket.once('close', leave);
    sockets.handleUpgrade(req, socket, head, (opened) => {
      serve(opened, req, query, tenantIds).catch((error: unknown) => {
        log.warn({ err: error }, 'a socket of events broke off');
        opened.close(INTERNAL, 'Something unexpected went wrong. Come back with the id of the last event.');
      });
    });
  }

  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!isLivePath(req.url)) return;
    socket.on('error', () => socket.destroy());
    enter(req, socket, head).catch((error: unknown) => refuse(socket, error));
  });
}

const FOREIGN = Object.assign(new Error('Pages of other sites may not open this socket.'), { status: 403 });

/** @throws Problem */
function readQuery(url: string) {
  const given = Object.fromEntries(new URL(url, 'http://localhost').searchParams);
  const read = FeedQuery.safeParse(given);
  if (!read.success) throw invalid('query', read.error);
  return read.data;
}
