import { type Client, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import type { auditLibrary } from '../../workflows/auditLibrary.ts';
import { AUDIT_ID } from '../../workflows/ids.ts';
import type { Queue } from '../../workflows/queues.ts';

const QUEUE: Queue = 'workflows';

function definition(cron: string) {
  return {
    spec: { cronExpressions: [cron] },
    action: {
      type: 'startWorkflow' as const,
      workflowType: 'auditLibrary' as const,
      workflowId: AUDIT_ID,
      taskQueue: QUEUE,
      args: [] as Parameters<typeof auditLibrary>,
      staticSummary: 'Audit',
    },
    policies: {
      // A large library may take longer than the time between two.
      overlap: ScheduleOverlapPolicy.SKIP,
      catchupWindow: '1 day',
      pauseOnFailure: false,
    } as const,
  };
}

/** Makes the schedule of the audit what the settings say. Safe to call again, by several processes at once. */
export async function keepAuditSchedule({ schedule }: Client, cron: string | null): Promise<void> {
  const handle = schedule.getHandle(AUDIT_ID);
  try {
    if (cron === null) await handle.delete();
    // Somebody may have paused it by hand: that stays.
    else await handle.update((before) => ({ ...definition(cron), state: before.state }));
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    if (cron !== null) await schedule.create({ scheduleId: AUDIT_ID, ...definition(cron) });
  }
}
