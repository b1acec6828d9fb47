import type { Logger } from '../../log.ts';
import { markSent, takeDue } from '../../stores/outbox.ts';
import type { Database } from '../../stores/postgres/database.ts';
import type { Schedules } from './schedules.ts';
import type { WorkflowControl } from './workflows.ts';

const POLL_MS = 1_000;
const LEASE_SECONDS = 10;
const BATCH = 50;

export interface Dispatcher {
  /** Looks now, because something was just written. */
  kick(): void;
  stop(): Promise<void>;
}

/**
 * Carries the outbox and the schedules to Temporal. A message that was delivered but not marked is delivered again; the workflow id
 * makes that harmless. Several dispatchers may run.
 */
export function createDispatcher(
  db: Database,
  workflows: WorkflowControl,
  schedules: Schedules,
  log: Logger,
): Dispatcher {
  let stopped = false;
  let wanted = true;
  let wake: () => void = () => {};

  async function deliver(): Promise<void> {
    const due = await db.run((sql) => takeDue(sql, BATCH, LEASE_SECONDS));
    const sent = await Promise.all(
      due.map(async (message) => {
        try {
          await workflows.start(message);
          return message.id;
        } catch (error) {
          log.warn(
            { err: error, import_id: message.importId, attempt: message.attempts },
            'workflow not started yet',
          );
          return null;
        }
      }),
    );
    const done = sent.filter((id) => id !== null);
    if (done.length > 0) await db.run((sql) => markSent(sql, done));
    if (due.length === BATCH) wanted = true;
  }

  async function loop(): Promise<void> {
    while (!stopped) {
      wanted = false;
      await deliver().catch((error: unknown) => log.warn({ err: error }, 'outbox not readable'));
      await schedules.catchUp().catch((error: unknown) => log.warn({ err: error }, 'schedules not readable'));
      if (wanted || stopped) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, POLL_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
  const running = loop();

  return {
    kick() {
      wanted = true;
      wake();
    },
    stop() {
      stopped = true;
      wake();
      return running;
    },
  };
}
