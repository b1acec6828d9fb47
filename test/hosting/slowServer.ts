import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A web server with an nginx-like listing whose files take a while, and can be made to answer 503. */
export interface SlowServer {
  url: string;
  break(names: readonly string[]): void;
  tries(name: string): number;
  close(): Promise<void>;
}

export async function startSlowServer(
  files: Record<string, Uint8Array>,
  delayMs: number,
): Promise<SlowServer> {
  let broken = new Set<string>();
  const tries = new Map<string, number>();
  const server = createServer(async (req, res) => {
    const name = decodeURIComponent(new URL(req.url ?? '/', 'http://x').pathname.slice(1));
    if (name === '') {
      const entries = Object.entries(files).map(([file, bytes]) => ({
        name: file,
        type: 'file',
        mtime: 'Mon, 31 May 2021 08:25:38 GMT',
        size: bytes.length,
      }));
      res.setHeader('content-type', 'application/json').end(JSON.stringify(entries));
      return;
    }
    tries.set(name, (tries.get(name) ?? 0) + 1);
    await sleep(delayMs);
    const bytes = files[name];
    if (broken.has(name)) res.writeHead(503).end('try later');
    else if (bytes === undefined) res.writeHead(404).end();
    else res.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': bytes.length }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    break(names) {
      broken = new Set(names);
    },
    tries: (name) => tries.get(name) ?? 0,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
