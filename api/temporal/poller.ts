const POLL_MS = 1_000;

export interface Poller {
  /** Looks now, because something was just written. */
  kick(): void;
  stop(): Promise<void>;
}

/**
 * Looks for work every second, and at once when told. One look at a time.
 * @param look whether there is more already
 */
export function createPoller(look: () => Promise<boolean>, onError: (error: unknown) => void): Poller {
  let stopped = false;
  let wanted = true;
  let wake: () => void = () => {};

  async function loop(): Promise<void> {
    while (!stopped) {
      wanted = false;
      try {
        wanted = (await look()) || wanted;
      } catch (error) {
        onError(error);
      }
      if (wanted || stopped) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, POLL_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
  const running = loop();

  return {
    kick() {
      wanted = true;
      wake();
    },
    stop() {
      stopped = true;
      wake();
      return running;
    },
  };
}
