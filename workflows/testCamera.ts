import type { CameraLook } from '../domain/camera.ts';
import { lookOnce } from './lookOnce.ts';

/** Looks at a camera for somebody who wants to know whether it works; what was seen is its live frame afterwards. */
export async function testCamera({ cameraId }: { cameraId: string }): Promise<CameraLook> {
  return lookOnce(cameraId, 'test');
}
