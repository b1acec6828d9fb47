import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  at: number;
}

export type Behaviour =
  | { status: number; headers?: Record<string, string>; body?: string }
  /** Says nothing, for ever. */
  | 'silent'
  /** Answers with success and a body that never ends. */
  | 'endless'
  /** Closes the connection in the place of an answer. */
  | 'hang-up';

/** A receiver of webhooks that does as it is told, and keeps what it got. */
export interface HookReceiver {
  url: string;
  received: Received[];
  /** What it does next, one after the other; then it takes everything. */
  next: Behaviour[];
  /** Bytes of endless answers that were taken off its hands. */
  sent(): number;
  until(enough: (received: readonly Received[]) => boolean): Promise<void>;
  close(): Promise<void>;
}

export async function startHookReceiver(): Promise<HookReceiver> {
  const waiting = new Set<() => void>();
  let sent = 0;
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      receiver.received.push({ path: req.url ?? '', headers: req.headers, body, at: Date.now() });
      const behaviour = receiver.next.shift() ?? { status: 204 };
      for (const look of [...waiting]) look();
      if (behaviour === 'silent') return;
      if (behaviour === 'hang-up') {
        req.socket.destroy();
        return;
      }
      if (behaviour === 'endless') {
        res.writeHead(200);
        const more = (): void => {
          while (!res.destroyed) {
            sent += 65_536;
            if (!res.write('x'.repeat(65_536))) break;
          }
        };
        res.on('drain', more).on('error', () => {});
        more();
        return;
      }
      res.writeHead(behaviour.status, behaviour.headers).end(behaviour.body ?? '');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: HookReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received: [],
    next: [],
    sent: () => sent,
    until: (enough) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!enough(receiver.received)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}
