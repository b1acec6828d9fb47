import type { CameraLook } from '../domain/camera.ts';
import { lookOnce } from './lookOnce.ts';

/** Takes a new picture of a camera for somebody who looks at it; it is its live frame afterwards, and is not kept. */
export async function takeSnapshot({ cameraId }: { cameraId: string }): Promise<CameraLook> {
  return lookOnce(cameraId, 'snapshot');
}
