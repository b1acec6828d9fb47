/**
 * postgres.js 3.4.9 throws from `setImmediate` when a backend dies inside a transaction
 * (`TypeError: Cannot read properties of null (reading 'write')` in `nextWrite`), where no caller can catch it.
 * The query itself rejects as it should, so exactly this error is dropped and everything else stays fatal.
 */
export function isPostgresWriteCrash(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    error.message.includes("reading 'write'") &&
    /nextWrite.*[/\\]postgres[/\\]/s.test(error.stack ?? '')
  );
}

/**
 * It also asks each new connection for the types of arrays, and when the connection breaks meanwhile, nobody awaits that
 * answer. Whoever waits for the connection is told by a rejection of his own.
 */
export function isPostgresTypesCrash(error: unknown): boolean {
  return (
    error instanceof Error &&
    'query' in error &&
    typeof error.query === 'string' &&
    /select b\.oid, b\.typarray\s+from pg_catalog\.pg_type/.test(error.query)
  );
}

/** Installs the guard for this process; `fatal` gets every other uncaught error and must end the process. */
export function installCrashGuard(fatal: (error: unknown) => void, dropped: () => void): void {
  process.on('uncaughtException', (error) => {
    if (isPostgresWriteCrash(error)) dropped();
    else fatal(error);
  });
  process.on('unhandledRejection', (error) => {
    if (isPostgresTypesCrash(error)) dropped();
    else fatal(error);
  });
}
