import type { Config } from '../config.ts';
import { createHttpClient } from '../sources/reach/client.ts';
import { createSourceRegistry, type SourceRegistry } from '../sources/registry.ts';
import { createKeptArchives } from '../stores/archives.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import type { Database } from '../stores/postgres/database.ts';
import { createConfiguredGuard } from './guard.ts';

/** The sources as the settings allow them, and the connections that they share. */
export function createSources(
  config: Config,
  { db, objects }: { db: Database; objects: ObjectStore },
): { registry: SourceRegistry; close(): Promise<void> } {
  const { reach, providers } = config;
  const guard = createConfiguredGuard(config);
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
