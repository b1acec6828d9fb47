import type { Tributary } from '../hosting/tributary.ts';

export interface Attempts {
  /** How many activities were done in so many attempts. */
  histogram: Record<string, number>;
  /** Begun again because nothing was heard of the attempt before. */
  afterTimeout: number;
}

/** What the histories of an import and of its batches say of their activities. */
export async function attemptsOf(t: Tributary, importId: string): Promise<Attempts> {
  const histogram: Record<string, number> = {};
  let afterTimeout = 0;
  for await (const { workflowId, runId } of t.client.workflow.list()) {
    if (!workflowId.includes(importId)) continue;
    const { events } = await t.client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const { activityTaskStartedEventAttributes: started, ...event } of events ?? []) {
      if (started) {
        const attempt = String(started.attempt ?? 1);
        histogram[attempt] = (histogram[attempt] ?? 0) + 1;
      }
      if (started?.lastFailure?.timeoutFailureInfo || event.activityTaskTimedOutEventAttributes)
        afterTimeout += 1;
    }
  }
  return { histogram, afterTimeout };
}
