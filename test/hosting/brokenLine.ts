import net, { type AddressInfo } from 'node:net';

/**
 * `cut`: what is open is ended and nothing new comes through. `silent`: nothing comes through either, and nobody is told,
 * as when a cable is pulled. `slow`: 8 KB a second.
 */
export type LineState = 'open' | 'cut' | 'silent' | 'slow';

/** A TCP line to a real server that can break in the ways that networks do. */
export interface BrokenLine {
  port: number;
  state(): LineState;
  become(state: LineState): void;
  /** Resets (RST) what is open at the moment. @returns how many connections that were */
  reset(): number;
  /** Connections that were asked for so far, those that were refused included. */
  asked(): number;
  open(): number;
  close(): Promise<void>;
}

const SLOW_BYTES_PER_MS = 8;

export async function startBrokenLine(target: number): Promise<BrokenLine> {
  let state: LineState = 'open';
  let asked = 0;
  const pairs = new Map<net.Socket, { upstream: net.Socket; swallowed: boolean }>();

  const server = net.createServer((client) => {
    asked += 1;
    client.on('error', () => {});
    if (state === 'cut') {
      client.destroy();
      return;
    }
    const upstream = net.connect(target, '127.0.0.1');
    const pair = { upstream, swallowed: state === 'silent' };
    pairs.set(client, pair);
    upstream.on('error', () => {});
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('data', (chunk) => {
        if (state === 'silent') {
          pair.swallowed = true;
          return;
        }
        if (state === 'slow') {
          from.pause();
          setTimeout(() => {
            to.write(chunk);
            from.resume();
          }, chunk.length / SLOW_BYTES_PER_MS);
          return;
        }
        if (!to.write(chunk)) {
          from.pause();
          to.once('drain', () => from.resume());
        }
      });
      from.on('end', () => {
        if (state !== 'silent') to.end();
      });
      from.on('close', () => {
        pairs.delete(client);
        if (state !== 'silent') to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  function drop(which: (pair: { swallowed: boolean }) => boolean): number {
    let dropped = 0;
    for (const [client, pair] of [...pairs]) {
      if (!which(pair)) continue;
      client.resetAndDestroy();
      pair.upstream.destroy();
      pairs.delete(client);
      dropped += 1;
    }
    return dropped;
  }

  return {
    port: (server.address() as AddressInfo).port,
    state: () => state,
    become(next) {
      state = next;
      if (next === 'cut') drop(() => true);
      // What came through in part is no stream any more; the other end has forgotten it.
      else if (next === 'open') drop(({ swallowed }) => swallowed);
    },
    reset: () => drop(() => true),
    asked: () => asked,
    open: () => pairs.size,
    async close() {
      drop(() => true);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The same address by another port. */
export function throughLine(url: string, { port }: BrokenLine): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
}
