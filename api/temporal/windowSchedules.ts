import { type Client, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Logger } from '../../log.ts';
import {
  markWindowScheduled,
  takeUnscheduledWindows,
  type UnscheduledWindow,
  unscheduleMissingWindows,
} from '../../stores/cameras/windows.ts';
import type { Database } from '../../stores/postgres/database.ts';
import type { captureWindow } from '../../workflows/captureWindow.ts';
import { captureWindowId } from '../../workflows/ids.ts';
import type { Queue } from '../../workflows/queues.ts';
import { createSearchable, type Searchable } from './searchable.ts';

/** One Temporal Schedule for each window of a camera, kept as its row says. */
export interface WindowSchedules {
  /** As of `Schedules`. */
  catchUp(): Promise<boolean>;
  reconcile(): Promise<void>;
}

const QUEUE: Queue = 'workflows';
const BATCH = 20;
const PREFIX = captureWindowId('');

function definition({ id, timezone }: UnscheduledWindow, attributes: Awaited<ReturnType<Searchable['of']>>) {
  return {
    spec: {
      // The day begins at midnight, which some zones leave out on the day that clocks go forward. Twice is once.
      cronExpressions: ['0 0 * * *', '5 1 * * *'],
      timezone: timezone ?? 'UTC',
    },
    action: {
      ...attributes,
      type: 'startWorkflow' as const,
      workflowType: 'captureWindow' as const,
      workflowId: captureWindowId(id),
      taskQueue: QUEUE,
      args: [id] as Parameters<typeof captureWindow>,
      staticSummary: 'Window of a camera',
      // It waits for its window to open, which may be after midnight.
      workflowExecutionTimeout: '40 hours' as const,
    },
    policies: {
      // The day before may still wait for its window to open; the new day is looked at right after that.
      overlap: ScheduleOverlapPolicy.BUFFER_ONE,
      // What is left of a window that began while the server was away; of earlier days nothing is left.
      catchupWindow: '1 day',
      pauseOnFailure: false,
    } as const,
  };
}

export function createWindowSchedules(client: Client, db: Database, log: Logger): WindowSchedules {
  const { schedule: schedules } = client;
  const searchable = createSearchable(client);

  async function remove(id: string): Promise<void> {
    await schedules
      .getHandle(captureWindowId(id))
      .delete()
      .catch((error: unknown) => {
        if (!(error instanceof ScheduleNotFoundError)) throw error;
      });
  }

  async function put(window: UnscheduledWindow): Promise<void> {
    const scheduleId = captureWindowId(window.id);
    const handle = schedules.getHandle(scheduleId);
    const { tenantId } = window;
    const made = definition(window, await searchable.of({ kind: 'window', tenantId }));
    const state = { paused: !window.active };
    try {
      await handle.update((before) => ({ ...made, state: { ...before.state, ...state } }));
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
      await schedules.create({ scheduleId, ...made, state });
    }
    // Whoever waits by what the row said before gives way.
    if (window.active) await handle.trigger(ScheduleOverlapPolicy.CANCEL_OTHER);
  }

  return {
    async catchUp() {
      const behind = await db.run((sql) => takeUnscheduledWindows(sql, BATCH));
      for (const window of behind) {
        try {
          if (window.deleted) await remove(window.id);
          else await put(window);
          await db.run((sql) => markWindowScheduled(sql, window.id, window.revision));
        } catch (error) {
          log.warn({ err: error, window_id: window.id }, 'schedule not brought up to date yet');
        }
      }
      return behind.length === BATCH;
    },
    async reconcile() {
      const there: string[] = [];
      for await (const { scheduleId } of schedules.list()) {
        if (scheduleId.startsWith(PREFIX)) there.push(scheduleId.slice(PREFIX.length));
      }
      const missing = await db.run((sql) => unscheduleMissingWindows(sql, there));
      if (missing > 0)
        log.warn({ missing }, 'schedules of windows are made again that Temporal does not have');
    },
  };
}
