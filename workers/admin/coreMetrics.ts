import { createServer } from 'node:net';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (typeof address !== 'object' || address === null) throw new Error('Nothing can listen on loopback.');
  return address.port;
}

const TRIES = 5;

/**
 * Has the Temporal SDK's core measure itself: polls, slots, latencies. It can only be asked over HTTP, so it gets a free
 * port of loopback, and what it says there is passed on.
 *
 * @param install sets the runtime of this process up to serve its metrics at that address; throws where it cannot
 */
export async function measureCore(install: (bindAddress: string) => void): Promise<() => Promise<string>> {
  for (let attempt = 1; ; attempt += 1) {
    const address = `127.0.0.1:${await freePort()}`;
    try {
      install(address);
    } catch (error) {
      // Somebody else took the port in between.
      if (attempt === TRIES) throw error;
      continue;
    }
    return async () => {
      const answer = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(2_000) });
      return answer.text();
    };
  }
}
