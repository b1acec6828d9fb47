import type { Config } from '../config.ts';
import { createLogger, type Logger } from '../log.ts';
import { installCrashGuard } from '../stores/postgres/crashGuard.ts';
import { stopSignal } from './stopSignal.ts';

/** Runs a long-lived part: logger, crash guard, stop signals, and an exit code that says how it went. */
export async function runService(
  config: Config,
  name: string,
  run: (log: Logger, stop: AbortSignal) => Promise<void>,
): Promise<never> {
  const log = createLogger({ level: config.logLevel, name });
  const fatal = (error: unknown): void => {
    log.fatal({ err: error }, 'stopping: something went wrong that nothing here can mend');
    process.exit(1);
  };
  installCrashGuard(fatal, () =>
    log.warn('a database connection broke where its driver does not expect it; it is tried again'),
  );
  try {
    await run(log, stopSignal());
  } catch (error) {
    fatal(error);
  }
  process.exit(0);
}
