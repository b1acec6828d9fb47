import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { type Config, isLoopback } from '../../config.ts';
import { findPullSource } from '../../stores/pulling/pullSources.ts';
import type { ApiDeps } from '../deps.ts';
import { isForeign } from '../loopbackOnly.ts';
import { presentRun } from '../present/pullSource.ts';
import { asProblem, invalid, problemBody } from '../problem.ts';
import { Uuid } from '../schemas/common.ts';
import { PushedItems } from '../schemas/pullSources.ts';
import { pushItems } from '../sources/push.ts';

const PATH = /^(?:\/api\/v1)?\/image-pull-sources\/([^/?]+)\/items(?:\?|$)/;
/** The same as a body of JSON may have. */
const MAX_MESSAGE = 4 * 1024 * 1024;
/** A client that does not answer within two of these is gone. */
const PING_MS = 30_000;
/** Messages that wait to be recorded; a client that sends more without waiting for answers is cut off. */
const MAX_WAITING = 100;

/**
 * Pushes one message. The answer is that of `POST`, or a problem; `id` comes back as it was sent. Who may push is looked
 * at each time: a connection can outlive what its key is good for.
 */
async function answerTo(
  deps: ApiDeps,
  req: IncomingMessage,
  sourceId: string,
  data: RawData,
): Promise<string> {
  let id: unknown;
  try {
    const message = JSON.parse(data.toString()) as { id?: unknown } | null;
    id = message?.id;
    const read = PushedItems.safeParse(message);
    if (!read.success) throw invalid('body', read.error);
    const as = await deps.access.visitor(req, 'sources', 'contributor');
    const run = presentRun(await as(() => pushItems(deps, sourceId, read.data.items)));
    return JSON.stringify({ ...(id !== undefined && { id }), ok: true, ...run });
  } catch (error) {
    const problem = error instanceof SyntaxError ? unreadable() : asProblem(error);
    if (problem === null) deps.log.error({ err: error, pull_source_id: sourceId }, 'pushed message failed');
    return JSON.stringify({ ...(id !== undefined && { id }), ok: false, problem: problemBody(problem, '') });
  }
}

function unreadable() {
  return asProblem(Object.assign(new Error('The message is not JSON.'), { status: 400 }));
}

/** Answers messages one after the other, in their order. */
function serve(deps: ApiDeps, req: IncomingMessage, socket: WebSocket, sourceId: string): void {
  let waiting = 0;
  let last = Promise.resolve();
  let alive = true;
  const pings = setInterval(() => {
    if (!alive) socket.terminate();
    alive = false;
    socket.ping();
  }, PING_MS);
  socket.on('pong', () => {
    alive = true;
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => clearInterval(pings));
  socket.on('message', (data) => {
    waiting += 1;
    if (waiting > MAX_WAITING) {
      socket.close(1008, 'Wait for answers before sending more.');
      return;
    }
    last = last.then(async () => {
      const answer = await answerTo(deps, req, sourceId, data);
      waiting -= 1;
      if (socket.readyState === socket.OPEN) socket.send(answer);
    });
  });
}

/** Whether it comes from a page that may not call. A browser sends `Origin` with every upgrade and is not held back by CORS. */
function isElsewhere(req: IncomingMessage, { host, access, manners }: Config): boolean {
  if (isLoopback(host) && !access.required) return isForeign(req, manners.corsOrigins);
  return req.headers.origin !== undefined && !manners.corsOrigins.includes(req.headers.origin);
}

/** Why a connection is not taken, as a status line; `null`: it is. */
async function refusal(deps: ApiDeps, req: IncomingMessage, sourceId: string): Promise<string | null> {
  try {
    const as = await deps.access.visitor(req, 'sources', 'contributor');
    if (!deps.config.access.required) return null;
    const source = await as(() => deps.db.run((sql) => findPullSource(sql, sourceId)));
    return source === null ? '404 Not Found' : null;
  } catch (error) {
    const status = asProblem(error)?.fields.status ?? 500;
    return `${status} ${STATUS_CODES[status] ?? 'Refused'}`;
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** A WebSocket at the path that items are posted to, which takes the same messages. @returns closes what is open */
export function attachPushSocket(server: Server, deps: ApiDeps, config: Config): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false });
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const id = Uuid.safeParse(PATH.exec(req.url ?? '')?.[1]);
    if (!id.success) refuse(socket, '404 Not Found');
    // A browser sends `Origin` with every upgrade and is not held back by CORS.
    else if (isElsewhere(req, config)) refuse(socket, '403 Forbidden');
    else {
      void refusal(deps, req, id.data).then((status) => {
        if (status !== null) refuse(socket, status);
        else sockets.handleUpgrade(req, socket, head, (open) => serve(deps, req, open, id.data));
      });
    }
  });
  return () => {
    for (const open of sockets.clients) open.close(1001, 'The server stops.');
    sockets.close();
  };
}
