import { createServer, type Server } from 'node:net';

/** Below the ports that Linux (32768) and macOS (49152) hand out to outgoing connections. */
const RANGE = { from: 20_000, to: 30_000 } as const;
const TRIES = 200;

function listen(port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}

const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/** Why nothing can listen there (`EADDRINUSE`, `EACCES`, …), or `null` when it can. */
export async function findPortFault(port: number, host: string): Promise<string | null> {
  try {
    await close(await listen(port, host));
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'EUNKNOWN';
  }
}

/**
 * A free port on loopback for each name, all different; the one it had before when that is still free.
 * @throws Error when no port is free, which means something else is wrong
 */
export async function choosePorts<Name extends string>(
  names: readonly Name[],
  before: Partial<Record<Name, number>> = {},
): Promise<Record<Name, number>> {
  const held: Server[] = [];
  const hold = async (port: number): Promise<number | null> => {
    try {
      held.push(await listen(port, '127.0.0.1'));
      return port;
    } catch {
      return null;
    }
  };
  const any = async (): Promise<number> => {
    for (let left = TRIES; left > 0; left -= 1) {
      const port = await hold(RANGE.from + Math.floor(Math.random() * (RANGE.to - RANGE.from)));
      if (port !== null) return port;
    }
    throw new Error(`No free port on 127.0.0.1 between ${RANGE.from} and ${RANGE.to}.`);
  };
  try {
    // Those that had one go first, so that no newcomer draws it.
    const kept = new Map<Name, number | null>();
    for (const name of names) {
      const previous = before[name];
      kept.set(name, previous === undefined ? null : await hold(previous));
    }
    const chosen: Partial<Record<Name, number>> = {};
    for (const name of names) chosen[name] = kept.get(name) ?? (await any());
    return chosen as Record<Name, number>;
  } finally {
    await Promise.all(held.map(close));
  }
}
