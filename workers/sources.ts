import type { Config } from '../config.ts';
import { createHttpClient } from '../sources/reach/client.ts';
import { createGuard } from '../sources/reach/guard.ts';
import { createSourceRegistry, type SourceRegistry } from '../sources/registry.ts';
import { createKeptArchives } from '../stores/archives.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import type { Database } from '../stores/postgres/database.ts';

/** The sources as the settings allow them, and the connections that they share. */
export function createSources(
  config: Config,
  { db, objects }: { db: Database; objects: ObjectStore },
): { registry: SourceRegistry; close(): Promise<void> } {
  const { reach, providers } = config;
  const guard = createGuard({
    allowPrivateNets: reach.allowPrivateNets,
    allowLoopback: reach.allowLoopback,
    ownPorts: ownPorts(config),
  });
  const client = createHttpClient({ guard, deadlines: { fetchMs: reach.fetchTimeoutMs } });
  return {
    registry: createSourceRegistry({
      client,
      guard,
      folderRoots: reach.folders,
      providers,
      archives: createKeptArchives(db, objects),
      fetchTimeoutMs: reach.fetchTimeoutMs,
    }),
    close: () => client.close(),
  };
}

/** Where our own servers listen: with loopback allowed, an address that names them would be a way in. */
function ownPorts({ port, adminPort, database, temporal }: Config): number[] {
  const named = [
    database.url === null ? undefined : new URL(database.url).port || '5432',
    temporal.connection?.address?.split(':').at(-1),
    temporal.uiUrl === null ? undefined : new URL(temporal.uiUrl).port,
  ];
  return [port, adminPort, ...named.map(Number)].filter((each) => Number.isInteger(each) && each > 0);
}
