import type { Politeness, RequestBudget } from '../../sources/source.ts';
import type { Database } from '../postgres/database.ts';
import { createPlaces, type Places } from './places.ts';

/** Whose turns are taken. */
export interface BudgetOf {
  /** One account at one provider, with one set of credentials. */
  key: string;
  tenantId: string;
  politeness: Politeness;
}

/**
 * The request budgets that all processes share through Postgres. Concurrency is kept by each process for itself; the
 * rate, and the pause that a provider asked for, hold for all of them together.
 */
export interface RequestBudgets {
  of(whose: BudgetOf): RequestBudget;
  /** Nobody asks this provider account for so long. */
  pause(key: string, forMs: number): Promise<void>;
}

const BURST_SECONDS = 1;
/** A pause that another process noted is seen after this long at the latest. */
const LOOK_MS = 1_000;

/** Waits that end early with the signal's reason. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}

export function createRequestBudgets(db: Database): RequestBudgets {
  const places = new Map<string, Places>();
  /** One question at a time for each budget and tenant: the others wait behind it. */
  const lines = new Map<string, Places>();
  const pauses = new Map<string, { until: number; lookedAt: number }>();

  const among = (map: Map<string, Places>, key: string, size: number): Places => {
    const known = map.get(key);
    if (known) return known;
    const made = createPlaces(size, () => map.delete(key));
    map.set(key, made);
    return made;
  };

  /** Milliseconds until the provider may be asked again, as far as this process knows. */
  async function pauseOf(key: string): Promise<number> {
    const known = pauses.get(key) ?? { until: 0, lookedAt: Number.NEGATIVE_INFINITY };
    if (performance.now() - known.lookedAt > LOOK_MS) {
      known.lookedAt = performance.now();
      pauses.set(key, known);
      const [row] = await db.run(
        (sql) => sql<{ ms: number }[]>`
          select extract(epoch from blocked_until - clock_timestamp())::float8 * 1000 as ms
          from request_budgets where key = ${key} and blocked_until > clock_timestamp()`,
      );
      known.until = Math.max(known.until, performance.now() + (row?.ms ?? 0));
    }
    return known.until - performance.now();
  }

  async function waitForRate({ key, tenantId, politeness }: BudgetOf, signal: AbortSignal): Promise<void> {
    const { requestsPerSecond } = politeness;
    if (requestsPerSecond === null) {
      for (let ms = await pauseOf(key); ms > 0; ms = await pauseOf(key))
        await sleep(Math.min(ms, LOOK_MS), signal);
      return;
    }
    const leave = await among(lines, `${key} ${tenantId}`, 1).take(signal);
    try {
      for (;;) {
        const [row] = await db.run(
          (sql) => sql<{ wait: number }[]>`
            select take_turn(${key}, ${tenantId}, ${1 / requestsPerSecond}, ${BURST_SECONDS}) as wait`,
        );
        const wait = row?.wait ?? 0;
        if (wait <= 0) return;
        await sleep(Math.min(wait * 1_000 + Math.random() * 5, LOOK_MS), signal);
      }
    } finally {
      leave();
    }
  }

  return {
    of: (whose) => ({
      async turn(signal) {
        signal.throwIfAborted();
        const leave = await among(places, whose.key, whose.politeness.concurrency).take(signal);
        try {
          await waitForRate(whose, signal);
          return leave;
        } catch (error) {
          leave();
          throw error;
        }
      },
    }),
    async pause(key, forMs) {
      const known = pauses.get(key) ?? { until: 0, lookedAt: performance.now() };
      known.until = Math.max(known.until, performance.now() + forMs);
      pauses.set(key, known);
      await db.run(
        (sql) => sql`
          insert into request_budgets (key, blocked_until)
          values (${key}, clock_timestamp() + ${forMs} * interval '1 millisecond')
          on conflict (key) do update set updated_at = now(),
            blocked_until = greatest(request_budgets.blocked_until, excluded.blocked_until)`,
      );
    },
  };
}
