import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What postgres.js says of where to connect, among its settings. */
interface Target {
  host: readonly string[];
  port: readonly number[];
  /** Of a socket in the file system. */
  path?: string | false;
}

const PACE_MS = 200;

/**
 * Sockets for one pool of postgres.js. By itself it connects again at once when a connection is closed before the server
 * has said a word, as a balancer does while its Postgres is away: hundreds of times a second for as long as a query waits.
 * Here such a pool waits a moment before it asks again.
 */
export function createPacedSockets(): (target: Target) => Promise<net.Socket> {
  let asked = 0;
  let fruitlessAt = Number.NEGATIVE_INFINITY;

  return async ({ host, port, path }) => {
    const waitMs = fruitlessAt + PACE_MS - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    const at = asked % port.length;
    asked += 1;
    // Not connected yet: what is written waits in it, and what goes wrong is told by its events, as the driver expects.
    const socket = path
      ? net.connect({ path })
      : Object.assign(net.connect({ port: port[at] ?? 5_432, host: host[at] ?? 'localhost' }), {
          // By which the certificate is judged.
          host: host[at],
        });
    socket.once('close', () => {
      if (socket.bytesRead === 0) fruitlessAt = performance.now();
    });
    return socket;
  };
}
