import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';

/** A wire to a server that a test can cut. */
export interface Cutter {
  url: string;
  /** Cuts everything as soon as one connection has carried so many bytes to the server; nobody gets through then. */
  cutAfter(bytes: number): void;
  isCut(): boolean;
  mend(): void;
  close(): Promise<void>;
}

export async function startCutter(url: string): Promise<Cutter> {
  const target = new URL(url);
  const open = new Set<Socket>();
  let limit = Number.POSITIVE_INFINITY;
  let cut = false;

  const server = net.createServer((near) => {
    if (cut) {
      near.destroy();
      return;
    }
    const far = net.connect(Number(target.port), target.hostname);
    let carried = 0;
    for (const end of [near, far]) {
      open.add(end);
      end.on('error', () => undefined);
      end.on('close', () => {
        open.delete(end);
        near.destroy();
        // What the server was sent before is still to reach it.
        far.end();
      });
    }
    far.pipe(near);
    near.on('data', (chunk) => {
      carried += chunk.length;
      if (!far.write(chunk)) near.pause();
      if (carried < limit) return;
      cut = true;
      for (const end of open) if (end !== far) end.destroy();
    });
    far.on('drain', () => near.resume());
    near.on('end', () => far.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutAfter(bytes) {
      limit = bytes;
    },
    isCut: () => cut,
    mend() {
      cut = false;
      limit = Number.POSITIVE_INFINITY;
    },
    async close() {
      for (const end of open) end.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
