import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Private networks that a stack on one's own machine may import from: RFC 1918 and the IPv6 unique local range. */
const HOME_NETS = '10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7';

/** Settings that a stack for one person on one machine gets unless the environment says otherwise. */
export function embeddedDefaults(env: NodeJS.ProcessEnv): Record<string, string> {
  const defaults: Record<string, string> = {
    ALLOW_LOOPBACK: 'true',
    ALLOW_PRIVATE_NETS: HOME_NETS,
    ALLOW_FOLDERS: '/',
  };
  return Object.fromEntries(
    Object.entries(defaults).filter(([key]) => env[key] === undefined || env[key] === ''),
  );
}

/** For files, names and pictures of a capture worker, so that no stream waits for another one's. */
const SPARE_THREADS = 8;

/** Each process of one machine has an admin port of its own: the API's is the one that was set, then these in a row. */
function adminPort(first: number | null, step: number): Record<string, string> {
  return first === null ? {} : { ADMIN_PORT: String(first + step) };
}

/** The commands of the parts, as argument lists for Node; they work from source and compiled. */
export function partCommands(
  captureStreams: number,
  admin: number | null,
): {
  migrate: string[];
  api: string[];
  workers: { name: string; argv: string[]; env?: Record<string, string> }[];
} {
  const extension = path.extname(fileURLToPath(import.meta.url));
  const main = path.join(import.meta.dirname, `main${extension}`);
  return {
    migrate: [main, 'migrate'],
    api: [main, 'api'],
    workers: [
      {
        name: 'worker-io',
        argv: [main, 'worker', '--queues', 'io,workflows'],
        env: adminPort(admin, 1),
      },
      {
        name: 'worker-cpu',
        argv: [main, 'worker', '--queues', 'cpu,renditions,inference'],
        env: adminPort(admin, 2),
      },
      {
        name: 'worker-capture',
        argv: [main, 'worker', '--queues', 'capture'],
        env: { UV_THREADPOOL_SIZE: String(captureStreams + SPARE_THREADS), ...adminPort(admin, 3) },
      },
    ],
  };
}
