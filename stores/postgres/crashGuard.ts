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

/** Installs the guard for this process; `fatal` gets every other uncaught error and must end the process. */
export function installCrashGuard(fatal: (error: unknown) => void, dropped: () => void): void {
  process.on('uncaughtException', (error) => {
    if (isPostgresWriteCrash(error)) dropped();
    else fatal(error);
  });
  process.on('unhandledRejection', fatal);
}
