import { Failure } from '../../domain/failures.ts';
import { createHttpClient } from '../../sources/reach/client.ts';
import { createGuard } from '../../sources/reach/guard.ts';
import type { RequestBudget, SourceContext, SourceDeps } from '../../sources/source.ts';

/** A budget that never makes anybody wait. */
export const freeBudget: RequestBudget = {
  async turn(signal) {
    signal.throwIfAborted();
    return () => {};
  },
};

export const visitor = (credentials: unknown = null): SourceContext => ({ credentials, budget: freeBudget });

/** What a kind of source is made of, on loopback. Close the `client` afterwards. */
export function kindDeps(over: Partial<SourceDeps> = {}): SourceDeps {
  const guard = over.guard ?? createGuard({ allowPrivateNets: [], allowLoopback: true });
  return {
    client: over.client ?? createHttpClient({ guard, deadlines: { keepAliveMs: 200 } }),
    guard,
    folderRoots: null,
    providers: {
      google: { apiKey: null, endpoint: null, keyless: false },
      dropbox: { appKey: null, appSecret: null, accessToken: null, endpoint: null },
    },
    archives: { open: () => Promise.reject(new Failure('source_not_found', 'Nothing is kept here.')) },
    fetchTimeoutMs: 60_000,
    ...over,
  };
}
