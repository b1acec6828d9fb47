import net from 'node:net';

/** One request as it came over the wire. */
export interface RawRequest {
  method: string;
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
}

export type Answer = (socket: net.Socket, request: RawRequest) => void;

/** A server without manners: what is written to the socket is what the client gets. */
export interface RawServer {
  url: string;
  port: number;
  requests: RawRequest[];
  /** Connections accepted so far, and those open now. */
  connections: { accepted: number; open: Set<net.Socket> };
  /** Replaces the answer to everything that follows. */
  answer(next: Answer): void;
  close(): Promise<void>;
}

export async function startRawServer(first: Answer = () => {}): Promise<RawServer> {
  let respond = first;
  const requests: RawRequest[] = [];
  const connections = { accepted: 0, open: new Set<net.Socket>() };
  const server = net.createServer((socket) => {
    connections.accepted++;
    connections.open.add(socket);
    socket.on('close', () => connections.open.delete(socket));
    socket.on('error', () => {});
    let head = '';
    /** Bytes of a request's body that are still to come; nobody reads them. */
    let body = 0;
    socket.on('data', (chunk) => {
      const skipped = Math.min(body, chunk.length);
      body -= skipped;
      head += chunk.subarray(skipped).toString('latin1');
      for (let end = head.indexOf('\r\n\r\n'); end >= 0; end = head.indexOf('\r\n\r\n')) {
        const [line = '', ...lines] = head.slice(0, end).split('\r\n');
        head = head.slice(end + 4);
        const [method = '', path = ''] = line.split(' ');
        const headers = Object.fromEntries(
          lines.map((each) => [
            each.slice(0, each.indexOf(':')).toLowerCase(),
            each.slice(each.indexOf(':') + 1).trim(),
          ]),
        );
        body = Number(headers['content-length'] ?? 0);
        const arrived = Math.min(body, head.length);
        body -= arrived;
        head = head.slice(arrived);
        const request = { method, path, headers };
        requests.push(request);
        respond(socket, request);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    requests,
    connections,
    answer(next) {
      respond = next;
    },
    async close() {
      for (const socket of connections.open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The bytes of a response. `Content-Length` is added unless the headers frame the body themselves. */
export function response(
  status: number,
  headers: Record<string, string | string[]> = {},
  body: string | Buffer = '',
): Buffer {
  const framed = Object.keys(headers).some((name) =>
    /^(content-length|transfer-encoding|connection)$/i.test(name),
  );
  const all = framed ? headers : { 'Content-Length': String(Buffer.byteLength(body)), ...headers };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    [value].flat().map((each) => `${name}: ${each}`),
  );
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status} X\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`, 'latin1'),
    Buffer.from(body),
  ]);
}
