import { sleep } from '@temporalio/workflow';
import { watching } from './proxies.ts';

/** Between tries to reach a camera that somebody looks at. */
const TRY_EVERY = '5s';
/** Whoever still looks after these asks again. */
const TRIES = 100;

/**
 * Shows a camera to those who look at it, when nobody captures it. Who looks asks for it every few seconds, so it may end
 * at any time.
 */
export async function watchCamera({ cameraId }: { cameraId: string }): Promise<void> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const { end } = await watching.watchStint.executeWithOptions({ summary: 'watch' }, [cameraId]);
    if (end === 'over' || end === 'busy') return;
    if (end === 'lost') await sleep(TRY_EVERY);
  }
}
