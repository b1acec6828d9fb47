import { Failure } from '../domain/failures.ts';
import type { SourceRegistry } from '../sources/registry.ts';
import type { Source } from '../sources/source.ts';
import type { RequestBudgets } from '../stores/budgets/requestBudgets.ts';
import { openCredentials } from '../stores/credentials/credentials.ts';
import type { Sealer } from '../stores/credentials/sealer.ts';
import type { Database } from '../stores/postgres/database.ts';

export interface SourceOpenerDeps {
  db: Database;
  sources: SourceRegistry;
  sealer: Sealer;
  budgets: RequestBudgets;
}

/** What is needed to open the source of an import. */
export interface SourceOf {
  tenantId: string;
  kind: string;
  address: string;
  settings: Parameters<SourceRegistry['open']>[1]['settings'];
  credentialId: string | null;
  requestsPerSecond: number | null;
}

/** A source as one activity uses it, with the credentials and the turns that belong to it. */
export type OpenSource = (of: SourceOf) => Promise<Source>;

/** A pause that a provider asks for is everybody's: the others would only be refused as well. */
const DEFAULT_PAUSE_MS = 1_000;

export function createSourceOpener({ db, sources, sealer, budgets }: SourceOpenerDeps): OpenSource {
  return async ({ tenantId, kind: name, address, settings, credentialId, requestsPerSecond }) => {
    const kind = sources.get(name);
    const parsed = { address, settings };
    const given =
      credentialId === null ? null : await db.run((sql) => openCredentials(sql, sealer, credentialId));
    const key = `${name} ${kind.account(parsed)} ${given?.fingerprint ?? 'shared'}`;
    const politeness = {
      ...kind.politeness,
      ...(requestsPerSecond === null ? {} : { requestsPerSecond }),
    };
    const budget = budgets.of({ key, tenantId, politeness });
    const source = sources.open(name, parsed, { credentials: given?.value ?? null, budget });

    async function heeding<T>(asked: Promise<T>): Promise<T> {
      try {
        return await asked;
      } catch (error) {
        if (error instanceof Failure && error.type === 'source_throttled') {
          await budgets.pause(key, error.retryAfterMs ?? DEFAULT_PAUSE_MS);
        }
        throw error;
      }
    }

    return {
      list: (cursor, signal) => heeding(source.list(cursor, signal)),
      fetch: (item, options) => heeding(source.fetch(item, options)),
      close: () => source.close(),
    };
  };
}
