import {
  type Client,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type ScheduleSpec,
} from '@temporalio/client';
import type { Logger } from '../../log.ts';
import type { Database } from '../../stores/postgres/database.ts';
import {
  markScheduled,
  takeUnscheduled,
  type Unscheduled,
  unscheduleMissing,
} from '../../stores/pulling/scheduling.ts';
import { pullSourceId } from '../../workflows/ids.ts';
import type { pullSource } from '../../workflows/pullSource.ts';
import type { Queue } from '../../workflows/queues.ts';
import { createSearchable, type Searchable } from './searchable.ts';

/** What Temporal knows of a schedule. */
export interface ScheduleNews {
  nextRun: Date | null;
}

/** One Temporal Schedule for each source that is pulled, kept as its row says. */
export interface Schedules {
  /** Brings schedules up to their rows. Safe to call at any time, by several processes at once. @returns whether there are more */
  catchUp(): Promise<boolean>;
  /** Finds schedules that Temporal lost (or never had) and those that belong to nothing. */
  reconcile(): Promise<void>;
  /** `null` when Temporal does not answer, or has none. */
  news(sourceId: string): Promise<ScheduleNews | null>;
}

const QUEUE: Queue = 'workflows';
const BATCH = 20;
const PREFIX = pullSourceId('');

/** A run that was missed while the server was away is made up for within the hour, not all of a year's. */
const CATCH_UP = '1 hour';

/** Sources that share an hour do not all knock at its first second. */
const JITTER_SECONDS = { most: 60, share: 0.05 };

function spec({ schedule, timezone }: Unscheduled): ScheduleSpec {
  if ('cron' in schedule) {
    return {
      cronExpressions: [schedule.cron],
      ...(timezone !== null && { timezone }),
      jitter: (JITTER_SECONDS.most / 2) * 1_000,
    };
  }
  const jitter = Math.min(JITTER_SECONDS.most, Math.round(schedule.everySeconds * JITTER_SECONDS.share));
  return { intervals: [{ every: schedule.everySeconds * 1_000 }], jitter: jitter * 1_000 };
}

function definition(source: Unscheduled, attributes: Awaited<ReturnType<Searchable['of']>>) {
  return {
    spec: spec(source),
    action: {
      ...attributes,
      type: 'startWorkflow' as const,
      workflowType: 'pullSource' as const,
      workflowId: pullSourceId(source.id),
      taskQueue: QUEUE,
      args: [source.id] as Parameters<typeof pullSource>,
      staticSummary: 'Run of a source',
      // It only waits for its run; a hung one must not block the times to come.
      workflowExecutionTimeout: '55 minutes' as const,
    },
    policies: {
      overlap: ScheduleOverlapPolicy.SKIP,
      catchupWindow: CATCH_UP,
      pauseOnFailure: false,
    } as const,
  };
}

export function createSchedules(client: Client, db: Database, log: Logger): Schedules {
  const { schedule: schedules } = client;
  const searchable = createSearchable(client);

  async function remove(id: string): Promise<void> {
    await schedules
      .getHandle(pullSourceId(id))
      .delete()
      .catch((error: unknown) => {
        if (!(error instanceof ScheduleNotFoundError)) throw error;
      });
  }

  async function put(source: Unscheduled): Promise<void> {
    const state = {
      paused: !source.isActive,
      ...(source.pausedReason !== null && { note: `Paused: ${source.pausedReason}` }),
    };
    const scheduleId = pullSourceId(source.id);
    const { tenantId, kind } = source;
    const made = definition(source, await searchable.of({ kind: 'pull', tenantId, source: kind }));
    try {
      await schedules.getHandle(scheduleId).update((before) => ({
        ...made,
        state: { ...before.state, ...state },
      }));
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
      await schedules.create({ scheduleId, ...made, state });
    }
  }

  return {
    async catchUp() {
      const behind = await db.run((sql) => takeUnscheduled(sql, BATCH));
      for (const source of behind) {
        try {
          if (source.deleted) await remove(source.id);
          else await put(source);
          await db.run((sql) => markScheduled(sql, source.id, source.revision));
        } catch (error) {
          log.warn({ err: error, pull_source_id: source.id }, 'schedule not brought up to date yet');
        }
      }
      return behind.length === BATCH;
    },
    async reconcile() {
      const there: string[] = [];
      for await (const { scheduleId } of schedules.list()) {
        if (scheduleId.startsWith(PREFIX)) there.push(scheduleId.slice(PREFIX.length));
      }
      const missing = await db.run((sql) => unscheduleMissing(sql, there));
      if (missing > 0) log.warn({ missing }, 'schedules are made again that Temporal does not have');
    },
    async news(sourceId) {
      try {
        const { info } = await schedules.getHandle(pullSourceId(sourceId)).describe();
        return { nextRun: info.nextActionTimes[0] ?? null };
      } catch {
        return null;
      }
    },
  };
}
