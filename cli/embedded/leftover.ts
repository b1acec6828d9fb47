import { identifyProcess } from '../setup/processIdentity.js';
import { killUnheld } from './leashed.ts';
import type { Stack } from './stackFile.ts';

/**
 * Ends what an earlier start left running: possible only when it and all its leashes were killed in one blow.
 * A process counts as left over when it is the very one that was recorded, not merely one with the same id.
 */
export async function clearLeftovers(stack: Stack, log: (line: string) => void): Promise<void> {
  const left = Object.entries(stack.processes).filter(
    ([, { pid, identity }]) => identifyProcess(pid) === identity,
  );
  await Promise.all(
    left.map(([name, { pid, identity }]) => {
      log(`Stopping ${name}, which an earlier start left running (process ${pid})…`);
      // Postgres shuts down fast on SIGINT and waits for its clients on SIGTERM.
      return killUnheld(pid, identity, name === 'postgres' ? 'SIGINT' : 'SIGTERM');
    }),
  );
}
