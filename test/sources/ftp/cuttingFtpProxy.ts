import type { Trouble } from '../contract.ts';
import { type CuttingProxy, startCuttingProxy } from '../cuttingProxy.ts';
import { freePort } from '../servers.ts';

/** Stands before a real FTP server, its data connections included. */
export interface CuttingFtpProxy extends Omit<CuttingProxy, 'trouble'> {
  host: string;
  trouble: Trouble;
}

/**
 * The proxy has an address of its own and listens on the same ports as the server, so that what the server says of its
 * ports is true of the proxy as well. Nothing needs to be rewritten, which TLS would not allow.
 */
const HOST = '127.0.0.2';
const PORTS = 24;

/** Ports in a row that nobody has on the proxy's address right now. */
export async function findDataPorts(): Promise<{ first: number; last: number; proxies: CuttingProxy[] }> {
  for (let tries = 0; ; tries++) {
    const first = await freePort();
    const last = first + PORTS - 1;
    const proxies: CuttingProxy[] = [];
    try {
      for (let port = first; port <= last; port++) {
        proxies.push(await startCuttingProxy(port, { at: { host: HOST, port } }));
      }
      return { first, last, proxies };
    } catch (error) {
      await Promise.all(proxies.map((proxy) => proxy.close()));
      if (tries === 20) throw error;
    }
  }
}

/** @param data see `findDataPorts` */
export async function startCuttingFtpProxy(
  control: number,
  data: readonly CuttingProxy[],
): Promise<CuttingFtpProxy> {
  const main = await startCuttingProxy(control, { at: { host: HOST, port: 0 } });
  return {
    host: HOST,
    port: main.port,
    trouble: {
      cut: (afterBytes) => {
        for (const proxy of data) proxy.trouble.cut(afterBytes);
      },
      sent: () => data.reduce((sum, proxy) => sum + proxy.trouble.sent(), 0),
    },
    async close() {
      await Promise.all([main, ...data].map((proxy) => proxy.close()));
    },
  };
}
