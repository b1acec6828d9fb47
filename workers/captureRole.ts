import type { CaptureActivities } from '../activities/contracts.ts';
import type { Role, RoleDeps } from './roles.ts';

/**
 * The worker of the cameras, apart from all others: most installations have no camera, so it loads nothing that only they
 * need, and what captures with the first one.
 */
export function captureRole(deps: RoleDeps): Role {
  let made: Promise<CaptureActivities> | undefined;
  const capture = (): Promise<CaptureActivities> => {
    made ??= import('./capture.ts').then(({ createCapture }) => createCapture(deps));
    return made;
  };
  const activities: CaptureActivities = {
    captureStint: async (sessionId) => (await capture()).captureStint(sessionId),
    captureShot: async (sessionId) => (await capture()).captureShot(sessionId),
    probeCamera: async (cameraId) => (await capture()).probeCamera(cameraId),
    watchStint: async (cameraId) => (await capture()).watchStint(cameraId),
  };
  return {
    // One for each stream: it is taken for as long as that is open.
    options: { activities, maxConcurrentActivityTaskExecutions: deps.config.capture.streams },
    close: async () => {},
  };
}
