import proto from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';
import type { Queue } from '../workflows/queues.ts';

const { TaskQueueType } = proto.temporal.api.enums.v1;

/** Resolves when the server has seen this process poll each of its queues; a started worker may never have connected. */
export async function pollersSeen(
  connection: NativeConnection,
  namespace: string,
  identity: string,
  queues: readonly Queue[],
  signal: AbortSignal,
): Promise<void> {
  for (const queue of queues) {
    const taskQueueType =
      queue === 'workflows' ? TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW : TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY;
    while (!signal.aborted) {
      const answer = await connection.workflowService
        .describeTaskQueue({ namespace, taskQueue: { name: queue }, taskQueueType })
        .catch(() => null);
      if (answer?.pollers?.some((poller) => poller.identity === identity)) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
