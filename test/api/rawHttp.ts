import net from 'node:net';

export interface RawAnswer {
  status: number;
  /** Lower-case names. */
  headers: Map<string, string>;
  body: string;
}

/** What a server said on a connection: the status is 0 where it said nothing. */
export function readAnswer(said: string): RawAnswer {
  const [head = '', ...rest] = said.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0),
    headers: new Map(
      lines.map((line) => {
        const [name = '', ...value] = line.split(':');
        return [name.toLowerCase(), value.join(':').trim()];
      }),
    ),
    body: rest.join('\r\n\r\n'),
  };
}

/** A connection on which a test says what it likes. */
export interface RawConnection {
  socket: net.Socket;
  send(part: string | Buffer): void;
  /** Resolves with everything that was said, when the server has closed. */
  closed: Promise<RawAnswer>;
}

export function connectTo(url: string): RawConnection {
  const { hostname, port } = new URL(url);
  const socket = net.connect(Number(port), hostname);
  let said = '';
  socket.on('data', (chunk) => {
    said += chunk;
  });
  // A server that has heard enough may reset; what it said before counts.
  socket.on('error', () => {});
  const closed = new Promise<RawAnswer>((resolve) => socket.once('close', () => resolve(readAnswer(said))));
  return {
    socket,
    send(part) {
      if (!socket.destroyed && socket.writable) socket.write(part);
    },
    closed,
  };
}

/** Says one thing, and hears what is answered until the server closes. */
export function say(url: string, request: string | Buffer): Promise<RawAnswer> {
  const connection = connectTo(url);
  connection.send(request);
  return connection.closed;
}
