import { useEffect, useState } from 'react';
import { addSample, rateOf, type Sample } from './rate.ts';

/** Items per second of a running import; `null` when it is not running or not known yet. */
export function useRate(done: number, running: boolean): number | null {
  const [samples, setSamples] = useState<Sample[]>([]);
  const [now, setNow] = useState(0);

  useEffect(() => {
    if (!running) {
      setSamples([]);
      return;
    }
    const at = performance.now();
    setNow(at);
    setSamples((known) => addSample(known, { at, done }));
  }, [done, running]);

  // Without this a stalled import would show its last good rate for ever.
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(performance.now()), 2_000);
    return () => clearInterval(timer);
  }, [running]);

  return running ? rateOf(samples, now) : null;
}
