import { setCurrentDetails, sleep } from '@temporalio/workflow';
import { windowing } from './proxies.ts';

/**
 * One day of a window, as its schedule starts it: waits until the window opens and begins the session, which ends by
 * itself when the window closes.
 *
 * Guarantee: one session for each opening, however often this is started. An opening that nobody was there to wait for is
 * made up for with what is left of it, that of yesterday included.
 */
export async function captureWindow(windowId: string): Promise<{ opened: number }> {
  const openings = await windowing.planWindow.executeWithOptions({ summary: 'when is it open' }, [windowId]);
  let opened = 0;
  for (const opening of openings) {
    const early = Date.parse(opening.from) - Date.now();
    if (early > 0) {
      setCurrentDetails(`**waiting** until ${opening.from}`);
      await sleep(early);
    }
    const begun = await windowing.openWindowSession.executeWithOptions({ summary: 'begin the session' }, [
      windowId,
      opening,
    ]);
    if (begun) opened += 1;
  }
  return { opened };
}
