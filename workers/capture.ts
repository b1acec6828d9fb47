import { createCaptureActivities } from '../activities/capture.ts';
import type { CaptureActivities } from '../activities/contracts.ts';
import { createSealer } from '../stores/credentials/sealer.ts';
import { createDriverChoice } from './captureDriver.ts';
import { createConfiguredGuard } from './guard.ts';
import type { RoleDeps } from './roles.ts';

/** What captures cameras. Loaded with the first one, for most installations have none. */
export function createCapture({ config, db, objects, reached, stopping }: RoleDeps): CaptureActivities {
  return createCaptureActivities({
    ...{ db, objects, reached, stopping },
    scratchRoot: config.storage.scratchDir,
    sealer: createSealer(config.secrets.key, config.secrets.previous),
    guard: createConfiguredGuard(config),
    driver: createDriverChoice(config.capture),
  });
}
