import { Failure } from '../../domain/failures.ts';
import type { HttpClient } from '../../sources/reach/client.ts';
import type { Guard } from '../../sources/reach/guard.ts';
import type { RequestBudget, SourceDeps } from '../../sources/source.ts';

/** Nobody waits. */
export const budget: RequestBudget = { turn: async () => () => {} };

export function sourceDeps(guard: Guard, client: HttpClient): SourceDeps {
  return {
    guard,
    client,
    folderRoots: null,
    providers: {
      google: { apiKey: null, endpoint: null, keyless: false },
      dropbox: { appKey: null, appSecret: null, accessToken: null, endpoint: null },
    },
    archives: { open: () => Promise.reject(new Failure('source_not_found', 'Nothing is kept here.')) },
    fetchTimeoutMs: 60_000,
  };
}
