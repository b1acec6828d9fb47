import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How long the event loop stood still, in milliseconds. */
export interface Stillness {
  /** As others saw it; on a busy machine mostly the time for which other processes had the processor. */
  delay: number;
  /** The longest turn by what it can have worked: no longer than its time on the clock, nor than on the processor. */
  work: number;
}

export function watchTurns(): { stop(): Stillness } {
  const histogram = monitorEventLoopDelay({ resolution: 5 });
  histogram.enable();
  let at = performance.now();
  let used = process.cpuUsage();
  let work = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    const { user, system } = process.cpuUsage(used);
    work = Math.max(work, Math.min(now - at, (user + system) / 1_000));
    at = now;
    used = process.cpuUsage();
  }, 1);
  return {
    stop() {
      clearInterval(timer);
      histogram.disable();
      return { delay: histogram.max / 1e6, work };
    },
  };
}
