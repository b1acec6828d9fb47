import { NativeConnection } from '@temporalio/worker';
import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';

/**
 * Connects to Temporal, waiting for it as long as it takes: the SDK retries every call once it is connected, but
 * never the first connection.
 */
export async function connectWorker(
  config: Config,
  log: Logger,
  signal: AbortSignal,
): Promise<NativeConnection> {
  const { address } = config.temporal.connection;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await NativeConnection.connect(config.temporal.connection);
    } catch (error) {
      if (signal.aborted) throw error;
      if (attempt % 10 === 1) log.warn({ address, attempt }, 'Temporal does not answer yet; trying on');
      await new Promise((resolve) => setTimeout(resolve, Math.min(5_000, 250 * attempt)));
    }
  }
}
