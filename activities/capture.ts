import { probeCamera } from './capture/probe.ts';
import { takeShot } from './capture/shot.ts';
import { runStint, type StintDeps } from './capture/stint.ts';
import { watchCamera } from './capture/watch.ts';
import type { CaptureActivities } from './contracts.ts';
import { toApplicationFailure } from './toApplicationFailure.ts';

/** What needs a connection to a camera. How a camera behaves is an answer; what is thrown is trouble of our own. */
export function createCaptureActivities(deps: StintDeps): CaptureActivities {
  const told =
    <T>(work: (deps: StintDeps, id: string) => Promise<T>) =>
    (id: string): Promise<T> =>
      work(deps, id).catch((error: unknown) => {
        throw toApplicationFailure(error);
      });
  return {
    captureStint: told(runStint),
    captureShot: told(takeShot),
    probeCamera: told(probeCamera),
    watchStint: told(watchCamera),
  };
}
