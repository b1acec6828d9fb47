import type { Config } from '../config.ts';
import { createHttpClient } from '../sources/reach/client.ts';
import { createGuard } from '../sources/reach/guard.ts';
import { createSourceRegistry, type SourceRegistry } from '../sources/registry.ts';

/** The sources as the settings allow them, and the connections that they share. */
export function createSources({ reach }: Config): { registry: SourceRegistry; close(): Promise<void> } {
  const guard = createGuard({ allowPrivateNets: reach.allowPrivateNets, allowLoopback: reach.allowLoopback });
  const client = createHttpClient({ guard, deadlines: { fetchMs: reach.fetchTimeoutMs } });
  return {
    registry: createSourceRegistry({ client, folderRoots: reach.folders }),
    close: () => client.close(),
  };
}
