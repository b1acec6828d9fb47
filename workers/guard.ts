import type { Config } from '../config.ts';
import { createGuard, type Guard } from '../sources/reach/guard.ts';

/** What checks addresses that people give, as the settings allow them. */
export function createConfiguredGuard(config: Config): Guard {
  const { allowPrivateNets, allowLoopback } = config.reach;
  return createGuard({ allowPrivateNets, allowLoopback, ownPorts: ownPorts(config) });
}

/** Where our own servers listen: with loopback allowed, an address that names them would be a way in. */
function ownPorts({ port, adminPort, database, temporal }: Config): number[] {
  const named = [
    database.url === null ? undefined : new URL(database.url).port || '5432',
    temporal.connection?.address?.split(':').at(-1),
    temporal.uiUrl === null ? undefined : new URL(temporal.uiUrl).port,
  ];
  // Processes of one machine have neighbouring ones.
  const admin = adminPort === null ? [] : [-3, -2, -1, 0, 1, 2, 3].map((step) => adminPort + step);
  return [port, ...admin, ...named.map(Number)].filter((each) => Number.isInteger(each) && each > 0);
}
