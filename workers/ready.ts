import proto from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';
import type { Queue } from '../workflows/queues.ts';

const { TaskQueueType } = proto.temporal.api.enums.v1;

interface Poller {
  connection: NativeConnection;
  namespace: string;
  identity: string;
  queue: Queue;
}

/** When a process last asked for work of a queue, in milliseconds of the epoch; `null`: the server has not heard of it. */
export async function lastPolled({ connection, namespace, identity, queue }: Poller): Promise<number | null> {
  const taskQueueType =
    queue === 'workflows' ? TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW : TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY;
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: queue },
    taskQueueType,
  });
  const poller = pollers?.find((one) => one.identity === identity);
  return poller === undefined ? null : Number(poller.lastAccessTime?.seconds ?? 0) * 1_000;
}

/** Resolves when the server has seen this process poll each of its queues; a started worker may never have connected. */
export async function pollersSeen(
  connection: NativeConnection,
  namespace: string,
  identity: string,
  queues: readonly Queue[],
  signal: AbortSignal,
): Promise<void> {
  for (const queue of queues) {
    while (!signal.aborted) {
      const polled = await lastPolled({ connection, namespace, identity, queue }).catch(() => null);
      if (polled !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
