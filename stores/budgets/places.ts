/** A number of places, given out in the order they were asked for. */
export interface Places {
  /** @returns gives the place back; may be called more than once. @throws the signal's reason. */
  take(signal: AbortSignal): Promise<() => void>;
}

/** @param onIdle called when the last place was given back and nobody waits. */
export function createPlaces(size: number, onIdle: () => void): Places {
  const waiting: (() => void)[] = [];
  let taken = 0;

  function giveBack(): void {
    const next = waiting.shift();
    if (next) {
      next();
      return;
    }
    taken -= 1;
    if (taken === 0) onIdle();
  }

  return {
    async take(signal) {
      signal.throwIfAborted();
      if (taken < size) {
        taken += 1;
      } else {
        await new Promise<void>((resolve, reject) => {
          const go = () => {
            signal.removeEventListener('abort', stop);
            resolve();
          };
          const stop = () => {
            waiting.splice(waiting.indexOf(go), 1);
            reject(signal.reason);
          };
          waiting.push(go);
          signal.addEventListener('abort', stop, { once: true });
        });
      }
      let mine = true;
      return () => {
        if (mine) giveBack();
        mine = false;
      };
    },
  };
}
