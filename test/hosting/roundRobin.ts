import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';

/** How long, and how much of it, what a client still sends is read and dropped once it is answered, so that it gets to see the answer. */
const LINGER_MS = 5_000;
const LINGER_BYTES = 16 * 2 ** 20;
/** As most balancers have it: a head that does not end is not passed on. */
const HEADERS_MS = 5_000;

/** What stands in front of several equal API processes. Each request goes to the next one, on whichever connection it comes. */
export interface RoundRobin {
  url: string;
  /** Requests that each process was given, by its port. */
  given: ReadonlyMap<number, number>;
  /** Has these take turns from now on. */
  use(ports: readonly number[]): void;
  close(): Promise<void>;
}

export async function startRoundRobin(): Promise<RoundRobin> {
  let targets: readonly number[] = [];
  let turn = 0;
  const given = new Map<number, number>();
  const open = new Set<Duplex>();

  /** A connection from where the client is, so that processes see its address. `null`: nobody is there */
  async function dial(from: string | undefined): Promise<net.Socket | null> {
    for (let tries = targets.length; tries > 0; tries -= 1) {
      const port = targets[turn % targets.length] ?? 0;
      turn += 1;
      const socket = net.connect({ port, host: '127.0.0.1', localAddress: from ?? '127.0.0.1' });
      const there = await new Promise<boolean>((resolve) => {
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      });
      if (!there) continue;
      given.set(port, (given.get(port) ?? 0) + 1);
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      return socket;
    }
    return null;
  }

  async function pass(req: IncomingMessage, res: ServerResponse): Promise<void> {
    // What the client does meanwhile must not be missed.
    req.on('error', () => {});
    const socket = await dial(req.socket.remoteAddress);
    if (socket === null || req.socket.destroyed) {
      socket?.destroy();
      res.destroy();
      return;
    }
    const ask = request({
      createConnection: () => socket,
      ...{
        method: req.method,
        path: req.url,
        headers: headersOf(req) as never,
        setHost: false,
      },
    });
    res.once('close', () => {
      if (!res.writableFinished) ask.destroy();
      socket.destroy();
    });
    // A process that dies takes its connections with it; its clients see that.
    ask.on('error', () => {
      if (!res.headersSent) res.destroy();
    });
    ask.on('response', (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
      res.flushHeaders();
      answer.on('error', () => res.destroy());
      answer.pipe(res, { end: false });
      answer.once('end', () => void linger(req, ask).then(() => res.end()));
    });
    req.pipe(ask);
  }

  const server = createServer(
    {
      requestTimeout: 0,
      headersTimeout: HEADERS_MS,
      connectionsCheckingInterval: 500,
      keepAliveTimeout: 75_000,
      // How long a head may be is for the processes to say.
      maxHeaderSize: 2 ** 20,
    },
    (req, res) => void pass(req, res).catch(() => res.destroy()),
  );
  server.maxHeadersCount = 0;
  server.on('upgrade', (req: IncomingMessage, client: net.Socket, head: Buffer) => {
    client.on('error', () => {});
    void dial(client.remoteAddress).then((socket) => {
      if (socket === null) {
        client.destroy();
        return;
      }
      socket.on('error', () => client.destroy());
      client.once('close', () => socket.destroy());
      const lines = pairsOf(req.rawHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`${req.method} ${req.url} HTTP/1.1\r\n${lines.join('')}\r\n`);
      socket.write(head);
      socket.pipe(client).pipe(socket);
    });
  });
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as net.AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    given,
    use(ports) {
      targets = [...ports];
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

function pairsOf(raw: readonly string[]): [name: string, value: string][] {
  return Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i] ?? '', raw[2 * i + 1] ?? '']);
}

/** The headers as they came, and what Node would otherwise say of the connection and the body in its own words. */
function headersOf(req: IncomingMessage): string[] {
  const { headers, method = 'GET', rawHeaders } = req;
  const bodiless = headers['content-length'] === undefined && headers['transfer-encoding'] === undefined;
  return [
    ...rawHeaders,
    ...(headers.connection === undefined ? ['Connection', 'keep-alive'] : []),
    ...(bodiless && ['POST', 'PUT', 'PATCH'].includes(method) ? ['Content-Length', '0'] : []),
  ];
}

/** Closing at once would throw away the answer with what nobody has read. */
async function linger(req: IncomingMessage, ask: NodeJS.WritableStream): Promise<void> {
  if (req.complete) return;
  req.unpipe(ask);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, LINGER_MS);
    const over = (): void => {
      clearTimeout(timer);
      resolve();
    };
    let dropped = 0;
    req.on('data', (chunk: Buffer) => {
      dropped += chunk.length;
      if (dropped > LINGER_BYTES) over();
    });
    req.once('end', over).once('close', over);
  });
}
