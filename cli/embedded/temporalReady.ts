import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import type { Leashed } from './leashed.ts';
import { readFrom } from './logExcerpt.ts';

/** Recovery of a large database file included. */
const DEADLINE_MS = 60_000;
const ATTEMPT_MS = 2_000;

/** One round: connected, serving, and the namespace is there. @throws when not (yet) */
async function ask(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: ATTEMPT_MS });
  try {
    await connection.withDeadline(Date.now() + ATTEMPT_MS, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } finally {
    await connection.close();
  }
}

/**
 * @param logStart where the output of this very start begins in `logFile`
 * @throws Error with the end of the log when the server ends or stays silent
 */
export async function whenTemporalAnswers(
  address: string,
  namespace: string,
  server: Leashed,
  logFile: string,
  logStart: number,
): Promise<void> {
  let ended = false;
  void server.exited.then(() => {
    ended = true;
  });
  for (const deadline = Date.now() + DEADLINE_MS; ; await sleep(50)) {
    const answered = await ask(address, namespace).then(
      () => true,
      () => false,
    );
    if (answered && !ended) return;
    if (ended || Date.now() > deadline) {
      const what = ended ? 'The Temporal server ended while starting' : 'The Temporal server does not answer';
      throw new Error(`${what}. See ${logFile}:\n${await readFrom(logFile, logStart)}`);
    }
  }
}
