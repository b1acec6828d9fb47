import type { Database } from './database.ts';

/**
 * The same database for those who answer requests: what runs outside of any request's scope is an error there, because
 * a request whose scope got lost must fail and not see everybody's rows.
 */
export function forRequests(db: Database): Database {
  const here = <T>(work: () => Promise<T>): Promise<T> =>
    db.scope() === undefined
      ? Promise.reject(new Error('The database was asked for a request without a scope.'))
      : work();
  return {
    ...db,
    run: (work) => here(() => db.run(work)),
    tx: (work) => here(() => db.tx(work)),
  };
}
