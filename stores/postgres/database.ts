import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import postgres from 'postgres';
import { Failure } from '../../domain/failures.ts';
import { inSpan, type NewSpan } from '../tracing/span.ts';
import { isSerializationConflict, toFailure } from './errors.ts';
import { createPacedSockets } from './pacedSockets.ts';
import { type Scope, TENANT_ROLE } from './scope.ts';

/** What repository functions take: the pool, or one transaction. */
export type Sql = postgres.ISql<{ bigint: number }>;
type Pool = postgres.Sql<{ bigint: number }>;

export interface Database {
  /** Runs statements outside a transaction. @throws Failure `database_unavailable` past the deadline. */
  run<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * Runs one transaction; a serialization conflict or deadlock is tried again up to five times.
   * Inside, only the given `tx` may be used: a second connection from within can wait for itself for ever.
   */
  tx<T>(work: (tx: Sql) => Promise<T>): Promise<T>;
  /**
   * Runs `work`, and everything that it awaits, with no more of the database than the scope says: the transactions of
   * `run` and `tx` take on a role that sees rows of these tenants only. Outside of it, and with `all`, nothing changes.
   */
  as<T>(scope: Scope, work: () => Promise<T>): Promise<T>;
  /** The scope that holds here. */
  scope(): Scope | undefined;
  /** Calls back for each NOTIFY on the channel until the returned function is called; reconnects by itself. */
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  /** Connections at most. */
  pool: number;
  /** Longest that a caller waits for one `run` or `tx`, in milliseconds, the wait for a connection included. */
  deadlineMs: number;
  applicationName: string;
  /** Told of each call when it is over. */
  observe?: ObserveCall;
}

export type ObserveCall = (call: 'run' | 'tx', seconds: number, outcome: 'ok' | 'failed') => void;

const spanOf = (call: 'run' | 'tx'): NewSpan => ({
  name: `postgresql ${call}`,
  kind: 'client',
  attributes: { 'db.system.name': 'postgresql' },
});

const CONFLICT_TRIES = 5;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** One pool with the guards that postgres.js lacks: a deadline on every call and quick reconnects. */
export function createDatabase(options: DatabaseOptions): Database {
  const { deadlineMs } = options;
  // An option of the driver that its types do not know.
  const sockets: object = { socket: createPacedSockets() };
  const pool: Pool = postgres(options.url, {
    ...sockets,
    max: options.pool,
    connect_timeout: Math.max(1, Math.ceil(deadlineMs / 3000)),
    idle_timeout: 60,
    max_lifetime: 30 * 60,
    // The default grows to 20 s and leaves callers hanging after a restart of the server.
    backoff: () => 0.2,
    onnotice: () => {},
    connection: {
      application_name: options.applicationName,
      statement_timeout: deadlineMs,
      lock_timeout: deadlineMs,
      idle_in_transaction_session_timeout: deadlineMs,
    },
    // Ids and byte counts stay far below 2^53.
    types: { bigint: { to: 20, from: [20], serialize: String, parse: Number } },
  });

  async function within<T>(call: 'run' | 'tx', work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    let outcome: 'ok' | 'failed' = 'failed';
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () =>
          reject(new Failure('database_unavailable', `The database did not answer within ${deadlineMs} ms.`)),
        deadlineMs,
      );
    });
    const running = work();
    // When the deadline wins, the late error must not become an unhandled rejection.
    running.catch(() => {});
    try {
      const result = await Promise.race([running, deadline]);
      outcome = 'ok';
      return result;
    } catch (error) {
      throw toFailure(error);
    } finally {
      clearTimeout(timer);
      options.observe?.(call, (performance.now() - began) / 1_000, outcome);
    }
  }

  const scopes = new AsyncLocalStorage<Scope>();

  /** One transaction, as whoever the scope says. Role and tenants end with it. */
  async function begin<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    const scope = scopes.getStore();
    if (scope === undefined || scope === 'all') return (await pool.begin((tx) => work(tx))) as T;
    if (!scope.tenants.every((id) => UUID.test(id))) throw new Error('A scope is made of ids of tenants.');
    const tenants = `{${scope.tenants.join(',')}}`;
    return (await pool.begin(async (tx) => {
      // Not by set_config: that is a query, and a transaction may choose its isolation only before the first one.
      await tx.unsafe(`set local role ${TENANT_ROLE}; set local tributary.tenants = '${tenants}'`);
      return work(tx);
    })) as T;
  }

  const isLimited = (): boolean => typeof scopes.getStore() === 'object';

  async function transact<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await begin(work);
      } catch (error) {
        if (!isSerializationConflict(error) || attempt >= CONFLICT_TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * attempt));
      }
    }
  }

  return {
    run: (work) => inSpan(spanOf('run'), () => within('run', () => (isLimited() ? begin(work) : work(pool)))),
    // The driver calls back from the events of a connection, which know nothing of what a request is done for.
    tx: (work) => inSpan(spanOf('tx'), () => within('tx', () => transact(AsyncResource.bind(work)))),
    as: (scope, work) => scopes.run(scope, work),
    scope: () => scopes.getStore(),
    async listen(channel, onNotify) {
      const subscription = await pool.listen(channel, onNotify);
      return () => subscription.unlisten();
    },
    close: () => pool.end({ timeout: 5 }),
  };
}
