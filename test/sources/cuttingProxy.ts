import net from 'node:net';
import type { Trouble } from './contract.ts';

/** Stands between a client and a real server and breaks connections on demand. */
export interface CuttingProxy {
  port: number;
  trouble: Required<Trouble>;
  close(): Promise<void>;
}

export interface CuttingOptions {
  /** Where to listen; the target is always on 127.0.0.1. */
  at?: { host: string; port: number };
  /** What the server would answer to a visitor who asks for too much. */
  tooMany?: string;
}

export async function startCuttingProxy(
  target: number,
  {
    at = { host: '127.0.0.1', port: 0 },
    tooMany = 'HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
  }: CuttingOptions = {},
): Promise<CuttingProxy> {
  let refusals = 0;
  let limit: number | null = null;
  let sent = 0;
  const open = new Set<net.Socket>();
  const server = net.createServer((client) => {
    const upstream = net.connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      socket.on('error', () => {});
    }
    let through = 0;
    upstream.on('data', (chunk: Buffer) => {
      const room = limit === null ? chunk.length : Math.max(0, limit - through);
      const piece = chunk.subarray(0, room);
      through += piece.length;
      sent += piece.length;
      if (!client.write(piece)) {
        upstream.pause();
        client.once('drain', () => upstream.resume());
      }
      // The other side sees an end, not a reset that would throw away what it has not read yet.
      if (piece.length < chunk.length) {
        client.end();
        upstream.destroy();
      }
    });
    upstream.on('end', () => client.end());
    upstream.on('close', () => client.end());
    client.on('data', (chunk) => {
      if (refusals === 0) {
        upstream.write(chunk);
        return;
      }
      refusals--;
      upstream.removeAllListeners('close').destroy();
      client.end(tooMany);
    });
    client.on('end', () => upstream.end());
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, resolve);
  });
  return {
    port: (server.address() as net.AddressInfo).port,
    trouble: {
      cut(afterBytes) {
        limit = afterBytes;
      },
      throttle(times) {
        refusals = times;
      },
      sent() {
        const before = sent;
        sent = 0;
        return before;
      },
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
