import type { Logger } from '../../log.ts';
import { markSent, type OutboxMessage, takeDue } from '../../stores/outbox.ts';
import type { Database } from '../../stores/postgres/database.ts';
import { outOfSpan } from '../../stores/tracing/span.ts';
import type { Tracer } from '../../stores/tracing/tracer.ts';
import { createPoller, type Poller } from './poller.ts';
import type { WorkflowControl } from './workflows.ts';

const LEASE_SECONDS = 10;
const BATCH = 50;

export type Dispatcher = Poller;

/**
 * Carries the outbox to Temporal. A message that was delivered but not marked is delivered again; the workflow id
 * makes that harmless. Several dispatchers may run.
 */
export function createDispatcher(
  db: Database,
  workflows: WorkflowControl,
  log: Logger,
  tracer: Tracer | null = null,
): Dispatcher {
  /** As a part of the trace that the message was written in. */
  const start = (message: OutboxMessage): Promise<void> =>
    tracer === null
      ? workflows.start(message)
      : tracer.childOf(message.traceparent, { name: `deliver ${message.kind}` }, () =>
          workflows.start(message),
        );

  async function deliver(): Promise<boolean> {
    const due = await db.run((sql) => takeDue(sql, BATCH, LEASE_SECONDS));
    const sent = await Promise.all(
      due.map(async (message) => {
        try {
          await start(message);
          return message.id;
        } catch (error) {
          log.warn(
            { err: error, kind: message.kind, message: message.id, attempt: message.attempts },
            'workflow not started yet',
          );
          return null;
        }
      }),
    );
    const done = sent.filter((id) => id !== null);
    if (done.length > 0) await db.run((sql) => markSent(sql, done));
    return due.length === BATCH;
  }

  // Whoever kicks it is not who wrote the messages.
  return createPoller(
    () => outOfSpan(deliver),
    (error) => log.warn({ err: error }, 'outbox not readable'),
  );
}
