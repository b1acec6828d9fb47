import { condition, continueAsNew, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import { webhookCalled } from './messages.ts';
import { delivering } from './proxies.ts';

/** About ten events a round: far below the 4,096 where the server suggests to begin a new run. */
const ROUNDS_PER_RUN = 300;

/**
 * Sends the messages of one endpoint, the first ones first, and again what was not taken, for days when it has to.
 *
 * Guarantee: every message that was written down for an endpoint that is on is sent until it was taken or its tries are
 * used up; at least once, under the same id. Which those are is read from Postgres before every step, so that this can be
 * lost at any point and started anew. It ends when nothing waits; whoever writes something down calls it again.
 */
export async function deliverWebhook({ webhookId }: { webhookId: string }): Promise<void> {
  let called = false;
  setHandler(webhookCalled, () => {
    called = true;
  });
  for (let round = 0; ; round += 1) {
    if (round >= ROUNDS_PER_RUN || workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof deliverWebhook>({ webhookId });
    called = false;
    setCurrentDetails('**sending**');
    const { waitMs } = await delivering.deliverDue.executeWithOptions({ summary: 'send what is due' }, [
      webhookId,
    ]);
    if (called) continue;
    if (waitMs === null) return;
    if (waitMs === 0) continue;
    setCurrentDetails('**waiting** for the next try');
    await condition(() => called, waitMs);
  }
}
