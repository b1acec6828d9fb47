import { useEffect, useState } from 'react';
import { formatNumber } from '../format/size.ts';
import { addSample, rateOf, type Sample } from '../imports/rate.ts';
import { Panel } from '../layout/Panel.tsx';
import { useWords } from '../words/useWords.ts';
import { useTenantMetrics } from './useTenantMetrics.ts';

/** Points of the line: two minutes. */
const POINTS = 60;
const EVERY_MS = 2_000;

/** Images that are done each second, now and in the last two minutes. */
export function Throughput() {
  const { home } = useWords();
  const { data } = useTenantMetrics();
  const done = data?.assets_by_state['ready'];
  const [samples, setSamples] = useState<Sample[]>([]);
  const [line, setLine] = useState<number[]>([]);

  useEffect(() => {
    if (done === undefined) return;
    setSamples((known) => addSample(known, { at: performance.now(), done }));
  }, [done]);
  useEffect(() => {
    const timer = setInterval(() => {
      const rate = rateOf(samples, performance.now()) ?? 0;
      setLine((drawn) => [...drawn.slice(1 - POINTS), rate]);
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [samples]);

  const most = Math.max(1, ...line);
  const now = line.at(-1) ?? 0;
  const at = (rate: number, index: number): string =>
    `${((index + POINTS - line.length) / (POINTS - 1)) * 100},${38 - (rate / most) * 34}`;
  return (
    <Panel title={home.throughput}>
      <p className="text-2xl font-semibold tabular-nums">
        {formatNumber(now, now < 9.5 ? 1 : 0)}{' '}
        <span className="text-sm font-normal text-muted">{home.perSecond}</span>
      </p>
      <svg
        viewBox="0 0 100 40"
        preserveAspectRatio="none"
        role="img"
        aria-label={home.throughputTold}
        className="mt-2 h-16 w-full"
      >
        <polyline
          points={line.map(at).join(' ')}
          fill="none"
          className="stroke-primary"
          strokeWidth={2}
          vectorEffect="non-scaling-stroke"
        />
      </svg>
    </Panel>
  );
}
