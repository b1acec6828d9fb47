import { AsyncResource } from 'node:async_hooks';
import type { Logger } from '../../log.ts';
import type { Database } from '../../stores/postgres/database.ts';

/** At most four messages a second about one import. */
const QUIET_MS = 250;

export interface LiveHub {
  /** Calls back with the id of each import that changed; `watch` of one id hears only of that. Returns the way to stop. */
  watch(onChange: (importId: string) => void, importId?: string): () => void;
  stop(): Promise<void>;
}

/** Fans the database's notifications out to everybody who watches, slowed down to what a person can see. */
export async function createLiveHub(db: Database, log: Logger): Promise<LiveHub> {
  const watchers = new Map<(importId: string) => void, string | undefined>();
  const resting = new Map<string, { again: boolean }>();

  function tell(importId: string): void {
    for (const [onChange, only] of watchers) if (only === undefined || only === importId) onChange(importId);
  }

  function changed(importId: string): void {
    if (watchers.size === 0) return;
    const rest = resting.get(importId);
    if (rest !== undefined) {
      rest.again = true;
      return;
    }
    const entry = { again: false };
    resting.set(importId, entry);
    tell(importId);
    setTimeout(() => {
      resting.delete(importId);
      if (entry.again) changed(importId);
    }, QUIET_MS).unref();
  }

  const unlisten = await db.listen('tributary_imports', changed);
  return {
    watch(onChange, importId) {
      // Called back as whoever watches, not as whoever hears the database.
      const told = AsyncResource.bind(onChange);
      watchers.set(told, importId);
      return () => watchers.delete(told);
    },
    stop: () => unlisten().catch((error: unknown) => log.debug({ err: error }, 'unlisten failed')),
  };
}
