import { ActivityFailure, TimeoutFailure } from '@temporalio/workflow';
import type { CameraLook } from '../domain/camera.ts';
import { describeFailure } from './failure.ts';
import { probing } from './proxies.ts';

/** That it did not work is an answer, too. */
export async function lookOnce(cameraId: string, summary: string): Promise<CameraLook> {
  try {
    return await probing.probeCamera.executeWithOptions({ summary }, [cameraId]);
  } catch (error) {
    if (error instanceof ActivityFailure && error.cause instanceof TimeoutFailure) {
      const detail = 'No worker for cameras was free in time. Raise CAPTURE_STREAMS, or stop a session.';
      return { ok: false, failure: { type: 'source_timeout', detail } };
    }
    const { type, detail } = describeFailure(error);
    return { ok: false, failure: { type, detail } };
  }
}
