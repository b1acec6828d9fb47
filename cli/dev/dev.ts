import { lockDataDir } from '../embedded/lock.ts';
import { formatBanner } from './banner.ts';
import { checkPort } from './preflight.ts';
import { reachableHost } from './readiness.ts';
import type { DevSettings } from './settings.ts';
import { startAll } from './startAll.ts';
import { listenForStop } from './stopRequests.ts';
import { type Groups, stopInOrder } from './supervise.ts';

/**
 * Runs everything on this machine until asked to stop, and stops it in the order in which nothing is lost: the
 * API takes no more, the workers finish what they have begun, then Temporal, then Postgres. A part that ends
 * by itself is started again.
 *
 * @returns the exit code, 0 after a stop that was asked for. The caller ends the process with it: after a
 *   hurried stop something may still hold the event loop.
 * @throws AlreadyRunning, PortTaken before anything was started; Error when a part does not come up, after the
 *   others were stopped
 */
export async function runDev(
  settings: DevSettings,
  log: (line: string) => void = console.log,
): Promise<number> {
  const lock = await lockDataDir(settings.dataDir);
  const requests = listenForStop(settings.stopWithParent);
  const { stop, hurry } = requests;
  const groups: Groups = { api: [], workers: [], temporal: [], postgres: [] };

  try {
    const port = await checkPort(settings.host, settings.port);
    const url = `http://${reachableHost(settings.host)}:${port}`;
    await lock.note({ url });

    const starting = startAll({ settings, url, port, groups, stop, log });
    starting.catch(() => {});
    const banner = await Promise.race([starting, aborted(stop).then(() => null)]).catch(async (error) => {
      if (!stop.aborted) log('Something does not come up; stopping the rest…');
      await stopInOrder(groups, hurry, log);
      if (stop.aborted) return null;
      throw error;
    });
    if (banner !== null) log(formatBanner(url, banner));
    await aborted(stop);

    log('\nStopping: finishing what has begun (Ctrl-C again: at once)…');
    await stopInOrder(groups, hurry, log);
    log(hurry.aborted ? 'Stopped at once; the next start recovers.' : 'Stopped.');
    return 0;
  } finally {
    requests.dispose();
    await lock.release();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
}
