import { type Client, isGrpcServiceError, WorkflowFailedError } from '@temporalio/client';
import type { CameraLook } from '../../domain/camera.ts';
import { snapshotId, testCameraId, watchCameraId } from '../../workflows/ids.ts';
import type { Queue } from '../../workflows/queues.ts';
import type { takeSnapshot } from '../../workflows/takeSnapshot.ts';
import type { testCamera } from '../../workflows/testCamera.ts';
import type { watchCamera } from '../../workflows/watchCamera.ts';

const taskQueue: Queue = 'workflows';
/** How long somebody waits for a picture; slow cameras take most of it for their first one. */
const LOOK_SECONDS = 30;
/** Whoever still looks asks again by then. */
const WATCH_MS = 4_000;

/** What the API asks of the processes that capture. Whoever asks while it is being done gets the same answer. */
export interface CameraControl {
  /** Connects, and says what is there. @returns `null` when that took too long, or nobody is there to do it */
  test(cameraId: string): Promise<CameraLook | null>;
  /** Has a new picture in `live_frames`. @returns `null` as above */
  takeSnapshot(cameraId: string): Promise<CameraLook | null>;
  /** Has pictures in `live_frames` for as long as the row of the camera says that somebody looks. */
  watch(cameraId: string): Promise<void>;
}

export function createCameraControl(client: Client): CameraControl {
  async function inTime(look: () => Promise<CameraLook>): Promise<CameraLook | null> {
    try {
      return await client.withDeadline(Date.now() + (LOOK_SECONDS + 2) * 1_000, look);
    } catch (error) {
      if (error instanceof WorkflowFailedError || isGrpcServiceError(error)) return null;
      throw error;
    }
  }
  const options = (workflowId: string, cameraId: string) => ({
    taskQueue,
    workflowId,
    args: [{ cameraId }] as [{ cameraId: string }],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
  });
  const short = `${LOOK_SECONDS}s` as const;

  return {
    test: (cameraId) =>
      inTime(() =>
        client.workflow.execute<typeof testCamera>('testCamera', {
          ...options(testCameraId(cameraId), cameraId),
          workflowExecutionTimeout: short,
          staticSummary: 'Test of a camera',
        }),
      ),
    takeSnapshot: (cameraId) =>
      inTime(() =>
        client.workflow.execute<typeof takeSnapshot>('takeSnapshot', {
          ...options(snapshotId(cameraId), cameraId),
          workflowExecutionTimeout: short,
          staticSummary: 'One picture of a camera',
        }),
      ),
    async watch(cameraId) {
      await client.withDeadline(Date.now() + WATCH_MS, () =>
        client.workflow.start<typeof watchCamera>('watchCamera', {
          ...options(watchCameraId(cameraId), cameraId),
          staticSummary: 'Somebody looks at a camera',
        }),
      );
    },
  };
}
