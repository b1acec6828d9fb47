import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { emptyTrash } from '../../workflows/emptyTrash.ts';
import type { Queue } from '../../workflows/queues.ts';

const QUEUE: Queue = 'workflows';

/** What is done without anybody asking: one Temporal Schedule each. */
const HOUSEKEEPING: readonly ScheduleOptions[] = [
  {
    scheduleId: 'housekeeping:empty-trash',
    // At night, and not in all installations at the same minute.
    spec: { cronExpressions: ['15 3 * * *'], jitter: '30 minutes' },
    action: {
      type: 'startWorkflow',
      workflowType: 'emptyTrash' satisfies (typeof emptyTrash)['name'],
      workflowId: 'housekeeping:empty-trash',
      taskQueue: QUEUE,
      args: [],
      workflowExecutionTimeout: '1 hour',
      staticSummary: 'Purge of what lies in the trash for long',
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 hour', pauseOnFailure: false },
  },
];

/** Makes the schedules that are missing; those that are there stay as they are, paused ones too. Safe to call at any time. */
export async function keepHouse(client: Client): Promise<void> {
  for (const schedule of HOUSEKEEPING) {
    try {
      await client.schedule.create(schedule);
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    }
  }
}
